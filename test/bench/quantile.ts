/** The value below which that share of the values lies, rounded to hundredths. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return hundredths(sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
