import type { BinaryOperator } from "./expression.ts";

/** A message as arithmetic reads it. Words that mean nothing to arithmetic stay words. */
export type Token = { readonly start: number; readonly end: number } & (
  | { readonly type: "number"; readonly text: string; readonly raw: string }
  /**
   * `weak`: stands in ranges, dates and fractions as often as in arithmetic ("3-4"). `sign`: may be the sign
   * of what is behind it. `bullet`: may be a list marker.
   */
  | {
      readonly type: "operator";
      readonly operator: BinaryOperator;
      readonly weak: boolean;
      readonly sign: boolean;
      readonly bullet: boolean;
    }
  | { readonly type: "postfix"; readonly postfix: Postfix }
  /** A power written behind its base: 2², "to the 10th power". */
  | { readonly type: "power"; readonly exponent: string }
  /** `half of`, `thirds of` */
  | { readonly type: "fraction"; readonly divisor: number }
  /** `twice`, `double` */
  | { readonly type: "multiple"; readonly factor: number }
  /** A function of the calculator; `of` when it takes one operand without parentheses ("square root of 16"). */
  | { readonly type: "function"; readonly name: string; readonly of: boolean }
  /** What is done with a list: "the sum of 3, 4 and 5". */
  | { readonly type: "gather"; readonly gather: Gather }
  /** An order that names its operands: "add 5 to 3". */
  | { readonly type: "order"; readonly order: Order }
  /** "that", "the result": the result of the turn before. */
  | { readonly type: "previous" }
  | { readonly type: "open" | "close" | "comma" | "equals" | "colon" | "break" | "opaque" }
  | { readonly type: "word"; readonly text: string }
);

export type Postfix = "percent" | "squared" | "cubed" | "factorial";
export type Gather = "sum" | "difference" | "product" | "quotient" | "mean" | "min" | "max";
export type Order = "add" | "subtract" | "multiply" | "divide" | "increase" | "decrease";

/** What a word, phrase or symbol says to arithmetic, wherever it stands. */
export type Meaning = Token extends infer T ? (T extends Token ? Omit<T, "start" | "end"> : never) : never;
