import { Decimal } from "decimal.js";
import { CalculationError } from "./calculation-error.ts";
import { CONSTANTS, FUNCTIONS } from "./functions.ts";
import { checkSize, factorial, modulo, PRECISION, power } from "./numbers.ts";
import { type BinaryOperator, type Expression, parse } from "./parse.ts";

/** The value of an arithmetic expression. Throws CalculationError when it is none, or has no value. */
export function evaluate(expression: string): Decimal {
  return value(parse(expression));
}

function value(expression: Expression): Decimal {
  switch (expression.type) {
    case "number":
      return checkSize(new Decimal(expression.text));
    case "constant":
      return constant(expression.name);
    case "call":
      return call(expression.name, expression.parameters.map(value));
    case "negate":
      return value(expression.operand).neg();
    case "percent":
      return value(expression.operand).div(100);
    case "factorial":
      return factorial(value(expression.operand));
    case "binary":
      return checkSize(binary(expression.operator, value(expression.left), rightOf(expression)));
    default:
      return expression satisfies never;
  }
}

/** As on a pocket calculator, 200 + 10% is 220: a percentage added or subtracted is one of what stands left of it. */
function rightOf({ operator, left, right }: Expression & { readonly type: "binary" }): Decimal {
  const relative = (operator === "+" || operator === "-") && right.type === "percent";
  return relative ? value(right).times(value(left)) : value(right);
}

function binary(operator: BinaryOperator, left: Decimal, right: Decimal): Decimal {
  switch (operator) {
    case "+":
      return withoutNoise(left.plus(right), left, right);
    case "-":
      return withoutNoise(left.minus(right), left, right);
    case "*":
      return left.times(right);
    case "/":
      if (right.isZero()) throw new CalculationError("division by zero");
      return left.div(right);
    case "mod":
      return modulo(left, right);
    case "^":
      return power(left, right);
    default:
      return operator satisfies never;
  }
}

/**
 * What is left when two numbers that are equal but for their rounding cancel out: sqrt(2)^2 - 2 is 0. Numbers
 * that were never rounded (integers, and decimals of few digits) differ by what they differ by.
 */
function withoutNoise(sum: Decimal, left: Decimal, right: Decimal): Decimal {
  if (isExact(left) && isExact(right)) return sum;
  return sum.abs().lt(left.abs().times("1e-45")) ? new Decimal(0) : sum;
}

function isExact(value: Decimal): boolean {
  return value.isInteger() || value.precision() < PRECISION / 3;
}

function constant(name: string): Decimal {
  const known = CONSTANTS.get(name);
  if (known !== undefined) return known;
  if (FUNCTIONS.has(name)) throw new CalculationError(`${name} is a function: write ${name}(…)`);
  throw unknown(name);
}

function call(name: string, parameters: readonly Decimal[]): Decimal {
  const known = FUNCTIONS.get(name);
  if (known === undefined) {
    const product = CONSTANTS.get(name);
    // pi(2) reads as a call, and means a product.
    if (product !== undefined && parameters.length === 1)
      return binary("*", product, parameters[0] ?? product);
    throw unknown(name);
  }
  const { least, most, apply } = known;
  if (parameters.length < least || parameters.length > most) {
    const expected =
      most === Number.POSITIVE_INFINITY ? `at least ${least}` : [...new Set([least, most])].join(" or ");
    throw new CalculationError(`${name} takes ${expected} number(s), not ${parameters.length}`);
  }
  return checkSize(apply(...(parameters as [Decimal, ...Decimal[]])));
}

function unknown(name: string): CalculationError {
  const names = [...FUNCTIONS.keys(), ...CONSTANTS.keys()].join(", ");
  return new CalculationError(`"${name}" is not known here; known are ${names}`);
}
