import { Cursor } from "./cursor.ts";
import { type BinaryOperator, binary, type Expression, isCalculation, number } from "./expression.ts";
import {
  readFraction,
  readGathered,
  readList,
  readOrder,
  readPartOf,
  readPercentQuestion,
  readRounding,
} from "./phrases.ts";
import type { Postfix, Token } from "./tokens.ts";

export interface Parsed {
  readonly expression: Expression;
  /** Index of the first token behind it. */
  readonly next: number;
  /** False when all that says "arithmetic" are signs which ranges and dates have too ("3-4"). */
  readonly strong: boolean;
}

/**
 * Reads the longest arithmetic that begins at `start`; null when there is none with at least one operation.
 * `previous` is what "that" and "it" stand for, when anything.
 */
export function parseAt(tokens: readonly Token[], start: number, previous: string | null): Parsed | null {
  const first = tokens[start];
  if (first?.type === "operator" && (!first.sign || first.bullet)) return null;
  return new Parser(new Cursor(tokens, start, previous)).parse();
}

/** "times 3", "and squared": goes on with the previous result. */
export function parseContinuation(tokens: readonly Token[], start: number, previous: string): Parsed | null {
  return new Parser(new Cursor(tokens, start, previous)).parseBehind(number(previous));
}

/**
 * From weak to strong: + and -; * / and modulo, also unwritten multiplication as in 2(3+4), and "of"; the
 * sign; ^, which groups to the right; what is written behind its operand (%, "squared", !).
 */
class Parser {
  readonly #cursor: Cursor;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  parse(): Parsed | null {
    const cursor = this.#cursor;
    return this.#finished(
      cursor.attempt(() => readPercentQuestion(cursor, this.#signed)) ??
        cursor.attempt(() => readOrder(cursor, this.#sum)) ??
        this.#sum(),
    );
  }

  parseBehind(left: Expression): Parsed | null {
    return this.#finished(this.#sumFrom(this.#productFrom(this.#powerFrom(this.#postfixes(left)))));
  }

  #finished(expression: Expression | null): Parsed | null {
    if (expression === null || !isCalculation(expression)) return null;
    return { expression, next: this.#cursor.at, strong: this.#cursor.strong };
  }

  readonly #sum = (): Expression | null => {
    const first = this.#product();
    return first === null ? null : this.#sumFrom(first);
  };

  readonly #product = (): Expression | null => {
    const first = this.#signed();
    return first === null ? null : this.#productFrom(first);
  };

  #sumFrom(first: Expression): Expression {
    let left = first;
    for (;;) {
      const longer = this.#operation(left, ["+", "-"], this.#product);
      if (longer === null) return left;
      left = longer;
    }
  }

  #productFrom(first: Expression): Expression {
    const cursor = this.#cursor;
    let left = first;
    for (;;) {
      const part = left;
      const longer =
        cursor.attempt(() => readPartOf(cursor, part, this.#signed)) ??
        this.#operation(left, ["*", "/", "%"], this.#signed);
      if (longer === null) return left;
      left = longer;
    }
  }

  /** The operator and what stands behind it; null and nothing taken without operand ("17 + label"). */
  #operation(
    left: Expression,
    operators: readonly BinaryOperator[],
    read: () => Expression | null,
  ): Expression | null {
    const token = this.#cursor.peek();
    if (token?.type !== "operator" || token.bullet || !operators.includes(token.operator)) return null;
    return this.#cursor.attempt(() => {
      this.#cursor.at += 1;
      const right = read();
      if (right === null) return null;
      this.#cursor.strong ||= !token.weak || right.type === "percent";
      return binary(token.operator, left, right);
    });
  }

  readonly #signed = (): Expression | null => {
    const token = this.#cursor.peek();
    if (token?.type !== "operator" || !token.sign) return this.#power();
    return this.#cursor.attempt(() => {
      this.#cursor.at += 1;
      const operand = this.#signed();
      return operand === null ? null : { type: "negate", operand };
    });
  };

  #power(): Expression | null {
    const operand = this.#cursor.attempt(() => this.#operand());
    if (operand === null) return null;
    return this.#powerFrom(this.#postfixes(operand));
  }

  #powerFrom(base: Expression): Expression {
    return this.#operation(base, ["^"], this.#signed) ?? base;
  }

  #postfixes(operand: Expression): Expression {
    let expression = operand;
    for (;;) {
      const token = this.#cursor.peek();
      if (token?.type === "postfix") expression = this.#postfixed(expression, token.postfix);
      else if (token?.type === "power") expression = this.#raised(expression, token.exponent);
      else return expression;
      this.#cursor.at += 1;
    }
  }

  #postfixed(operand: Expression, postfix: Postfix): Expression {
    switch (postfix) {
      case "percent":
        return { type: "percent", operand };
      case "squared":
        return this.#raised(operand, "2");
      case "cubed":
        return this.#raised(operand, "3");
      case "factorial":
        return this.#cursor.strongly({ type: "factorial", operand });
      default:
        return postfix satisfies never;
    }
  }

  #raised(operand: Expression, exponent: string): Expression {
    return this.#cursor.strongly(binary("^", operand, number(exponent)));
  }

  #operand(): Expression | null {
    const cursor = this.#cursor;
    const token = cursor.peek();
    if (token?.type === "previous") return cursor.takePrevious();
    cursor.at += 1;
    switch (token?.type) {
      case "number":
        return this.#withFactor(number(token.text));
      case "open": {
        const inner = this.#sum();
        return inner !== null && cursor.take("close") ? this.#withFactor(inner) : null;
      }
      case "function":
        return this.#call(token);
      case "gather":
        return readGathered(cursor, token.gather, this.#sum);
      case "fraction":
        return readFraction(cursor, "1", token.divisor, this.#signed);
      case "multiple": {
        const operand = this.#signed();
        return operand === null ? null : cursor.strongly(binary("*", number(String(token.factor)), operand));
      }
      case "word":
        return token.text === "the" || token.text === "a" ? cursor.attempt(() => this.#operand()) : null;
      default:
        return null;
    }
  }

  /** "2(3 + 4)", and "three quarters of 80" */
  #withFactor(left: Expression): Expression | null {
    const cursor = this.#cursor;
    const token = cursor.peek();
    if (token?.type === "fraction" && left.type === "number") {
      cursor.at += 1;
      return readFraction(cursor, left.text, token.divisor, this.#signed);
    }
    if (token?.type !== "open" || cursor.peek(-1)?.end !== token.start) return left;
    const right = cursor.attempt(() => this.#operand());
    return right === null ? left : cursor.strongly(binary("*", left, right));
  }

  #call({ name, of }: Token & { readonly type: "function" }): Expression | null {
    const cursor = this.#cursor;
    if (of && name === "round") return readRounding(cursor, () => this.#operand());
    const operands = of ? [cursor.attempt(() => this.#operand())] : this.#parameters();
    const [operand, ...others] = operands;
    if (operand === undefined || operand === null) return null;
    switch (name) {
      case "factorial":
        return cursor.strongly({ type: "factorial", operand });
      case "square":
        return this.#raised(operand, "2");
      case "cube":
        return this.#raised(operand, "3");
      default:
        return cursor.strongly({
          type: "call",
          name,
          operands: [operand, ...others.filter((more) => more !== null)],
        });
    }
  }

  #parameters(): readonly Expression[] {
    if (!this.#cursor.take("open")) return [];
    const parameters = readList(this.#cursor, this.#sum);
    return this.#cursor.take("close") ? parameters : [];
  }
}
