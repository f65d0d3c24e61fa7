/** Retry-After in seconds or as a date (RFC 9110), or the more exact retry-after-ms; null when not told. */
export function retryAfterSeconds(headers: Headers | undefined): number | null {
  const exact = numeric(headers?.get("retry-after-ms"));
  if (exact !== null) return Math.max(0, exact / 1000);
  const told = headers?.get("retry-after");
  if (!told) return null;
  const seconds = numeric(told);
  if (seconds !== null) return Math.max(0, seconds);
  const at = Date.parse(told);
  return Number.isNaN(at) ? null : Math.max(0, (at - Date.now()) / 1000);
}

function numeric(text: string | null | undefined): number | null {
  const value = text?.trim() ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}
