/** Something is wrong with the configuration; the message is for the person who wrote it. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`the configuration is wrong:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.name = "ConfigError";
  }
}

interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** Reads variables by type, and gathers what is wrong instead of stopping at the first. An empty one is unset. */
export class Settings {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #problems: string[] = [];

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  text(name: string): string | null {
    const value = this.#env[name]?.trim();
    return value === undefined || value === "" ? null : value;
  }

  list(name: string, fallback: readonly string[] = []): readonly string[] {
    const value = this.text(name);
    if (value === null) return fallback;
    return value
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  }

  choice<const Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const value = this.text(name);
    if (value === null) return fallback;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) this.wrong(name, `is "${value}"; it takes ${choices.join(", ")}`);
    return found ?? fallback;
  }

  flag(name: string, fallback: boolean): boolean {
    return this.choice(name, ["true", "false"], fallback ? "true" : "false") === "true";
  }

  number<Fallback extends number | null>(
    name: string,
    fallback: Fallback,
    range: Range = {},
  ): number | Fallback {
    return this.#numeric(name, fallback, range, "a number", Number.isFinite);
  }

  integer<Fallback extends number | null>(
    name: string,
    fallback: Fallback,
    range: Range = {},
  ): number | Fallback {
    return this.#numeric(name, fallback, range, "a whole number", Number.isSafeInteger);
  }

  url(name: string, protocols: readonly string[]): string | null {
    const value = this.text(name);
    if (value === null) return null;
    const url = URL.canParse(value) ? new URL(value) : null;
    if (url !== null && protocols.includes(url.protocol)) return value;
    // The value may hold a password, so it is not repeated.
    this.wrong(
      name,
      `takes a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
    );
    return null;
  }

  wrong(name: string, problem: string): void {
    this.#problems.push(`${name} ${problem}`);
  }

  /** Throws ConfigError when anything was wrong. */
  throwIfWrong(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
  }

  #numeric<Fallback extends number | null>(
    name: string,
    fallback: Fallback,
    { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Range,
    kind: string,
    isKind: (value: number) => boolean,
  ): number | Fallback {
    const value = this.text(name);
    if (value === null) return fallback;
    const parsed = Number(value);
    if (isKind(parsed) && parsed >= min && parsed <= max) return parsed;
    const bounds = [
      ...(Number.isFinite(min) ? [`at least ${min}`] : []),
      ...(Number.isFinite(max) ? [`at most ${max}`] : []),
    ];
    this.wrong(name, `is "${value}"; it takes ${[kind, ...bounds].join(", ")}`);
    return fallback;
  }
}
