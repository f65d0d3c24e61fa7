import { DomainError } from "../errors.ts";
import type { Problem } from "./events.ts";

/** Whatever was thrown, as an event tells it. */
export function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) return { code: error.code, message: error.message };
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}
