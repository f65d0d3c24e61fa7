import { AwaitedError, DomainError, TransientError } from "../errors.ts";

/** How failed steps are tried again: exponential backoff with full jitter on its upper half. */
export interface RetryPolicy {
  /** Tries of a step in all. */
  readonly max_attempts: number;
  /** Seconds before the second try; doubled for each further one. */
  readonly initial_seconds: number;
  readonly max_seconds: number;
}

/** How soon at the earliest to look again for what is awaited; at the latest after twice that time. */
const AWAITED_SECONDS = 0.5;

/**
 * When to try a step again, null for never. `failures` counts the earlier ones; `random` is in [0, 1).
 * A TransientError is retried, and what is no DomainError is too (it may be the moment, or a bug that
 * max_attempts ends); refusals and terminal errors are not. A Retry-After is honoured up to an hour.
 */
export function retryAfterFailure(
  failures: number,
  error: unknown,
  policy: RetryPolicy,
  random: number,
): { readonly backoff_seconds: number } | null {
  if (error instanceof AwaitedError) return { backoff_seconds: AWAITED_SECONDS * (1 + random) };
  if (error instanceof DomainError && !(error instanceof TransientError)) return null;
  if (failures + 1 >= policy.max_attempts) return null;
  const ceiling = Math.min(policy.max_seconds, policy.initial_seconds * 2 ** failures);
  const backoff = ceiling / 2 + (random * ceiling) / 2;
  const asked = error instanceof TransientError ? (error.retry_after_seconds ?? 0) : 0;
  return { backoff_seconds: Math.max(backoff, Math.min(asked, 3600)) };
}
