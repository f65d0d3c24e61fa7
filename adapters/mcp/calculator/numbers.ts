import { Decimal } from "decimal.js";
import { CalculationError } from "./calculation-error.ts";

/** Significant digits of every step; 20 more than are shown of an integer, so that what is shown is right. */
export const PRECISION = 120;

/** Numbers beyond 10^±10000 are refused: they would only take time and paper. */
const MAX_EXPONENT = 10_000;

const MAX_FACTORIAL = 1_000;

/** Sine and its kind need as many digits of pi as the angle has digits before the point. */
const MAX_ANGLE = 1e15;

/** Sine and its kind are slow: half the digits take a tenth of the time. */
const Angle = Decimal.clone({ precision: PRECISION / 2 });

Decimal.set({ precision: PRECISION, rounding: Decimal.ROUND_HALF_UP, toExpNeg: -7, toExpPos: 21 });

export function checkSize(value: Decimal): Decimal {
  if (value.isNaN()) throw new CalculationError("the result is not a real number");
  if (!value.isFinite() || value.e > MAX_EXPONENT) throw new CalculationError("a number gets too large");
  if (!value.isZero() && value.e < -MAX_EXPONENT)
    throw new CalculationError("a number gets too close to zero");
  return value;
}

/** Judged by its logarithm before it is computed: 9^9^9^9 would never end. */
export function power(base: Decimal, exponent: Decimal): Decimal {
  if (base.isZero() && exponent.isNegative() && !exponent.isZero())
    throw new CalculationError("division by zero");
  if (base.isNegative() && !base.isZero() && !exponent.isInteger()) {
    throw new CalculationError("a negative number has no real root of that kind");
  }
  if (!base.isZero()) checkMagnitude(exponent.toNumber() * log10(base.abs()));
  return base.pow(exponent);
}

export function exponential(exponent: Decimal): Decimal {
  checkMagnitude(exponent.toNumber() * Math.LOG10E);
  return exponent.exp();
}

/** The sign follows the divisor, as in mathematics: -7 mod 3 is 2. */
export function modulo(value: Decimal, divisor: Decimal): Decimal {
  if (divisor.isZero()) throw new CalculationError("division by zero");
  if (value.e - divisor.e > PRECISION)
    throw new CalculationError("the numbers are too far apart for a remainder");
  const remainder = value.mod(divisor);
  const opposed = !remainder.isZero() && remainder.isNegative() !== divisor.isNegative();
  return opposed ? remainder.plus(divisor) : remainder;
}

export function factorial(value: Decimal): Decimal {
  if (!value.isInteger() || value.isNegative() || value.gt(MAX_FACTORIAL)) {
    throw new CalculationError(`a factorial is of a whole number from 0 to ${MAX_FACTORIAL}`);
  }
  let product = new Decimal(1);
  for (let factor = 2; factor <= value.toNumber(); factor += 1) product = product.times(factor);
  return product;
}

/** Sine and its kind: rounded where their last digits are noise, so that sin(pi) is 0. */
export function trigonometric(angle: Decimal, compute: (angle: Decimal) => Decimal): Decimal {
  if (angle.abs().gt(MAX_ANGLE)) throw new CalculationError("the angle is too large");
  return new Decimal(compute(new Angle(angle)).toDecimalPlaces(PRECISION / 2 - 10));
}

function checkMagnitude(exponent: number): void {
  if (exponent > MAX_EXPONENT) throw new CalculationError("a number gets too large");
  if (exponent < -MAX_EXPONENT) throw new CalculationError("a number gets too close to zero");
}

/** Good enough to judge a magnitude, and quick, also for numbers that JavaScript's own cannot hold. */
function log10(value: Decimal): number {
  const plain = Math.log10(value.toNumber());
  return Number.isFinite(plain) ? plain : value.e;
}
