import type { Cursor } from "./cursor.ts";
import { binary, type Expression, hundredths, number } from "./expression.ts";
import type { Gather, Order } from "./tokens.ts";

/** How the parser reads an operand of these phrases. */
type Read = () => Expression | null;

/** "what percent of 80 is 20", "20 is what percent of 80" */
export function readPercentQuestion(cursor: Cursor, read: Read): Expression | null {
  const asked = () =>
    cursor.takeWord("what", "which") && (cursor.takePostfix("percent") || cursor.takeWord("percentage"));
  if (asked()) {
    const whole = cursor.takeWord("of") ? read() : null;
    const part = whole !== null && cursor.takeWord("is") ? read() : null;
    return whole === null || part === null ? null : share(part, whole);
  }
  const part = read();
  const whole = part !== null && cursor.takeWord("is") && asked() && cursor.takeWord("of") ? read() : null;
  return whole === null || part === null ? null : share(part, whole);

  function share(one: Expression, all: Expression): Expression {
    return cursor.strongly(binary("*", binary("/", one, all), number("100")));
  }
}

/** "add 5 to 3", "divide 100 by 8"; with a previous result also "add 5" and "multiply by 3". */
export function readOrder(cursor: Cursor, read: Read): Expression | null {
  const token = cursor.peek();
  if (token?.type !== "order") return null;
  cursor.at += 1;
  const byAlone =
    token.order === "multiply" || token.order === "divide" ? cursor.takeWord("by", "with") : false;
  const first = byAlone ? cursor.takePrevious() : read();
  if (first === null) return null;
  const second = byAlone || cursor.takeWord(...JOINED_BY[token.order]) ? read() : null;
  if (second !== null) return cursor.strongly(ordered(token.order, first, second));
  const previous = byAlone ? null : cursor.takePrevious();
  if (previous === null) return null;
  const operands: [Expression, Expression] =
    token.order === "subtract" ? [first, previous] : [previous, first];
  return cursor.strongly(ordered(token.order, ...operands));
}

const JOINED_BY: Readonly<Record<Order, readonly string[]>> = {
  add: ["to", "and", "with"],
  subtract: ["from"],
  multiply: ["by", "with", "and"],
  divide: ["by"],
  increase: ["by"],
  decrease: ["by"],
};

function ordered(order: Order, first: Expression, second: Expression): Expression {
  switch (order) {
    case "add":
      // "add 10% to 50": the percentage is one of 50.
      return first.type === "percent" ? binary("+", second, first) : binary("+", first, second);
    case "increase":
      return binary("+", first, second);
    case "subtract":
      return binary("-", second, first);
    case "decrease":
      return binary("-", first, second);
    case "multiply":
      return binary("*", first, second);
    case "divide":
      return binary("/", first, second);
    default:
      return order satisfies never;
  }
}

/** What stands behind "the sum of": "3, 4 and 5". */
export function readGathered(cursor: Cursor, gather: Gather, read: Read): Expression | null {
  const [first, ...others] = readList(cursor, read);
  if (first === undefined || others.length === 0) return null;
  const folded = (operator: "+" | "-" | "*" | "/") =>
    others.reduce((left, right) => binary(operator, left, right), first);
  switch (gather) {
    case "sum":
      return cursor.strongly(folded("+"));
    case "difference":
      return cursor.strongly(folded("-"));
    case "product":
      return cursor.strongly(folded("*"));
    case "quotient":
      return cursor.strongly(folded("/"));
    case "mean":
      return cursor.strongly(binary("/", folded("+"), number(String(others.length + 1))));
    case "min":
    case "max":
      return cursor.strongly({ type: "call", name: gather, operands: [first, ...others] });
    default:
      return gather satisfies never;
  }
}

/** Operands joined by commas and "and"; one that does not go on with an operand ends the list. */
export function readList(cursor: Cursor, read: Read): readonly Expression[] {
  const items = [...readItem(cursor, read)];
  while (items.length > 0) {
    const before = cursor.at;
    const joined = [cursor.take("comma"), cursor.takeWord("and")].includes(true);
    const more = joined ? readItem(cursor, read) : [];
    if (more.length === 0) {
      cursor.at = before;
      break;
    }
    items.push(...more);
  }
  return items;
}

/** In a list, "3,4" without a space are two numbers. */
function readItem(cursor: Cursor, read: Read): readonly Expression[] {
  const token = cursor.peek();
  if (token?.type === "number" && /^\d+,\d+$/.test(token.raw) && cursor.peek(1)?.type !== "operator") {
    cursor.at += 1;
    return token.raw.split(",").map(number);
  }
  const item = read();
  return item === null ? [] : [item];
}

/** "12.5% of 80", "15% tip on 40", "20% off 50", "2/3 of 90": goes on behind the percentage or fraction. */
export function readPartOf(cursor: Cursor, part: Expression, read: Read): Expression | null {
  const isPercent = part.type === "percent";
  const isFraction = part.type === "binary" && part.operator === "/";
  if (!isPercent && !isFraction) return null;
  if (isPercent) cursor.takeWord("tip", "tax", "vat", "discount", "interest");
  const off = isPercent && cursor.takeWord("off");
  if (!off && !cursor.takeWord("of") && !(isPercent && cursor.takeWord("on"))) return null;
  const whole = read();
  if (whole === null) return null;
  if (off) return cursor.strongly(binary("-", whole, part));
  return cursor.strongly(binary("*", isPercent ? hundredths(part.operand) : part, whole));
}

/** Behind "half of", "three quarters of". */
export function readFraction(
  cursor: Cursor,
  numerator: string,
  divisor: number,
  read: Read,
): Expression | null {
  const whole = read();
  if (whole === null) return null;
  const by = number(String(divisor));
  return cursor.strongly(
    numerator === "1" ? binary("/", whole, by) : binary("*", binary("/", number(numerator), by), whole),
  );
}

/** "3.7", "3.7 to the nearest integer", "3.14159 to 2 decimal places"; null when rounded to anything else. */
export function readRounding(cursor: Cursor, read: Read): Expression | null {
  const operand = read();
  if (operand === null) return null;
  const places = cursor.takeWord("to") ? readPlaces(cursor) : [];
  return places && cursor.strongly({ type: "call", name: "round", operands: [operand, ...places] });
}

function readPlaces(cursor: Cursor): readonly Expression[] | null {
  if (cursor.takeWord("the")) {
    return cursor.takeWord("nearest") && cursor.takeWord("integer", "whole", "unit") ? [] : null;
  }
  const count = cursor.peek();
  if (count?.type !== "number") return null;
  cursor.at += 1;
  cursor.takeWord("decimal");
  return cursor.takeWord("place", "places", "decimals") ? [number(count.text)] : null;
}
