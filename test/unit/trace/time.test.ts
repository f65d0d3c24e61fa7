import { expect, it } from "vitest";
import type { Timestamp } from "../../../domain/ids.ts";
import { later, millisecondsBetween } from "../../../domain/time.ts";

it.each([
  ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z", 0],
  ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.007Z", 7],
  ["2026-01-01T00:00:01.500Z", "2026-01-01T00:00:00.000Z", -1500],
  ["2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00.000Z", 1],
  ["2024-02-28T00:00:00.000Z", "2024-03-01T00:00:00.000Z", 2 * 86_400_000],
  ["2026-02-28T00:00:00.000Z", "2026-03-01T00:00:00.000Z", 86_400_000],
  ["2000-02-28T00:00:00.000Z", "2000-03-01T00:00:00.000Z", 2 * 86_400_000],
  ["2100-02-28T00:00:00.000Z", "2100-03-01T00:00:00.000Z", 86_400_000],
])("from %s to %s there are %d ms", (start, end, ms) => {
  expect(millisecondsBetween(start as Timestamp, end as Timestamp)).toBe(ms);
  expect(later(start as Timestamp, ms)).toBe(end);
});
