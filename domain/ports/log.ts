import type { Json } from "../json.ts";

/**
 * What an operator reads: one line a fact. Never secrets; message bodies only at debug level.
 */
export interface Log {
  debug(fact: string, fields?: LogFields): void;
  info(fact: string, fields?: LogFields): void;
  warn(fact: string, fields?: LogFields): void;
  error(fact: string, fields?: LogFields): void;
  /** A log whose lines carry these fields too. */
  with(fields: LogFields): Log;
}

/** `error` may hold a thrown value: adapters print its message, code, cause and stack. */
export interface LogFields {
  readonly error?: unknown;
  readonly [field: string]: Json | undefined | unknown;
}
