/**
 * Every match of a global pattern. As `text.matchAll(pattern)`, which makes a pattern of its own each time it is
 * called: here only for the few texts that match at all, since most are searched for what they do not hold.
 */
export function matchesIn(text: string, pattern: RegExp): readonly RegExpExecArray[] {
  return text.search(pattern) < 0 ? [] : [...text.matchAll(pattern)];
}
