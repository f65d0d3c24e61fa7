/** The expression is no arithmetic, or has no result; the message is for who wrote it. */
export class CalculationError extends Error {
  override readonly name = "CalculationError";
}
