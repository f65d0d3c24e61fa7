import type { ErrorObject } from "ajv";
import type { SchemaIssue } from "../../domain/ports/schema-validator.ts";

/** What Ajv found, as a sentence that names the field and says what would be right. Values are never quoted. */
export function describeError(error: ErrorObject): SchemaIssue {
  const { instancePath: pointer, params } = error;
  switch (error.keyword) {
    case "required": {
      const expected = expectation(propertySchema(error.parentSchema, params.missingProperty));
      return issue(
        childOf(pointer, params.missingProperty),
        `is required${expected && ` and must be ${expected}`}`,
      );
    }
    case "additionalProperties":
    case "unevaluatedProperties": {
      const name: string = params.additionalProperty ?? params.unevaluatedProperty;
      const known = Object.keys(asRecord(asRecord(error.parentSchema).properties));
      const hint = known.length > 0 ? `; known fields: ${known.slice(0, 20).join(", ")}` : "";
      return issue(childOf(pointer, name), `is not a known field${hint}`);
    }
    case "type":
      return issue(pointer, `must be ${expectation(error.parentSchema)}, not ${typeName(error.data)}`);
    case "enum":
    case "const":
      return issue(pointer, `must be ${expectation(error.parentSchema)}`);
    default:
      return issue(pointer, error.message ?? `must conform to "${error.keyword}"`);
  }
}

function issue(pointer: string, message: string): SchemaIssue {
  return { pointer, message: `${fieldName(pointer)} ${message}` };
}

/** `/filter/tags/0` → `filter.tags[0]` */
function fieldName(pointer: string): string {
  if (pointer === "") return "the value";
  const segments = pointer.slice(1).split("/").map(unescapeSegment);
  return segments
    .map((segment) => (/^\d+$/.test(segment) ? `[${segment}]` : `.${segment}`))
    .join("")
    .replace(/^\./, "");
}

/** "a string", "an array or null", `one of "a", "b"`; "" when the schema does not tell. */
function expectation(schema: unknown): string {
  const { type, enum: allowed, const: only } = asRecord(schema);
  if (Array.isArray(allowed)) return `one of ${allowed.slice(0, 20).map(shortJson).join(", ")}`;
  if (only !== undefined) return shortJson(only);
  const types = [type].flat().filter((name) => typeof name === "string");
  return types.map(withArticle).join(" or ");
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return withArticle(Array.isArray(value) ? "array" : typeof value);
}

function withArticle(type: string): string {
  if (type === "null") return type;
  return `${/^[aeio]/.test(type) ? "an" : "a"} ${type}`;
}

function shortJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function propertySchema(schema: unknown, name: string): unknown {
  return asRecord(asRecord(schema).properties)[name];
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" ? (value as Readonly<Record<string, unknown>>) : {};
}

function childOf(pointer: string, name: string): string {
  return `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function unescapeSegment(segment: string): string {
  return segment.replaceAll("~1", "/").replaceAll("~0", "~");
}
