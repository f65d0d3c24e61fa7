import type { RunId } from "./ids.ts";

/**
 * The retry meaning of a failure lives in its class:
 * - `RefusedError`: the request is not allowed now; asking again changes nothing.
 * - `TransientError`: the same request may succeed later; steps that meet one are retried with backoff.
 * - `TerminalError`: it will not succeed however often it is tried.
 * `code` is stable and machine-readable; adapters translate their library's errors into one of these.
 */
export abstract class DomainError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

export type RefusalCode =
  | "run_exists"
  | "run_ended"
  | "unknown_call"
  | "call_ended"
  | "nothing_waits"
  | "ambiguous_approval"
  | "already_decided"
  | "stale_digest"
  | "out_of_order"
  | "invalid_arguments"
  | "invalid_fork"
  | "idempotency_mismatch"
  | "conversation_busy";

export class RefusedError extends DomainError {
  declare readonly code: RefusalCode;
  constructor(code: RefusalCode, message: string) {
    super(code, message);
  }
}

/** A run that does not wait for its turn was asked for while another of its conversation had not ended. */
export class ConversationBusyError extends RefusedError {
  /** The run that is at work. */
  readonly run_id: RunId;
  constructor(run_id: RunId) {
    super("conversation_busy", `run ${run_id} of the conversation has not ended`);
    this.run_id = run_id;
  }
}

export class TransientError extends DomainError {
  /** Seconds the other side asked us to wait (Retry-After), when it did. */
  readonly retry_after_seconds: number | undefined;
  constructor(
    code: string,
    message: string,
    options?: { readonly cause?: unknown; readonly retry_after_seconds?: number },
  ) {
    super(code, message, options);
    this.retry_after_seconds = options?.retry_after_seconds;
  }
}

/**
 * Something that has to be there is away for the moment, such as every tool worker: tried again at short
 * intervals until the run's deadline, however often.
 */
export class AwaitedError extends TransientError {}

export class TerminalError extends DomainError {}

/** What has to be done next may cost more than the run has left: nothing broke, so its outcome is `failure`. */
export class BudgetExceeded extends TerminalError {
  constructor(reason: string) {
    super("budget_exceeded", reason);
  }
}

export class UnknownRunError extends DomainError {
  readonly run_id: RunId;
  constructor(run_id: RunId) {
    super("unknown_run", `no run has the id ${run_id}`);
    this.run_id = run_id;
  }
}

export class UnknownConversationError extends DomainError {
  constructor(conversation_id: string) {
    super("unknown_conversation", `no conversation has the id ${conversation_id}`);
  }
}

/** Somebody else changed the run first: load it again and decide again. */
export class VersionConflict extends DomainError {
  constructor(run_id: RunId, expected: number, actual: number) {
    super("version_conflict", `run ${run_id} is at version ${actual}, not at ${expected}`);
  }
}

/** Another worker drives the run by now: drop everything in flight for it. */
export class LeaseLost extends DomainError {
  constructor(run_id: RunId, epoch: number) {
    super("lease_lost", `run ${run_id} is no longer driven under epoch ${epoch}`);
  }
}

/** No slot is free: the tenant or the whole deployment runs as many runs as it may. */
export class AdmissionRefused extends DomainError {
  readonly scope: "tenant" | "global";
  constructor(scope: "tenant" | "global", limit: number) {
    super("rate_limited", `the ${scope} limit of ${limit} concurrent runs is reached`);
    this.scope = scope;
  }
}
