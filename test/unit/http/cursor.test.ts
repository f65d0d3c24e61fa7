import { expect, it } from "vitest";
import { decodeCursor, encodeCursor } from "../../../adapters/http/cursor.ts";
import { HttpProblem } from "../../../adapters/http/problems.ts";

it.each(["01a20886-803e-7d8e-918b-a4d2c97b1273", "1766491762110-0:run", "", "ü/?&=#"])(
  "gives %j out so that it is safe in a URL, and takes it back",
  (cursor) => {
    expect(encodeCursor(cursor)).toMatch(/^[\w-]+$/);
    expect(decodeCursor(encodeCursor(cursor))).toBe(cursor);
  },
);

it.each([
  "",
  "x",
  "not-a-cursor",
  "01a20886-803e-7d8e-918b-a4d2c97b1273",
  `${encodeCursor("a")}=`,
  `${encodeCursor("a")}A`,
])("refuses %j, which it never gave out", (text) => {
  expect(() => decodeCursor(text)).toThrow(HttpProblem);
});
