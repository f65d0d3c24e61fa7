/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

export interface Substituted {
  readonly text: string;
  /** Variables that the text needs and that are not set. */
  readonly missing: readonly string[];
  /** Variables that were put in, with their values. */
  readonly used: readonly { readonly name: string; readonly value: string }[];
}

/**
 * Replaces `${VAR}` (also spelled `${env:VAR}`) by the variable's value, and `${VAR:-default}` by the default when the
 * variable is unset or empty.
 */
export function substitute(text: string, environment: Environment): Substituted {
  const missing: string[] = [];
  const used: { readonly name: string; readonly value: string }[] = [];
  const replaced = text.replace(REFERENCE, (_reference, name: string, fallback: string | undefined) => {
    const value = environment[name] || fallback;
    if (value === undefined) missing.push(name);
    else used.push({ name, value });
    return value ?? "";
  });
  return { text: replaced, missing, used };
}
