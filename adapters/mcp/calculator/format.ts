import type { Decimal } from "decimal.js";

/** Integers are written in full up to so many digits. */
const INTEGER_DIGITS = 100;
/** A number with more significant digits than this counts as one without end. */
const EXACT_DIGITS = 30;
const ROUNDED_DIGITS = 16;

/**
 * A number as people write it: 0.3, 1267650600228229401496703205376, 9.332621544394415e+157; one without end as other
 * programs print it, as the nearest double (0.3333333333333333). What the last digits of the computation got
 * wrong is rounded away first.
 */
export function formatNumber(value: Decimal): string {
  const rounded = value.toSignificantDigits(INTEGER_DIGITS);
  if (rounded.isZero()) return "0";
  if (rounded.isInteger() && rounded.e < INTEGER_DIGITS) return rounded.toFixed();
  if (rounded.precision() <= EXACT_DIGITS) return rounded.toString();
  const double = rounded.toNumber();
  const inRange = Number.isFinite(double) && double !== 0 && !Number.isInteger(double);
  return inRange ? String(double) : rounded.toSignificantDigits(ROUNDED_DIGITS).toString();
}

/** The same as a JavaScript number, where that holds it: undefined for what it would round to an integer. */
export function plainNumber(value: Decimal): number | undefined {
  const number = value.toNumber();
  if (!Number.isFinite(number)) return undefined;
  if (!Number.isInteger(number)) return number;
  return Number.isSafeInteger(number) && formatNumber(value) === String(number) ? number : undefined;
}
