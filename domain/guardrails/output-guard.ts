import { matchesIn } from "../matches.ts";
import type { SecretPatterns } from "./secrets.ts";
import { LONGEST_RUN, PEM_FOOTER, REDACTED, runLength, runStart, secretPatterns } from "./secrets.ts";

const PEM_BEGIN = "-----BEGIN";
/** The longest text that could still become the end of a private key. */
const FOOTER_LENGTH = 80;

/**
 * Redacts secrets in text that arrives in pieces, however a secret is cut into them: what is let out, all
 * in all, is `redact` of the whole text. Holds back only what could still become a secret: the run of token
 * characters at the end, the beginning of a configured secret, a private key that has not ended. For a
 * text with spaces that is a word.
 */
export class OutputGuard {
  readonly #patterns: SecretPatterns;
  #held = "";
  /** What is being dropped, because it belongs to something that was redacted already. */
  #dropping: "nothing" | "run" | "private_key" = "nothing";
  /** The held text is known to be one run of token characters. */
  #isOneRun = true;
  #redactions = 0;

  constructor(options: { readonly secrets: readonly string[] }) {
    this.#patterns = secretPatterns(options.secrets);
  }

  /** How many secrets were taken out so far. */
  get redactions(): number {
    return this.#redactions;
  }

  /** Takes the next piece of text; gives what can be let out now, possibly "". */
  push(delta: string): string {
    const grows = this.#isOneRun && runLength(delta) === delta.length;
    this.#held += delta;
    // The middle of a long word: nothing to decide, and looking at all of it each time would add up.
    if (grows && this.#held.length <= LONGEST_RUN) return "";
    if (!this.#drop()) return "";
    const key = this.#unfinishedKey();
    if (key !== null) {
      const before = this.#redact(this.#held.slice(0, key));
      this.#held = this.#held.slice(key);
      return before + this.#startDropping("private_key");
    }
    const start = runStart(this.#held, this.#held.length);
    if (this.#held.length - start > LONGEST_RUN) {
      const before = this.#redact(this.#held.slice(0, start));
      this.#held = "";
      return before + this.#startDropping("run");
    }
    const settled = this.#settled(start);
    const emitted = this.#redact(this.#held.slice(0, settled));
    this.#held = this.#held.slice(settled);
    this.#isOneRun = settled === start;
    return emitted;
  }

  /** The text has ended: gives the rest. */
  flush(): string {
    const rest = this.#dropping === "private_key" ? "" : this.#redact(this.#held);
    this.#held = "";
    this.#dropping = "nothing";
    this.#isOneRun = true;
    return rest;
  }

  #redact(text: string): string {
    return text.replace(this.#patterns.all, () => {
      this.#redactions++;
      return REDACTED;
    });
  }

  #startDropping(what: "run" | "private_key"): string {
    this.#dropping = what;
    this.#isOneRun = false;
    this.#redactions++;
    this.#drop();
    return REDACTED;
  }

  /** Takes what is to be dropped off the held text; false while more of it may come. */
  #drop(): boolean {
    switch (this.#dropping) {
      case "nothing":
        return true;
      case "run": {
        this.#held = this.#held.slice(runLength(this.#held));
        if (this.#held === "") return false;
        break;
      }
      case "private_key": {
        const footer = PEM_FOOTER.exec(this.#held);
        if (footer === null) {
          this.#held = this.#held.slice(-FOOTER_LENGTH);
          return false;
        }
        this.#held = this.#held.slice(footer.index + footer[0].length);
        break;
      }
      default:
        this.#dropping satisfies never;
    }
    this.#dropping = "nothing";
    return true;
  }

  /** Where a private key begins whose header is complete and whose end has not come. */
  #unfinishedKey(): number | null {
    for (const match of matchesIn(this.#held, this.#patterns.all)) {
      if (match[0].startsWith(PEM_BEGIN) && !PEM_FOOTER.test(match[0])) return match.index;
    }
    return null;
  }

  /** How much of the held text no further text can change. `run` is where its last run begins. */
  #settled(run: number): number {
    const matches = matchesIn(this.#held, this.#patterns.all);
    let end = Math.min(run, this.#openHeader(), this.#openSecret());
    for (;;) {
      const start = runStart(this.#held, end);
      const crossing = matches.find(({ index, 0: match }) => index < start && index + match.length > start);
      if (crossing === undefined) return start;
      end = crossing.index;
    }
  }

  /** Where "-----BEGIN … PRIVATE KEY-----" stands half written at the end: the only shape with spaces. */
  #openHeader(): number {
    const at = this.#held.lastIndexOf(PEM_BEGIN);
    const open = at >= 0 && /^-----BEGIN[A-Z0-9 ]{0,54}-{0,5}$/.test(this.#held.slice(at));
    return open ? at : this.#held.length;
  }

  /** Where the longest beginning of a configured secret stands at the end. */
  #openSecret(): number {
    const { length } = this.#held;
    let earliest = length;
    for (const secret of this.#patterns.configured) {
      for (let size = Math.min(secret.length - 1, length); size > length - earliest; size--) {
        if (this.#held.endsWith(secret.slice(0, size))) earliest = length - size;
      }
    }
    return earliest;
  }
}
