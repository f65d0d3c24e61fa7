const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** How long to wait before the next try after so many failures: doubling, up to 10 s, and never quite the same. */
export function backoffMs(failures: number): number {
  const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
  return pause * (0.8 + 0.4 * Math.random());
}
