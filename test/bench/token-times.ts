/** Tokens of the bench's model carry the time in ms modulo this: longer than a measurement, shorter than a secret. */
export const MODULUS = 1_000_000;

/** How long ago, in ms, that token was sent. */
export function ageOf(token: number): number {
  return (((Date.now() - token) % MODULUS) + MODULUS) % MODULUS;
}
