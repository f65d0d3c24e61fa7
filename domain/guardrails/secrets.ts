/** What stands in the place of a secret. */
export const REDACTED = "[redacted]";

/** Configured values shorter than this occur in ordinary text; nobody's key is that short. */
const SHORTEST_SECRET = 6;

/**
 * Characters that tokens, keys and ids are made of. A run of more than `LONGEST_RUN` of them is no prose
 * but encoded data that could hold anything: it is redacted whole, and so a stream holds back a bounded text.
 */
const RUN = "[A-Za-z0-9_+/=.~-]";
export const LONGEST_RUN = 8192;

/** The shapes of well-known credentials. Each consists of run characters alone. */
const SHAPES = [
  /** OpenAI, Anthropic and others that follow them */
  "sk-[A-Za-z0-9_-]{20,}",
  /** Stripe */
  "[rs]k_(?:live|test)_[A-Za-z0-9]{16,}",
  /** GitHub */
  "gh[opsur]_[A-Za-z0-9]{20,}",
  "github_pat_[A-Za-z0-9_]{20,}",
  /** GitLab, npm */
  "glpat-[A-Za-z0-9_-]{20,}",
  "npm_[A-Za-z0-9]{30,}",
  /** AWS access key ids, Google API keys */
  "(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])",
  "AIza[A-Za-z0-9_-]{30,}",
  /** Slack */
  "xox[abeoprs]-[A-Za-z0-9-]{10,}",
  "xapp-[A-Za-z0-9-]{10,}",
  /** JSON web tokens: two base64 objects and a signature */
  "eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*",
] as const;

/** A private key in PEM form, to its end or, unfinished, to the end of the text. */
const PEM_HEADER = "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----";
export const PEM_FOOTER = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/;

export interface SecretPatterns {
  /** Global: every secret, however it is known. */
  readonly all: RegExp;
  /** The configured secrets that count. */
  readonly configured: readonly string[];
}

/** The secrets of a process are one list, and every answer is searched for them. */
const known = new WeakMap<readonly string[], SecretPatterns>();

/** `secrets`: values that must not be shown, such as API keys; those under 6 characters are left alone. */
export function secretPatterns(secrets: readonly string[]): SecretPatterns {
  const patterns = known.get(secrets) ?? compile(secrets);
  known.set(secrets, patterns);
  return patterns;
}

function compile(secrets: readonly string[]): SecretPatterns {
  const configured = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((one, other) => other.length - one.length);
  const alternatives = [
    ...configured.map((secret) => secret.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")),
    `${PEM_HEADER}[^]*?(?:${PEM_FOOTER.source}|$)`,
    `(?<!${RUN})${RUN}{${LONGEST_RUN + 1},}`,
    `(?<![A-Za-z0-9])(?:${SHAPES.join("|")})`,
  ];
  return { all: new RegExp(alternatives.join("|"), "g"), configured };
}

/** The text with every configured secret and everything shaped like a credential replaced. */
export function redact(text: string, secrets: readonly string[]): string {
  return text.replace(secretPatterns(secrets).all, REDACTED);
}

/** Where the run of token characters that ends at `end` begins; at most `LONGEST_RUN` + 1 are looked at. */
export function runStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && isRunCharacter(text.charCodeAt(start - 1))) start--;
  return start;
}

/** How many token characters the text begins with. */
export function runLength(text: string): number {
  let length = 0;
  while (length < text.length && isRunCharacter(text.charCodeAt(length))) length++;
  return length;
}

const RUN_CHARACTERS = new Set(
  Array.from({ length: 128 }, (_, code) => code).filter((code) =>
    new RegExp(RUN).test(String.fromCharCode(code)),
  ),
);

function isRunCharacter(code: number): boolean {
  return RUN_CHARACTERS.has(code);
}
