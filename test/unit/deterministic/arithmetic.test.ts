import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findArithmetic } from "../../../adapters/deterministic/arithmetic/find.ts";
import { evaluate } from "../../../adapters/mcp/calculator/evaluate.ts";

const expressions = (message: string, previous: string | null = null) =>
  findArithmetic(message, previous).map(({ expression }) => expression);

describe("arithmetic in a message becomes an expression for the calculator", () => {
  it.each([
    // In symbols.
    ["17 + 32", "17 + 32"],
    ["17+32", "17 + 32"],
    ["What is 17 + 32?", "17 + 32"],
    ["What's 17 + 32", "17 + 32"],
    ["17 + 32 =", "17 + 32"],
    ["17 + 32 = ?", "17 + 32"],
    ["Is 17 + 32 = 49?", "17 + 32"],
    ["Calculate: 17 + 32!", "17 + 32"],
    ["please compute (3+4)*2^3", "(3 + 4) * 2 ^ 3"],
    ["2**10", "2 ^ 10"],
    ["2^3^2", "2 ^ 3 ^ 2"],
    ["-5 + 3", "-5 + 3"],
    ["-2^2", "-2 ^ 2"],
    ["(-2)^2", "(-2) ^ 2"],
    ["3 * -5", "3 * -5"],
    ["7 × 8", "7 * 8"],
    ["7 x 8", "7 * 8"],
    ["7x8", "7 * 8"],
    ["144 ÷ 12", "144 / 12"],
    ["100/8", "100 / 8"],
    ["10-4", "10 - 4"],
    ["10 − 4", "10 - 4"],
    ["What is 10 - 4 - 3?", "10 - 4 - 3"],
    ["10 - (4 - 3)", "10 - (4 - 3)"],
    ["1,000 + 250", "1000 + 250"],
    ["1.234.567 + 1", "1234567 + 1"],
    ["how much is 19,99 * 3?", "19.99 * 3"],
    ["0.1 + 0.2", "0.1 + 0.2"],
    [".5 * 4", "0.5 * 4"],
    ["1e3 * 2", "1e3 * 2"],
    ["$20 * 3", "20 * 3"],
    ["20€ + 5€", "20 + 5"],
    ["１７＋３２", "17 + 32"],
    ["٣ + ٤", "3 + 4"],
    ["5² + 12²", "5 ^ 2 + 12 ^ 2"],
    ["√144", "sqrt(144)"],
    ["sqrt(2) * 3", "sqrt(2) * 3"],
    ["sqrt 16 + 9", "sqrt(16) + 9"],
    ["max(3, 7, 5) + 1", "max(3, 7, 5) + 1"],
    ["2(3 + 4)", "2 * (3 + 4)"],
    ["10 % 3", "10 % 3"],
    ["5! / 3!", "5! / 3!"],
    ["(3! + 4) * 2", "(3! + 4) * 2"],
    ["200 + 10%", "200 + 10%"],
    ["What is `17 + 32`?", "17 + 32"],
    // In words.
    ["what's seventeen plus thirty-two", "17 + 32"],
    ["What is seventeen plus thirty two?", "17 + 32"],
    ["three hundred and five times two", "305 * 2"],
    ["two thousand twenty-six minus one thousand nine hundred ninety-nine", "2026 - 1999"],
    ["a hundred divided by eight", "100 / 8"],
    ["100 divided by 8", "100 / 8"],
    ["5 times 6 minus 2", "5 * 6 - 2"],
    ["two point five times four", "2.5 * 4"],
    ["minus five plus three", "-5 + 3"],
    ["2.5 million divided by 4", "2500000 / 4"],
    ["square root of 144", "sqrt(144)"],
    ["What is the square root of 16 plus 9?", "sqrt(16) + 9"],
    ["cube root of 27", "cbrt(27)"],
    ["2 to the power of 10", "2 ^ 10"],
    ["2 to the 10th power", "2 ^ 10"],
    ["What is 4 to the third power?", "4 ^ 3"],
    ["seven squared", "7 ^ 2"],
    ["5 cubed plus 1", "5 ^ 3 + 1"],
    ["17 mod 5", "17 % 5"],
    ["factorial of 5", "5!"],
    ["what do you get if you multiply 6 by 7", "6 * 7"],
    ["add 5 and 6", "5 + 6"],
    ["Add 5 to 6, please", "5 + 6"],
    ["subtract 3 from 10", "10 - 3"],
    ["divide 100 by 8", "100 / 8"],
    ["the sum of 3, 4 and 5", "3 + 4 + 5"],
    ["sum of 1,2,3", "1 + 2 + 3"],
    ["What is the difference between 10 and 4?", "10 - 4"],
    ["product of 6 and 7", "6 * 7"],
    ["average of 3, 4 and 8", "(3 + 4 + 8) / 3"],
    // Parts.
    ["What is 12.5% of 80?", "12.5 / 100 * 80"],
    ["15 percent of 60", "15 / 100 * 60"],
    ["20% off 50", "50 - 20%"],
    ["15% tip on 40", "15 / 100 * 40"],
    ["increase 50 by 10%", "50 + 10%"],
    ["add 10% to 50", "50 + 10%"],
    ["what percent of 80 is 20?", "20 / 80 * 100"],
    ["20 is what percent of 80?", "20 / 80 * 100"],
    ["half of 30", "30 / 2"],
    ["a quarter of 100", "100 / 4"],
    ["three quarters of 80", "3 / 4 * 80"],
    ["2/3 of 90", "2 / 3 * 90"],
    ["twice 21", "2 * 21"],
    // Among other words.
    ["Hi! Can you tell me what 17 plus 32 is?", "17 + 32"],
    ["If a ticket costs 12 + 3, what do I pay?", "12 + 3"],
    ["Run 17 + 32 through the calculator", "17 + 32"],
    ["was ist 17 + 32", "17 + 32"],
    ["What is a lease? And what is 17 + 32?", "17 + 32"],
  ])("%s → %s", (message, expression) => {
    expect(expressions(message)).toEqual([expression]);
    // The calculator understands what is written for it.
    expect(() => evaluate(expression)).not.toThrow();
  });

  it.each([
    ["17 + 32 and 5 * 6", ["17 + 32", "5 * 6"]],
    ["What is 17 + 32, 5 * 6 and 2^10?", ["17 + 32", "5 * 6", "2 ^ 10"]],
    ["1. 17 + 32\n2. 5 * 6", ["17 + 32", "5 * 6"]],
    ["- 17 + 32\n- 5 * 6", ["17 + 32", "5 * 6"]],
    ["two plus three and five times six", ["2 + 3", "5 * 6"]],
    ["17 + 32 and 17 + 32", ["17 + 32"]],
  ])("several in one message, each once: %s", (message, expected) => {
    expect(expressions(message)).toEqual(expected);
  });
});

describe("numbers that are no arithmetic are left alone", () => {
  it.each([
    ["What is in chapter 3-4?"],
    ["Summarize pages 10 - 20"],
    ["Read sections [3-4]"],
    ["versions v1.2-3 and 2.0.1-4"],
    ["What changed in 1.2.3?"],
    ["2024-01-02"],
    ["What happened on 2024-01-02?"],
    ["Is 12/25/2024 a holiday?"],
    ["What is the 9/11 memorial?"],
    ["Do you work 24/7?"],
    ["issue 17 + label"],
    ["Close issue 17 + 32 labels"],
    ["Does it run on Node 20 + 22?"],
    ["ports 8000-8010"],
    ["Is port 8000/tcp open?"],
    ["localhost:8000/runs/17"],
    ["http://localhost:8000/a?x=1+1"],
    ["10.0.0.1/24"],
    ["call +1 555-123-4567"],
    ["555-123-4567"],
    ["COVID-19 + GPT-4"],
    ["C++ 17"],
    ["ISO-8601"],
    ["utf8 x 3"],
    ["0xFF"],
    ["A 17-year-old with 3 cats"],
    ["550e8400-e29b-41d4-a716-446655440000"],
    ["What does print(3 + 4) do?"],
    ["What does x = 3 + 4 mean?"],
    ["a screen of 1920 x 1080 pixels"],
    ["How many times is a job retried in 5 minutes?"],
    ["A run is retried 5 times"],
    ["one of the two"],
    ["which one plus what?"],
    ["What are the top 5 features?"],
    ["Add a tool to the catalog"],
    ["the sum of all parts"],
    ["difference between Redis and memory"],
    ["What is the average of the latency?"],
    ["five"],
    ["-5"],
    ["5%"],
    ["(5)"],
    ["17 +"],
    ["+ + +"],
    ["5!"],
    ["3 apples"],
    ["* 5 items\n* 6 items"],
    ["half of the runs"],
    ["times 3"],
    [""],
    ["🙂 + 🙂"],
  ])("%s", (message) => {
    expect(expressions(message)).toEqual([]);
  });

  it("not in a long text that merely mentions numbers, unless asked for", () => {
    const text = "A worker takes 3 * 5 messages. ".repeat(20);
    expect(expressions(text)).toEqual([]);
    expect(expressions(`${text} What is 17 + 32?`)).toEqual(["17 + 32"]);
  });
});

describe("a message may go on with the previous result", () => {
  it.each([
    ["and times 3?", "49 * 3"],
    ["times 3", "49 * 3"],
    ["* 3", "49 * 3"],
    ["+ 5", "49 + 5"],
    ["- 5", "49 - 5"],
    ["minus 5?", "49 - 5"],
    ["and divided by 7", "49 / 7"],
    ["and squared?", "49 ^ 2"],
    ["^2", "49 ^ 2"],
    ["to the power of 3", "49 ^ 3"],
    ["and what percent of 500 is that?", "49 / 500 * 100"],
    ["multiply that by 3", "49 * 3"],
    ["add 5", "49 + 5"],
    ["subtract 9", "49 - 9"],
    ["divide it by 7", "49 / 7"],
    ["multiply by 2", "49 * 2"],
    ["what is half of that?", "49 / 2"],
    ["square root of that", "sqrt(49)"],
    ["10% of that", "10 / 100 * 49"],
    ["and what is that plus 1?", "49 + 1"],
    ["now 2 + 2", "2 + 2"],
    ["what about 12 + 5?", "12 + 5"],
    ["how about 12 + 5?", "12 + 5"],
  ])("%s → %s", (message, expression) => {
    expect(expressions(message, "49")).toEqual([expression]);
  });

  it("also when that is negative", () => {
    expect(expressions("and squared?", "-7")).toEqual(["(-7) ^ 2"]);
  });

  it.each([["and how do I stop it?"], ["thanks"], ["What is that?"], ["times out"], ["- leases\n- runs"]])(
    "but %s does not",
    (message) => {
      expect(expressions(message, "49")).toEqual([]);
    },
  );
});

describe("any message", () => {
  it("is read quickly, however it is nested", () => {
    const hostile = [
      "(".repeat(4_000),
      "1 + (".repeat(800),
      "- ".repeat(2_000),
      "half of ".repeat(500),
      "sum of ".repeat(570),
      "1,".repeat(2_000),
      "1 ".repeat(2_000),
      "one ".repeat(1_000),
      "2^".repeat(2_000),
      "what percent of ".repeat(250),
      "add ".repeat(1_000),
      `${"1 + ".repeat(999)}1`,
      "9".repeat(32_000),
    ];
    for (const message of hostile) {
      const started = performance.now();
      findArithmetic(message);
      expect(performance.now() - started, message.slice(0, 20)).toBeLessThan(2_000);
    }
  });

  it("never throws, and what is found stands where it says", () => {
    const soup = fc.array(
      fc.constantFrom(
        ..."1 2.5 17 , . ( ) + - * / ^ % ! = sqrt of sum and half that add to five hundred x".split(" "),
        " ",
        "\n",
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          soup.map((parts) => parts.join(" ")),
          fc.string(),
        ),
        (message) => {
          for (const { start, end, expression } of findArithmetic(message, "7")) {
            expect(start).toBeLessThan(end);
            expect(end).toBeLessThanOrEqual(message.length);
            expect(expression).not.toBe("");
          }
        },
      ),
    );
  });
});
