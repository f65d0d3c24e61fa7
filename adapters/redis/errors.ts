import { ReplyError } from "ioredis";
import { DomainError, TerminalError, TransientError } from "../../domain/errors.ts";

/** What Redis answers when it cannot serve now, but may later: memory full, loading, read-only, disk trouble. */
const FOR_NOW =
  /^(OOM|LOADING|READONLY|MISCONF|BUSY|MASTERDOWN|NOREPLICAS|TRYAGAIN|CLUSTERDOWN|NOAUTH|WRONGPASS)\b/;

/** What was thrown, as the domain knows it: the store is out of reach for now, or it refuses for good. */
export function storeError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ReplyError && !FOR_NOW.test(message)) {
    return new TerminalError("store_refused", `Redis refused a command: ${message}`, { cause: error });
  }
  return new TransientError("store_unavailable", `Redis cannot be used now: ${message}`, { cause: error });
}

/** True when Redis does not know a script by its digest, as before its first use and after a restart. */
export function isMissingScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}

/** True when a stream or its group is not there, as before the first use and after a flush. */
export function isMissingGroup(error: unknown): boolean {
  return error instanceof Error && error.message.includes("NOGROUP");
}
