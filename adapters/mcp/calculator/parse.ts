import { CalculationError } from "./calculation-error.ts";
import { type Token, tokenize } from "./tokens.ts";

export type BinaryOperator = "+" | "-" | "*" | "/" | "mod" | "^";

export type Expression =
  | { readonly type: "number"; readonly text: string }
  | { readonly type: "constant"; readonly name: string }
  | { readonly type: "call"; readonly name: string; readonly parameters: readonly Expression[] }
  | { readonly type: "negate" | "percent" | "factorial"; readonly operand: Expression }
  | {
      readonly type: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

/** Each takes up to some milliseconds, and nothing else runs meanwhile. */
const MAX_SLOW_OPERATIONS = 50;

/**
 * Reads an arithmetic expression. From weak to strong: + and -; * / and modulo, also unwritten multiplication as
 * in 2(3+4); the sign; ^, which groups to the right; ! and percent. So -2^2 is -4 and 2^3^2 is 512.
 * A % in front of a number, a name or a parenthesis is modulo (10 % 3), else percent (10%).
 */
export function parse(expression: string): Expression {
  const tokens = tokenize(expression);
  if (tokens.filter(isSlow).length > MAX_SLOW_OPERATIONS) {
    throw new CalculationError(`there are more than ${MAX_SLOW_OPERATIONS} powers, factorials and functions`);
  }
  return new Parser(tokens).parse();
}

function isSlow({ type, text }: Token): boolean {
  return type === "name" || text === "^" || text === "!" || text === "√";
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Expression {
    if (this.#peek().type === "end") throw new CalculationError("the expression is empty");
    const expression = this.#sum();
    if (this.#peek().type !== "end") throw this.#unexpected();
    return expression;
  }

  #sum(): Expression {
    let left = this.#product();
    for (let operator = this.#take("+", "-"); operator; operator = this.#take("+", "-")) {
      left = { type: "binary", operator, left, right: this.#product() };
    }
    return left;
  }

  #product(): Expression {
    let left = this.#signed();
    for (let operator = this.#multiplication(); operator; operator = this.#multiplication()) {
      left = { type: "binary", operator, left, right: this.#signed() };
    }
    return left;
  }

  #multiplication(): BinaryOperator | undefined {
    const written = this.#take("*", "/");
    if (written) return written;
    if (this.#take("%") || this.#take("mod")) return "mod";
    if (this.#take("of")) return "*";
    const { type, text } = this.#peek();
    return type === "name" || text === "(" || text === "√" ? "*" : undefined;
  }

  #signed(): Expression {
    if (this.#take("-")) return { type: "negate", operand: this.#signed() };
    if (this.#take("+")) return this.#signed();
    return this.#power();
  }

  #power(): Expression {
    const base = this.#postfix();
    if (!this.#take("^")) return base;
    return { type: "binary", operator: "^", left: base, right: this.#signed() };
  }

  #postfix(): Expression {
    let operand = this.#operand();
    for (;;) {
      if (this.#take("!")) operand = { type: "factorial", operand };
      else if (this.#peek().text === "%" && !this.#isOperand(this.#peek(1))) {
        this.#position += 1;
        operand = { type: "percent", operand };
      } else return operand;
    }
  }

  #operand(): Expression {
    const token = this.#peek();
    if (token.type === "end") throw new CalculationError("the expression ends too early");
    if (!this.#isOperand(token)) throw this.#unexpected();
    this.#position += 1;
    if (token.type === "number") return { type: "number", text: token.text };
    if (token.type === "name") return this.#named(token.text);
    if (token.text === "√") return { type: "call", name: "sqrt", parameters: [this.#postfix()] };
    const inner = this.#sum();
    this.#close();
    return inner;
  }

  #named(name: string): Expression {
    if (!this.#take("(")) return { type: "constant", name };
    if (this.#take(")")) return { type: "call", name, parameters: [] };
    const parameters = [this.#sum()];
    while (this.#take(",")) parameters.push(this.#sum());
    this.#close();
    return { type: "call", name, parameters };
  }

  #close(): void {
    if (this.#take(")")) return;
    if (this.#peek().type === "end") throw new CalculationError("a closing parenthesis is missing");
    throw this.#unexpected();
  }

  #peek(ahead = 0): Token {
    return this.#tokens[this.#position + ahead] ?? { type: "end", text: "", at: 0 };
  }

  #isOperand({ type, text }: Token): boolean {
    // The words that are operators stand between operands, never for one.
    if (type === "name") return text !== "of" && text !== "mod";
    return type === "number" || text === "(" || text === "√";
  }

  /** Goes past the current token when it is one of these. */
  #take<Text extends string>(...texts: readonly Text[]): Text | undefined {
    const taken = texts.find((text) => text === this.#peek().text);
    if (taken !== undefined) this.#position += 1;
    return taken;
  }

  #unexpected(): CalculationError {
    const { text, at, type } = this.#peek();
    const hint =
      text === "," ? "; write decimals with a point, and thousands as 1,234,567 or without commas" : "";
    const where = type === "end" ? "the end" : `"${text}" at position ${at + 1}`;
    return new CalculationError(`${where} was not expected${hint}`);
  }
}
