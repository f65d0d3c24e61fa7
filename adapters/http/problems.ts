import type { Middleware } from "koa";
import { InvalidEditError } from "../../application/approve-run.ts";
import {
  AdmissionRefused,
  ConversationBusyError,
  LeaseLost,
  type RefusalCode,
  RefusedError,
  TransientError,
  UnknownConversationError,
  UnknownRunError,
  VersionConflict,
} from "../../domain/errors.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { SchemaIssue } from "../../domain/ports/schema-validator.ts";
import type { State } from "./context.ts";
import type { ProblemDetails } from "./schemas/answers.ts";

/** Every problem a client can meet: its code, the status it is answered with, and its title. */
const PROBLEMS = {
  unknown_run: [404, "Unknown run"],
  unknown_conversation: [404, "Unknown conversation"],
  run_exists: [409, "The run id is taken"],
  run_ended: [409, "The run has ended"],
  unknown_call: [409, "Unknown call"],
  call_ended: [409, "The call has ended"],
  nothing_waits: [409, "Nothing waits for a decision"],
  conversation_busy: [409, "Another run of the conversation has not ended"],
  ambiguous_approval: [409, "Several calls wait for a decision"],
  already_decided: [409, "Decided otherwise"],
  stale_digest: [409, "Not what was shown"],
  out_of_order: [409, "Not possible now"],
  invalid_arguments: [422, "Invalid arguments"],
  invalid_fork: [422, "No branch can begin there"],
  idempotency_mismatch: [422, "Idempotency key used for another request"],
  rate_limited: [429, "Too many active runs"],

  invalid_json: [400, "Invalid JSON"],
  invalid_parameters: [400, "Invalid parameters"],
  bad_request: [400, "Bad request"],
  unauthorized: [401, "API key needed"],
  cross_origin: [403, "Request from a foreign page"],
  unknown_route: [404, "Unknown route"],
  method_not_allowed: [405, "Method not allowed"],
  not_acceptable: [406, "Not acceptable"],
  request_timeout: [408, "Request took too long"],
  body_too_large: [413, "Body too large"],
  unsupported_encoding: [415, "Unsupported content encoding"],
  invalid_body: [422, "Invalid body"],
  headers_too_large: [431, "Headers too large"],
  internal: [500, "Internal error"],
  bad_gateway: [502, "The API is out of reach"],
  unavailable: [503, "Temporarily unavailable"],
} as const satisfies Readonly<Record<RefusalCode, unknown>> &
  Readonly<Record<string, readonly [number, string]>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One invalid field, and in which part of the request it is. */
export interface FieldError {
  readonly in: "body" | "query" | "header";
  readonly pointer: string;
  readonly detail: string;
}

interface ProblemOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldError[];
  /** Fields beside those of RFC 9457. */
  readonly extra?: Partial<ProblemDetails>;
  readonly cause?: unknown;
}

/** What a client is told when its request cannot be answered. */
export class HttpProblem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #errors: readonly FieldError[] | undefined;
  readonly #extra: Partial<ProblemDetails>;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = "HttpProblem";
    this.code = code;
    this.status = PROBLEMS[code][0];
    this.headers = options.headers ?? {};
    this.#errors = options.errors;
    this.#extra = options.extra ?? {};
  }

  details(request: { readonly instance: string; readonly request_id: string }): ProblemDetails {
    return {
      ...this.#extra,
      type: `urn:baton:problem:${this.code}`,
      title: PROBLEMS[this.code][1],
      status: this.status,
      detail: this.message,
      ...request,
      ...(this.#errors && { errors: [...this.#errors] }),
    };
  }
}

/** What is wrong with one part of a request: of each field one thing, of several fields all at once. */
export function invalidFields(
  code: ProblemCode,
  where: FieldError["in"],
  issues: readonly SchemaIssue[],
): HttpProblem {
  const first = issues.filter(
    ({ pointer }, index) => issues.findIndex((one) => one.pointer === pointer) === index,
  );
  const detail = first.map(({ message }) => message).join("; ");
  return new HttpProblem(code, detail, {
    errors: first.map(({ pointer, message }) => ({ in: where, pointer, detail: message })),
  });
}

/** A client that is refused for load, or met a dependency that is away, should not be back at once. */
const RETRY_AFTER_SECONDS = 1;

/** What the errors of the layers below mean to a client of this API. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof InvalidEditError) {
    const issues = error.issues.map(({ pointer, message }) => ({ pointer: `/arguments${pointer}`, message }));
    return invalidFields(error.code as "invalid_arguments", "body", issues);
  }
  if (error instanceof ConversationBusyError) {
    return new HttpProblem("conversation_busy", error.message, { extra: { busy_run_id: error.run_id } });
  }
  if (error instanceof RefusedError) return new HttpProblem(error.code, error.message);
  if (error instanceof UnknownRunError) return new HttpProblem("unknown_run", error.message);
  if (error instanceof UnknownConversationError)
    return new HttpProblem("unknown_conversation", error.message);
  if (error instanceof AdmissionRefused) {
    return new HttpProblem("rate_limited", error.message, {
      headers: { "Retry-After": String(RETRY_AFTER_SECONDS) },
      extra: { ok: false, reason: "rate_limited" },
    });
  }
  if (error instanceof TransientError || error instanceof VersionConflict || error instanceof LeaseLost) {
    const asked = error instanceof TransientError ? error.retry_after_seconds : undefined;
    return new HttpProblem("unavailable", "The engine cannot do this right now; try again.", {
      headers: { "Retry-After": String(Math.ceil(asked ?? RETRY_AFTER_SECONDS)) },
      cause: error,
    });
  }
  if (isClientError(error)) return new HttpProblem("bad_request", error.message, { cause: error });
  return new HttpProblem("internal", "Something went wrong here; the log knows more under the request id.", {
    cause: error,
  });
}

/** Koa and its router mark errors that the client is to blame for. */
function isClientError(error: unknown): error is Error {
  return (
    error instanceof Error && "status" in error && Number(error.status) >= 400 && Number(error.status) < 500
  );
}

/** Answers what is thrown further in as `application/problem+json`, and logs what is our own fault. */
export function answerProblems(log: Log): Middleware<State> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const problem = toProblem(error);
      const { request_id, route } = ctx.state;
      if (ctx.res.destroyed) {
        // Nobody is there to be told; most often it is their leaving that failed something.
        log.debug("request was left by its client", { request_id, method: ctx.method, route, error });
        return;
      }
      if (problem.status >= 500) {
        log.error("request failed", { request_id, method: ctx.method, route, error: problem.cause ?? error });
      }
      ctx.status = problem.status;
      ctx.body = problem.details({ instance: ctx.path, request_id });
      ctx.set(problem.headers);
      ctx.type = "application/problem+json";
    }
  };
}
