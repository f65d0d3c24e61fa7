import { AwaitedError, TerminalError, TransientError } from "../errors.ts";
import type { RecordedFailure } from "./turns.ts";

/** A recorded failure as an error of the class that has it retried, or not, as it was. */
export function asThrown({ code, message, retried }: RecordedFailure): Error {
  if (code === "no_tool_worker") return new AwaitedError(code, message);
  // What was no DomainError is recorded as internal; thrown as such, it is told and retried the same way.
  if (code === "internal") return new Error(message);
  return retried ? new TransientError(code, message) : new TerminalError(code, message);
}
