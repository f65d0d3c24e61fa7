import { type Expression, number } from "./expression.ts";
import type { Postfix, Token } from "./tokens.ts";

/** Deeper nesting is no message by a person. */
const MAX_DEPTH = 24;

/** A place in a message's tokens, moved forward by what is taken. */
export class Cursor {
  at: number;
  /** True once something was taken that says "arithmetic" for sure; "3-4" alone does not. */
  strong = false;
  readonly #tokens: readonly Token[];
  readonly #previous: string | null;
  #depth = 0;

  /** `previous` is what "that" and "it" stand for, when anything. */
  constructor(tokens: readonly Token[], at: number, previous: string | null) {
    this.#tokens = tokens;
    this.at = at;
    this.#previous = previous;
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.at + ahead];
  }

  take(type: Token["type"]): boolean {
    return this.#takeIf(this.peek()?.type === type);
  }

  takePostfix(postfix: Postfix): boolean {
    const token = this.peek();
    return this.#takeIf(token?.type === "postfix" && token.postfix === postfix);
  }

  takeWord(...words: readonly string[]): boolean {
    const token = this.peek();
    return this.#takeIf(token?.type === "word" && words.includes(token.text));
  }

  /** The previous result, with the word for it when one stands here; null when there is none. */
  takePrevious(): Expression | null {
    this.take("previous");
    return this.#previous === null ? null : number(this.#previous);
  }

  /** Tries to read; when that fails, or nests too deeply, nothing was taken. */
  attempt(read: () => Expression | null): Expression | null {
    if (this.#depth >= MAX_DEPTH) return null;
    const { at, strong } = this;
    this.#depth += 1;
    const expression = read();
    this.#depth -= 1;
    if (expression === null) {
      this.at = at;
      this.strong = strong;
    }
    return expression;
  }

  /** `expression`, whose form leaves no doubt that it is arithmetic. */
  strongly(expression: Expression): Expression {
    this.strong = true;
    return expression;
  }

  #takeIf(taken: boolean): boolean {
    if (taken) this.at += 1;
    return taken;
  }
}
