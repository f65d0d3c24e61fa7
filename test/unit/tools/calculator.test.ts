import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CalculationError } from "../../../adapters/mcp/calculator/calculation-error.ts";
import { evaluate } from "../../../adapters/mcp/calculator/evaluate.ts";
import { formatNumber, plainNumber } from "../../../adapters/mcp/calculator/format.ts";

const calculate = (expression: string) => formatNumber(evaluate(expression));

describe("the calculator", () => {
  it.each([
    // precedence and grouping
    ["17 + 32", "49"],
    ["2 + 3 * 4", "14"],
    ["(2 + 3) * 4", "20"],
    ["20 / 2 * 5", "50"],
    ["10 - 4 - 3", "3"],
    ["3 + 4 * 2 / (1 - 5)^2", "3.5"],
    ["-2^2", "-4"],
    ["(-2)^2", "4"],
    ["2^3^2", "512"],
    ["2^-2", "0.25"],
    ["--5 + +3", "8"],
    ["2 * -3", "-6"],
    ["-3!", "-6"],
    ["2(3 + 4)", "14"],
    ["6/2(1+2)", "9"],
    ["(1+2)(3+4)", "21"],
    ["pi(2)", "6.283185307179586"],
    // decimals as people expect them
    ["0.1 + 0.2", "0.3"],
    ["1.1 * 1.1", "1.21"],
    ["0.1 * 3", "0.3"],
    ["1.005 * 1000", "1005"],
    ["10 / 4", "2.5"],
    [".5 + 1.", "1.5"],
    ["1/3", "0.3333333333333333"],
    ["1/3 * 3", "1"],
    ["22/7 * 7", "22"],
    ["1/2^20", "9.5367431640625e-7"],
    ["1e-10", "1e-10"],
    ["2.5e3", "2500"],
    ["0 * -1", "0"],
    // sizes
    ["2^100", "1267650600228229401496703205376"],
    ["2^256 - 1", "115792089237316195423570985008687907853269984665640564039457584007913129639935"],
    ["1e21", "1000000000000000000000"],
    ["123456789 * 987654321", "121932631112635269"],
    ["100!", "9.332621544394415e+157"],
    ["12345678901234567890.123456789", "12345678901234567890.123456789"],
    // modulo and percent
    ["10 % 3", "1"],
    ["10 mod 4", "2"],
    ["-7 % 3", "2"],
    ["10 % (2 + 2)", "2"],
    ["10%", "0.1"],
    ["10% + 1", "1.1"],
    ["200 + 10%", "220"],
    ["200 - 25%", "150"],
    ["15% of 200", "30"],
    ["50% * 8", "4"],
    // functions and constants
    ["sqrt(16) + cbrt(-27)", "1"],
    ["sqrt(2)^2", "2"],
    ["sqrt(2)^2 - 2", "0"],
    ["abs(-3) * sign(-2)", "-3"],
    ["round(2.5) + round(-2.5)", "0"],
    ["round(3.14159, 2)", "3.14"],
    ["round(1250, -2)", "1300"],
    ["floor(-1.5) + ceil(-1.5) + trunc(-1.5)", "-4"],
    ["min(3, 1, 2) + max(1, 3, 2)", "4"],
    ["sum(1, 2, 3) / mean(1, 2, 3)", "3"],
    ["log(1000) + log(8, 2) + log2(8) + log10(10)", "10"],
    ["ln(e^2)", "2"],
    ["exp(1) - e", "0"],
    ["sin(pi)", "0"],
    ["cos(pi / 2)", "0"],
    ["tan(pi / 4)", "1"],
    ["sin(30°) + cos(60 deg)", "1"],
    ["4 * atan(1) - pi", "0"],
    ["asin(1) - acos(0)", "0"],
    ["0^0", "1"],
    // as people and documents write it
    ["17 × 32 ÷ 4 − 1", "135"],
    ["2**10", "1024"],
    ["3² + 2³", "17"],
    ["√16 + √(9)", "7"],
    ["2π", "6.283185307179586"],
    ["1,234,567.5 + 1", "1234568.5"],
    ["1\u202f000 + 1", "1001"],
    ["max(1,234)", "234"],
    ["１７＋３２", "49"],
    ["17 + 32 = ?", "49"],
    ["SQRT(16) * PI / pi", "4"],
  ])("%s = %s", (expression, expected) => {
    expect(calculate(expression)).toBe(expected);
  });

  it.each([
    ["1 / 0", /^division by zero$/],
    ["5 % 0", /^division by zero$/],
    ["0^-1", /^division by zero$/],
    ["9^9^9", /too large/],
    ["9^9^9^9", /too large/],
    ["10^-99999", /too close to zero/],
    ["1e9999 * 1e9999", /too large/],
    ["1e99999", /too large/],
    ["1000!!", /factorial is of a whole number from 0 to 1000/],
    ["0.5!", /factorial is of a whole number/],
    ["exp(1e9)", /too large/],
    ["sin(1e99)", /angle is too large/],
    ["tan(pi / 2)", /infinite/],
    ["sqrt(-1)", /sqrt of a negative number/],
    ["(-8)^(1/3)", /no real root/],
    ["ln(0)", /ln takes a positive number/],
    ["asin(2)", /asin takes a number from -1 to 1/],
    ["1e9000 % 7", /too far apart/],
    ["2^1^".repeat(60) + 1, /more than 50 powers/],
  ])("%s has no result, and it says why", (expression, reason) => {
    expect(() => calculate(expression)).toThrow(CalculationError);
    expect(() => calculate(expression)).toThrow(reason);
  });

  it.each([
    ["", /empty/],
    ["   ", /empty/],
    ["5 +", /ends too early/],
    ["* 5", /"\*" at position 1 was not expected/],
    ["2 3", /"3" at position 3/],
    ["(1 + 2", /closing parenthesis is missing/],
    ["1 + 2)", /"\)" at position 6/],
    ["1.2.3", /not expected/],
    ["1,23", /thousands as 1,234,567/],
    ["1,234,5", /thousands as 1,234,567/],
    ["x + 1", /"x" is not known here/],
    ["5 kg", /"kg" is not known here/],
    ["sin 3", /not expected/],
    ["sin", /sin is a function: write sin\(…\)/],
    ["sqrt(1, 2)", /sqrt takes 1 number\(s\), not 2/],
    ["min()", /min takes at least 1/],
    ["a = 5", /"=" is not part of arithmetic/],
    ["f(x) = x", /"=" is not part of arithmetic/],
    ['"49"', /is not part of arithmetic/],
    ["[1, 2]", /is not part of arithmetic/],
    ["1; 2", /is not part of arithmetic/],
    ["process.exit(1)", /is not part of arithmetic/],
    ["constructor(1)", /"constructor" is not known here/],
    ["__proto__", /is not part of arithmetic/],
    ["1 😀 2", /"😀" is not part of arithmetic/],
    ["$5", /is not part of arithmetic/],
  ])("refuses %j", (expression, reason) => {
    expect(() => calculate(expression)).toThrow(CalculationError);
    expect(() => calculate(expression)).toThrow(reason);
  });

  it("agrees with the platform on any expression of small integers", () => {
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.integer({ min: 0, max: 99 }).map(String),
        fc
          .tuple(tie("expression"), fc.constantFrom("+", "-", "*"), tie("expression"))
          .map(([left, operator, right]) => `${left} ${operator} ${right}`),
        tie("expression").map((inner) => `(${inner})`),
        tie("expression").map((inner) => `(-${inner})`),
      ),
    }));
    fc.assert(
      fc.property(expression, (written) => {
        const platform = Number(new Function(`return ${written.replaceAll("--", "- -")}`)());
        fc.pre(Number.isSafeInteger(platform));
        expect(calculate(written)).toBe(String(platform + 0));
      }),
    );
  });

  it.each(["(", "-", "sin(", "2^.7^", "atan(1+", "1000!-"])("is quick even on %s again and again", (part) => {
    const opening = part.includes("(") ? 1 : 0;
    const times = /[a-z^!]/.test(part) ? 25 : 900;
    const started = performance.now();
    calculate(`${part.repeat(times)}1${")".repeat(times * opening)}`);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("gives the value as a number only where a double holds it", () => {
    expect(plainNumber(evaluate("17 + 32"))).toBe(49);
    expect(plainNumber(evaluate("0.1 + 0.2"))).toBe(0.3);
    expect(plainNumber(evaluate("2^53 + 1"))).toBeUndefined();
    expect(plainNumber(evaluate("1e400"))).toBeUndefined();
    expect(plainNumber(evaluate("1e-400"))).toBeUndefined();
  });
});
