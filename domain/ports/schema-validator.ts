import type { Json, JsonObject } from "../json.ts";

/**
 * Checks a value against a JSON Schema (2020-12). Nothing is fetched: a schema with a remote `$ref`, or one
 * that is no schema, yields an issue that says so.
 */
export interface SchemaValidator {
  /** [] when the value conforms. */
  validate(schema: JsonObject, value: Json): readonly SchemaIssue[];
}

export interface SchemaIssue {
  /** JSON Pointer (RFC 6901) to the offending value; "" is the whole. */
  readonly pointer: string;
  readonly message: string;
}
