import type { Json, JsonObject } from "../../../../../domain/json.ts";

/** What of a JSON Schema a form can be made from; anything else is edited as JSON. */
export type FieldShape =
  | { readonly kind: "text"; readonly long: boolean }
  | { readonly kind: "number"; readonly whole: boolean }
  | { readonly kind: "boolean" }
  | { readonly kind: "choice"; readonly options: readonly Json[] }
  | { readonly kind: "object"; readonly properties: readonly Property[]; readonly rest: readonly string[] }
  | { readonly kind: "list"; readonly items: JsonObject }
  | { readonly kind: "json" };

export interface Property {
  readonly name: string;
  readonly schema: JsonObject;
  readonly required: boolean;
}

const DEEPEST = 8;

/** The shape of a value's field: what its schema says, as far as it can be said in a form. */
export function shapeOf(
  schema: JsonObject,
  root: JsonObject,
  value: Json | undefined,
  depth = 0,
): FieldShape {
  const { enum: options, const: only, type, properties, items } = resolve(schema, root);
  if (Array.isArray(options)) return { kind: "choice", options };
  if (only !== undefined) return { kind: "choice", options: [only] };
  switch (typeOf(type, properties)) {
    case "string":
      return { kind: "text", long: typeof value === "string" && (value.length > 60 || value.includes("\n")) };
    case "number":
      return { kind: "number", whole: false };
    case "integer":
      return { kind: "number", whole: true };
    case "boolean":
      return { kind: "boolean" };
    case "object":
      if (!isObject(properties) || depth > DEEPEST || !(value === undefined || isObject(value))) break;
      return objectShape(resolve(schema, root), properties, value);
    case "array":
      if (!isObject(items) || depth > DEEPEST || !(value === undefined || Array.isArray(value))) break;
      return { kind: "list", items };
  }
  return { kind: "json" };
}

/** Follows local references. One that leads nowhere, or in a circle, says nothing. */
export function resolve(schema: JsonObject, root: JsonObject): JsonObject {
  let resolved = schema;
  for (let step = 0; step < DEEPEST && typeof resolved.$ref === "string"; step += 1) {
    const target = at(root, resolved.$ref);
    if (target === null) return {};
    resolved = target;
  }
  return nullable(resolved);
}

/** A value to begin with where there is none yet. */
export function emptyValue(schema: JsonObject, root: JsonObject): Json {
  const resolved = resolve(schema, root);
  if (resolved.default !== undefined) return resolved.default;
  const shape = shapeOf(resolved, root, undefined);
  switch (shape.kind) {
    case "text":
      return "";
    case "number":
      return 0;
    case "boolean":
      return false;
    case "choice":
      return shape.options[0] ?? null;
    case "object":
      return Object.fromEntries(
        shape.properties
          .filter(({ required }) => required)
          .map((one) => [one.name, emptyValue(one.schema, root)]),
      );
    case "list":
      return [];
    case "json":
      return null;
    default:
      return shape satisfies never;
  }
}

function objectShape(schema: JsonObject, properties: JsonObject, value: JsonObject | undefined): FieldShape {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const known = Object.entries(properties).map(([name, property]) => ({
    name,
    schema: isObject(property) ? property : {},
    required: required.includes(name),
  }));
  const rest = Object.keys(value ?? {}).filter((name) => !(name in properties));
  return { kind: "object", properties: known, rest };
}

function typeOf(type: Json | undefined, properties: Json | undefined): Json | undefined {
  const one = Array.isArray(type) ? type.find((candidate) => candidate !== "null") : type;
  return one ?? (properties === undefined ? undefined : "object");
}

/** "This or null" is this: leaving the field empty leaves it out. */
function nullable(schema: JsonObject): JsonObject {
  const either = schema.anyOf ?? schema.oneOf;
  if (!Array.isArray(either)) return schema;
  const others = either.filter((option) => isObject(option) && option.type !== "null");
  const [only] = others;
  return others.length === 1 && isObject(only) ? { ...schema, anyOf: null, oneOf: null, ...only } : schema;
}

function at(root: JsonObject, reference: string): JsonObject | null {
  if (!reference.startsWith("#/")) return null;
  let found: Json | undefined = root;
  for (const part of reference.slice(2).split("/")) {
    const name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    found = isObject(found) ? found[name] : undefined;
  }
  return isObject(found) ? found : null;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
