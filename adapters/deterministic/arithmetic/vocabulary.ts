import type { BinaryOperator } from "./expression.ts";
import type { Gather, Meaning, Order } from "./tokens.ts";

export const operator = (
  op: BinaryOperator,
  { weak = false, sign = false, bullet = false } = {},
): Meaning => ({
  type: "operator",
  operator: op,
  weak,
  sign,
  bullet,
});
const calls = (name: string): Meaning => ({ type: "function", name, of: true });
const gather = (what: Gather): Meaning => ({ type: "gather", gather: what });
const order = (what: Order): Meaning => ({ type: "order", order: what });

/** Phrases and what they mean; the longest match wins. */
export const PHRASES: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["plus", operator("+")],
  ["added to", operator("+")],
  ["minus", operator("-", { sign: true })],
  ["take away", operator("-")],
  ["negative", operator("-", { sign: true, weak: true })],
  ["times", operator("*")],
  ["multiplied by", operator("*")],
  ["multiplied with", operator("*")],
  ["divided by", operator("/")],
  ["over", operator("/", { weak: true })],
  ["mod", operator("%")],
  ["modulo", operator("%")],
  ["to the power of", operator("^")],
  ["to the power", operator("^")],
  ["raised to the power of", operator("^")],
  ["raised to", operator("^")],
  ["squared", { type: "postfix", postfix: "squared" }],
  ["cubed", { type: "postfix", postfix: "cubed" }],
  ["factorial", { type: "postfix", postfix: "factorial" }],
  ["percent", { type: "postfix", postfix: "percent" }],
  ["per cent", { type: "postfix", postfix: "percent" }],
  ["twice", { type: "multiple", factor: 2 }],
  ["double", { type: "multiple", factor: 2 }],
  ["triple", { type: "multiple", factor: 3 }],
  ["square root of", calls("sqrt")],
  ["square root", calls("sqrt")],
  ["root of", calls("sqrt")],
  ["sqrt of", calls("sqrt")],
  ["cube root of", calls("cbrt")],
  ["cbrt of", calls("cbrt")],
  ["absolute value of", calls("abs")],
  ["factorial of", calls("factorial")],
  ["square of", calls("square")],
  ["cube of", calls("cube")],
  ["sum of", gather("sum")],
  ["total of", gather("sum")],
  ["difference between", gather("difference")],
  ["difference of", gather("difference")],
  ["product of", gather("product")],
  ["quotient of", gather("quotient")],
  ["average of", gather("mean")],
  ["mean of", gather("mean")],
  ["minimum of", gather("min")],
  ["smallest of", gather("min")],
  ["min of", gather("min")],
  ["maximum of", gather("max")],
  ["largest of", gather("max")],
  ["max of", gather("max")],
  ["add", order("add")],
  ["subtract", order("subtract")],
  ["take", order("subtract")],
  ["deduct", order("subtract")],
  ["multiply", order("multiply")],
  ["divide", order("divide")],
  ["increase", order("increase")],
  ["decrease", order("decrease")],
  ["reduce", order("decrease")],
  ["that", { type: "previous" }],
  ["it", { type: "previous" }],
  ["this", { type: "previous" }],
  ["the result", { type: "previous" }],
  ["the answer", { type: "previous" }],
  ["that number", { type: "previous" }],
  ["that result", { type: "previous" }],
  ["the last result", { type: "previous" }],
  ["the previous result", { type: "previous" }],
]);
export const LONGEST_PHRASE = 5;

/** Functions of the calculator that people write with parentheses. */
export const FUNCTIONS = new Set(
  "sqrt cbrt abs round floor ceil trunc min max mean exp ln log log10 log2 sin cos tan asin acos atan".split(
    " ",
  ),
);

export const SYMBOLS: Readonly<Record<string, BinaryOperator>> = {
  "+": "+",
  "-": "-",
  "−": "-",
  "–": "-",
  "—": "-",
  "*": "*",
  "**": "^",
  x: "*",
  "×": "*",
  "✕": "*",
  "·": "*",
  "⋅": "*",
  "÷": "/",
  "/": "/",
  "⁄": "/",
  "∕": "/",
  "^": "^",
};
export const WEAK_SYMBOLS = new Set(["-", "–", "—", "/", "x"]);
