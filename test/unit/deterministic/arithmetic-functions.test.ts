import { describe, expect, it } from "vitest";
import { findArithmetic } from "../../../adapters/deterministic/arithmetic/find.ts";

const expressions = (message: string) => findArithmetic(message).map(({ expression }) => expression);

describe("functions written with words behind them", () => {
  it.each([
    ["sqrt of 144", "sqrt(144)"],
    ["What is the cbrt of 27?", "cbrt(27)"],
    ["max of 3 and 9", "max(3, 9)"],
    ["min of 3, 9 and 1", "min(3, 9, 1)"],
    ["round 3.7", "round(3.7)"],
    ["Round 3.7 to the nearest integer.", "round(3.7)"],
    ["round 3.14159 to 2 places", "round(3.14159, 2)"],
    ["Please round 2.71828 to three decimal places", "round(2.71828, 3)"],
    ["round(3.14159, 2)", "round(3.14159, 2)"],
  ])("%s", (message, expression) => {
    expect(expressions(message)).toEqual([expression]);
  });

  it("does not round to something else than what was asked", () => {
    expect(expressions("round 1234 to the nearest hundred")).toEqual([]);
    expect(expressions("round 1234 to 2 significant digits")).toEqual([]);
  });
});
