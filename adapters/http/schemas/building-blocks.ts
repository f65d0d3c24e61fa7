import { type Static, type TSchema, Type } from "typebox";
import type { Json, JsonObject } from "../../../domain/json.ts";

/**
 * The words the schemas are written in. A schema with a `title` is a component of /openapi.json under that
 * name; one without is written out where it is used.
 */

export function literals<const Value extends string>(values: readonly Value[], options: object = {}) {
  return Type.Unsafe<Value>({ type: "string", enum: [...values], ...options });
}

export function nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Unsafe<Static<Schema> | null>({ anyOf: [schema, { type: "null" }] });
}

/** Text of a limited length, counted in code points. */
export function text(maxLength: number, description: string) {
  return Type.String({ minLength: 1, maxLength, description });
}

export const AnyJson = Type.Unsafe<Json>({ description: "Any JSON value." });
export const AnyObject = Type.Unsafe<JsonObject>({ type: "object", additionalProperties: true });
export const Strings = Type.Array(Type.String());
export const Timestamp = Type.String({ format: "date-time", description: "ISO 8601, UTC, milliseconds." });
export const NullableTimestamp = nullable(Timestamp);
export const NullableString = nullable(Type.String());
export const Count = Type.Integer({ minimum: 0 });
