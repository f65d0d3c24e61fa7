/** The longest a request is held. */
export const LONGEST_WAIT_SECONDS = 60;

/**
 * Seconds that `Prefer: wait=N` asks for (RFC 7240), cut to what is granted; null when it does not ask.
 * A preference that is not understood is ignored, as the RFC has it.
 */
export function preferredWait(header: string): number | null {
  for (const preference of header.split(",")) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i.exec(preference) ?? [];
    if (seconds !== undefined) return Math.min(Number(seconds), LONGEST_WAIT_SECONDS);
  }
  return null;
}
