import { Decimal } from "decimal.js";
import { CalculationError } from "./calculation-error.ts";
import { exponential, modulo, power, trigonometric } from "./numbers.ts";

interface CalculatorFunction {
  /** How many numbers it takes. */
  readonly least: number;
  readonly most: number;
  readonly apply: (first: Decimal, ...others: Decimal[]) => Decimal;
}

const PI = Decimal.acos(-1);

/** `e` is Euler's number; `deg` turns degrees into radians: sin(30 deg). */
export const CONSTANTS: ReadonlyMap<string, Decimal> = new Map([
  ["pi", PI],
  ["e", Decimal.exp(1)],
  ["tau", PI.times(2)],
  ["deg", PI.div(180)],
]);

/** `log` is decadic or to the base given second, `ln` natural; angles are radians. */
export const FUNCTIONS: ReadonlyMap<string, CalculatorFunction> = new Map([
  ["sqrt", one((x) => nonNegative("sqrt", x).sqrt())],
  ["cbrt", one((x) => x.cbrt())],
  ["abs", one((x) => x.abs())],
  ["sign", one((x) => new Decimal(x.isZero() ? 0 : Decimal.sign(x)))],
  ["round", oneOrTwo(round)],
  ["floor", one((x) => x.floor())],
  ["ceil", one((x) => x.ceil())],
  ["trunc", one((x) => x.trunc())],
  ["min", any((...values) => Decimal.min(...values))],
  ["max", any((...values) => Decimal.max(...values))],
  ["sum", any((...values) => Decimal.sum(...values))],
  ["mean", any((...values) => Decimal.sum(...values).div(values.length))],
  ["pow", two(power)],
  ["mod", two(modulo)],
  ["exp", one(exponential)],
  ["ln", one((x) => positive("ln", x).ln())],
  ["log", oneOrTwo(logarithm)],
  ["log10", one((x) => logarithm(x))],
  ["log2", one((x) => logarithm(x, new Decimal(2)))],
  ["sin", one((x) => trigonometric(x, (angle) => angle.sin()))],
  ["cos", one((x) => trigonometric(x, (angle) => angle.cos()))],
  ["tan", one(tangent)],
  ["asin", one((x) => trigonometric(unitInterval("asin", x), (value) => value.asin()))],
  ["acos", one((x) => trigonometric(unitInterval("acos", x), (value) => value.acos()))],
  ["atan", one((x) => trigonometric(x, (value) => value.atan()))],
]);

function one(apply: (x: Decimal) => Decimal): CalculatorFunction {
  return { least: 1, most: 1, apply };
}

function two(apply: (x: Decimal, y: Decimal) => Decimal): CalculatorFunction {
  return { least: 2, most: 2, apply: apply as CalculatorFunction["apply"] };
}

function oneOrTwo(apply: (x: Decimal, y?: Decimal) => Decimal): CalculatorFunction {
  return { least: 1, most: 2, apply };
}

function any(apply: (...values: Decimal[]) => Decimal): CalculatorFunction {
  return { least: 1, most: Number.POSITIVE_INFINITY, apply };
}

/** Halves go away from zero; `places` after the point, before it when negative. */
function round(value: Decimal, places = new Decimal(0)): Decimal {
  if (!places.isInteger() || places.abs().gt(100)) {
    throw new CalculationError("round takes a whole number of places from -100 to 100");
  }
  const scale = new Decimal(10).pow(places);
  return value.times(scale).round().div(scale);
}

function logarithm(value: Decimal, base = new Decimal(10)): Decimal {
  positive("log", value);
  if (positive("log", base).eq(1)) throw new CalculationError("1 is no base of logarithms");
  return value.log(base);
}

function tangent(angle: Decimal): Decimal {
  const sine = trigonometric(angle, (value) => value.sin());
  const cosine = trigonometric(angle, (value) => value.cos());
  if (cosine.isZero()) throw new CalculationError("the tangent of that angle is infinite");
  return sine.div(cosine);
}

function nonNegative(name: string, value: Decimal): Decimal {
  if (value.lt(0)) throw new CalculationError(`${name} of a negative number is not a real number`);
  return value;
}

function positive(name: string, value: Decimal): Decimal {
  if (value.lte(0)) throw new CalculationError(`${name} takes a positive number`);
  return value;
}

function unitInterval(name: string, value: Decimal): Decimal {
  if (value.abs().gt(1)) throw new CalculationError(`${name} takes a number from -1 to 1`);
  return value;
}
