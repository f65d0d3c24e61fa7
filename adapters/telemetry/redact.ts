const REDACTED = "[redacted]";

/**
 * Takes secrets out of lines of JSON, wherever in their strings they stand, also percent-encoded as in a
 * URL. Numbers and field names stay, so that a line remains valid.
 */
export function redactor(secrets: readonly string[]): (line: string) => string {
  const forms = secrets
    .filter((secret) => secret !== "")
    .flatMap((secret) => [secret, encodeURIComponent(secret)]);
  // As they stand inside a JSON string: a quote or a line break in a secret is escaped there.
  const escaped = new Set(forms.map((form) => JSON.stringify(form).slice(1, -1)));
  // The longest first: one secret may begin with another.
  const longestFirst = [...new Set(forms)].toSorted((one, other) => other.length - one.length);
  const clean = (text: string) => longestFirst.reduce((rest, form) => rest.replaceAll(form, REDACTED), text);

  return (line) => {
    if (![...escaped].some((form) => line.includes(form))) return line;
    const cleaned = JSON.stringify(JSON.parse(line), (_key, value) =>
      typeof value === "string" ? clean(value) : value,
    );
    return line.endsWith("\n") ? `${cleaned}\n` : cleaned;
  };
}
