import type { Json, JsonObject } from "../../../../../domain/json.ts";
import { isObject } from "./schema.ts";

/** The object with one field changed; `undefined` takes the field out. */
export function withField(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...object, [name]: value };
  const { [name]: _, ...others } = object;
  return others;
}

/** What was typed into a number's field: a number when it is one, else the text, so that the API says what is wrong. */
export function typedNumber(text: string): Json | undefined {
  if (text.trim() === "") return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

export type Parsed<Value> = { readonly value: Value } | { readonly error: string };

/** JSON out of what was typed, undefined out of nothing, or what is wrong with it. */
export function parseJson(text: string): Parsed<Json | undefined> {
  if (text.trim() === "") return { value: undefined };
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { error: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** A JSON object out of what was typed, or what is wrong with it. */
export function parseObject(text: string): Parsed<JsonObject> {
  const parsed = parseJson(text);
  if ("error" in parsed) return parsed;
  return isObject(parsed.value) ? { value: parsed.value } : { error: "This must be a JSON object." };
}

/** A field's place in JSON Pointer's notation (RFC 6901). */
export function pointerTo(parent: string, name: string | number): string {
  return `${parent}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
