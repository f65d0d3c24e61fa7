/**
 * A pattern for tool names: `*` stands for any characters, also none; all else is meant literally and
 * case-sensitively. Matching takes the leftmost place for each literal part and never goes back, so no
 * pattern is slow.
 */
export type NamePattern = string;

export function matchesPattern(pattern: NamePattern, name: string): boolean {
  const [prefix = "", ...rest] = pattern.split("*");
  const suffix = rest.pop();
  if (suffix === undefined) return pattern === name;
  if (!name.startsWith(prefix) || !name.endsWith(suffix)) return false;

  const end = name.length - suffix.length;
  let position = prefix.length;
  for (const part of rest) {
    const found = name.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return position <= end;
}

/** Sorts the more specific pattern first: a whole name before any `*`, then the one with more literal text. */
export function bySpecificity(one: NamePattern, other: NamePattern): number {
  const wholeName = Number(one.includes("*")) - Number(other.includes("*"));
  return wholeName || literalLength(other) - literalLength(one);
}

function literalLength(pattern: NamePattern): number {
  return pattern.replaceAll("*", "").length;
}
