import type { Json, JsonObject } from "../../domain/json.ts";
import type { SchemaIssue, SchemaValidator } from "../../domain/ports/schema-validator.ts";
import { argumentsKey } from "../../domain/replay/recording.ts";

/** Judges recorded arguments as they were judged then, whatever the schema is now; others by another validator. */
export class ReplaySchemaValidator implements SchemaValidator {
  readonly #recorded: ReadonlyMap<string, string | null>;
  readonly #others: SchemaValidator;

  /** `recorded`: what was found wrong, null for nothing, by `argumentsKey`. */
  constructor(recorded: ReadonlyMap<string, string | null>, others: SchemaValidator) {
    this.#recorded = recorded;
    this.#others = others;
  }

  validate(schema: JsonObject, value: Json): readonly SchemaIssue[] {
    const told = this.#recorded.get(argumentsKey(value as JsonObject));
    if (told === undefined) return this.#others.validate(schema, value);
    if (told === null) return [];
    // As it was told: "pointer: message", and what follows is part of the message.
    const [pointer = "", ...message] = told.split(": ");
    return [{ pointer, message: message.join(": ") }];
  }
}
