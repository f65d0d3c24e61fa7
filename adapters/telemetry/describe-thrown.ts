/** How far a chain of causes is followed. */
const DEPTH = 5;

/** A thrown value as a log tells it: what it is, its code, where it came from, and what caused it. */
export interface Thrown {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: Thrown;
  readonly errors?: readonly Thrown[];
}

/**
 * Only these properties: libraries hang whole requests, headers and credentials on their errors. The
 * innermost cause alone tells its stack, which is where it happened.
 */
export function describeThrown(thrown: unknown, depth = DEPTH): Thrown {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: asText(thrown) };
  const { name, message, stack, cause } = thrown;
  const code = "code" in thrown ? thrown.code : undefined;
  const deeper = depth > 0 && cause !== undefined && cause !== null;
  const errors = thrown instanceof AggregateError && depth > 0 ? thrown.errors.slice(0, DEPTH) : [];
  return {
    type: name,
    message,
    ...((typeof code === "string" || typeof code === "number") && { code }),
    ...(!deeper && stack !== undefined && { stack }),
    ...(deeper && { cause: describeThrown(cause, depth - 1) }),
    ...(errors.length > 0 && { errors: errors.map((error) => describeThrown(error, depth - 1)) }),
  };
}

function asText(value: unknown): string {
  try {
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  } catch {
    return "a value that cannot be shown";
  }
}
