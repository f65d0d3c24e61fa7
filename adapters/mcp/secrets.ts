import type { Json } from "../../domain/json.ts";

/** Shorter values are words such as `on` or `admin`; hiding them would garble texts and protect nothing. */
const MIN_LENGTH = 6;

const SECRET_NAME =
  /token|secret|passw|pwd|api[-_]?key|access[-_]?key|private|credential|auth|cookie|session/i;

/** Does a variable or header of this name hold something that must not be shown? */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The value, and what follows an authentication scheme in it ("Bearer …"), as far as long enough to be recognised. */
export function secretsIn(value: string): readonly string[] {
  const credentials = /^(?:bearer|basic|token)\s+(.+)$/i.exec(value.trim())?.[1];
  return [value.trim(), credentials ?? ""].filter((secret) => secret.length >= MIN_LENGTH);
}

/** The text with every secret in it replaced by `[secret]`, the longest first. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .toSorted((one, other) => other.length - one.length)
    .reduce((redacted, secret) => redacted.replaceAll(secret, "[secret]"), text);
}

/** The same for every string in a JSON value. */
export function redactJson(value: Json, secrets: readonly string[]): Json {
  if (secrets.length === 0) return value;
  const escaped = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
  return JSON.parse(redact(JSON.stringify(value), escaped)) as Json;
}
