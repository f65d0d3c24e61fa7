import type { Json, JsonObject } from "../../../../../domain/json.ts";

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

export type Parsed = { readonly value: JsonObject } | { readonly error: string };

/** A JSON object out of what was typed, or what is wrong with it. */
export function parseObject(text: string): Parsed {
  try {
    const value = JSON.parse(text) as Json;
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return { value: value as JsonObject };
    return { error: "This must be a JSON object." };
  } catch (error) {
    return { error: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** A field's place in JSON Pointer's notation (RFC 6901). */
export function pointerTo(parent: string, name: string | number): string {
  return `${parent}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
