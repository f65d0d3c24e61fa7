import { expect, it } from "vitest";
import { preferredWait } from "../../../adapters/http/prefer.ts";

it.each([
  ["wait=10", 10],
  ["wait=0", 0],
  ["Wait = 5", 5],
  ['wait="7"', 7],
  ["respond-async, wait=20", 20],
  ["wait=20, wait=30", 20],
  ["wait=10; foo=bar", 10],
  ["wait=60", 60],
  ["wait=61", 60],
  ["wait=999999999", 60],
  ["", null],
  ["respond-async", null],
  ["wait", null],
  ["wait=", null],
  ["wait=-1", null],
  ["wait=1.5", null],
  ["wait=ten", null],
  ["wait=1e3", null],
  ["waiting=10", null],
  ["await=10", null],
])("Prefer: %s asks to wait for %s seconds", (header, seconds) => {
  expect(preferredWait(header)).toBe(seconds);
});
