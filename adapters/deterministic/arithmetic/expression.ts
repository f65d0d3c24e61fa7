export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "^";

/** Arithmetic as it was understood, to be written in the calculator's notation. */
export type Expression =
  | { readonly type: "number"; readonly text: string }
  | { readonly type: "negate" | "percent" | "factorial"; readonly operand: Expression }
  | { readonly type: "call"; readonly name: string; readonly operands: readonly Expression[] }
  | {
      readonly type: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

export function number(text: string): Expression {
  return { type: "number", text };
}

export function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  return { type: "binary", operator, left, right };
}

/** A percentage as a factor: 12.5% is 12.5 / 100. */
export function hundredths(operand: Expression): Expression {
  return binary("/", operand, number("100"));
}

/** A number, a negative number or a percentage alone is nothing to calculate. */
export function isCalculation(expression: Expression): boolean {
  switch (expression.type) {
    case "number":
      return false;
    case "negate":
    case "percent":
      return isCalculation(expression.operand);
    case "factorial":
    case "call":
    case "binary":
      return true;
    default:
      return expression satisfies never;
  }
}

const STRENGTH = { "+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "^": 4 } as const satisfies Record<
  BinaryOperator,
  number
>;
const SIGN = 3;
const POSTFIX = 5;
const WHOLE = 6;

/** The expression with as few parentheses as it needs: "(3 + 4) * 2 ^ 3". */
export function write(expression: Expression): string {
  switch (expression.type) {
    case "number":
      return expression.text;
    case "negate":
      return `-${within(expression.operand, SIGN)}`;
    case "percent":
      return `${within(expression.operand, POSTFIX)}%`;
    case "factorial":
      return `${within(expression.operand, POSTFIX)}!`;
    case "call":
      return `${expression.name}(${expression.operands.map(write).join(", ")})`;
    case "binary": {
      const { operator, left, right } = expression;
      const strength = STRENGTH[operator];
      // ^ groups to the right, all others to the left.
      const [leftRoom, rightRoom] = operator === "^" ? [strength + 1, strength] : [strength, strength + 1];
      return `${within(left, leftRoom)} ${operator} ${within(right, rightRoom)}`;
    }
    default:
      return expression satisfies never;
  }
}

function within(operand: Expression, room: number): string {
  const text = write(operand);
  return strengthOf(operand) >= room ? text : `(${text})`;
}

function strengthOf(expression: Expression): number {
  switch (expression.type) {
    case "number":
      return expression.text.startsWith("-") ? SIGN : WHOLE;
    case "negate":
      return SIGN;
    case "percent":
    case "factorial":
      return POSTFIX;
    case "call":
      return WHOLE;
    case "binary":
      return STRENGTH[expression.operator];
    default:
      return expression satisfies never;
  }
}
