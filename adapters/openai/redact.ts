import { inspect } from "node:util";

/** A placeholder such as "none", which servers without keys are given, is no secret. */
const SHORTEST_SECRET = 8;
/** A server's error page may be a whole document. */
const LONGEST = 1000;

/** `text` without the key, without what looks like a part of one, and without a URL's credentials. */
export function redact(text: string, api_key: string): string {
  const keyless = api_key.length < SHORTEST_SECRET ? text : text.replaceAll(api_key, "[redacted]");
  const clean = keyless
    .replaceAll(/\bsk-[\w*.-]*[\w*]/g, "[redacted]")
    .replaceAll(/\/\/[^/\s@]+@/g, "//[redacted]@");
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST)}…` : clean;
}

/** An error to keep as a cause: itself, unless the key stands anywhere in it. */
export function redactCause(error: unknown, api_key: string): unknown {
  const shown = inspect(error, { depth: 6, maxStringLength: null });
  if (api_key.length < SHORTEST_SECRET || !shown.includes(api_key)) return error;
  return new Error(redact(error instanceof Error ? error.message : String(error), api_key));
}
