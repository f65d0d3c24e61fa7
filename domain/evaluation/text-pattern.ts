/**
 * What an answer is searched for. `/between slashes/` is a regular expression, with the flags i, m, s and u if
 * wanted; anything else is text, found whatever its letters' case and however its lines are broken.
 */
export type TextPattern = string;

const REGULAR_EXPRESSION = /^\/(?<source>.+)\/(?<flags>[imsu]*)$/s;

/** Where the pattern is first found, or null. Throws SyntaxError for a regular expression that is none. */
export function findText(pattern: TextPattern, text: string): { readonly found: string } | null {
  const expression = regularExpression(pattern);
  if (expression !== null) {
    const [found] = expression.exec(text) ?? [];
    return found === undefined ? null : { found };
  }
  return plain(text).includes(plain(pattern)) ? { found: pattern } : null;
}

/** Why the pattern cannot be searched for, or null. */
export function flawOf(pattern: TextPattern): string | null {
  try {
    regularExpression(pattern);
    return null;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

function regularExpression(pattern: TextPattern): RegExp | null {
  const { source, flags } = REGULAR_EXPRESSION.exec(pattern)?.groups ?? {};
  return source === undefined ? null : new RegExp(source, flags);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ");
}
