import { createHash } from "node:crypto";
import { type Ajv, MissingRefError, type ValidateFunction } from "ajv";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { SchemaIssue, SchemaValidator } from "../../domain/ports/schema-validator.ts";
import { describeError } from "./describe-error.ts";
import { createCompiler, type Dialect, dialectOf } from "./dialects.ts";
import { TimeLimitExceeded, withinTime } from "./time-limit.ts";

/** Compiled schemas kept, least recently used dropped first. A deployment has some hundred tools at most. */
const CACHE_ENTRIES = 500;

/** Characters of JSON; the largest schemas that servers generate from OpenAPI documents have about a tenth. */
const MAX_SCHEMA_LENGTH = 512 * 1024;

/** So often is tried what the machine had no time for. */
const MOST_TRIES = 3;

/** A model reads these to correct its call; more would not help. */
const MAX_ISSUES = 20;

/** Keywords that make checking a value slow out of all proportion, when a schema's author wants it so. */
const SLOW_KEYWORDS = /"(?:pattern|patternProperties|format|uniqueItems|\$(?:ref|dynamicRef|recursiveRef))"/;

type Compiled =
  | { readonly validate: ValidateFunction; readonly slow: boolean }
  /** `until`: a busy moment of the machine must not spoil a schema for ever, so one that took too long is tried again. */
  | { readonly problem: string; readonly until?: number };

/**
 * SchemaValidator on Ajv: JSON Schema 2020-12, 2019-09 and draft-07 by the schema's `$schema`.
 *
 * Schemas come from servers and are not trusted. They are limited in size; compiling one, and checking a
 * value against one that could backtrack or recurse for ever (`pattern`, `uniqueItems`, `$ref`, …), is ended after
 * `time_limit_ms`. Whatever goes wrong is an issue, never an exception.
 */
export class AjvSchemaValidator implements SchemaValidator {
  /** null: the schemas are our own, and take as long as they take. */
  readonly #timeLimitMs: number | null;
  readonly #retryAfterMs: number;
  readonly #compilers = new Map<Dialect, Ajv>();
  readonly #cache = new Map<string, Compiled>();
  /** The same by identity: those who check often pass the same object, and need not have it written out again. */
  readonly #known = new WeakMap<JsonObject, Compiled>();

  /** `time_limit_ms` is null where all schemas are our own: on a busy machine a limit would refuse what is right. */
  constructor(options: { readonly time_limit_ms?: number | null; readonly retry_after_ms?: number } = {}) {
    // Blocks the process for so long at worst; ordinary schemas compile in a few milliseconds, with room for a busy machine.
    this.#timeLimitMs = options.time_limit_ms === undefined ? 1500 : options.time_limit_ms;
    this.#retryAfterMs = options.retry_after_ms ?? 10_000;
  }

  validate(schema: JsonObject, value: Json): readonly SchemaIssue[] {
    try {
      const compiled = this.#compiled(schema);
      return "problem" in compiled
        ? [{ pointer: "", message: compiled.problem }]
        : this.#check(compiled, value);
    } catch (error) {
      return [
        { pointer: "", message: `the value could not be checked against its schema: ${explain(error)}` },
      ];
    }
  }

  #check(
    { validate, slow }: { validate: ValidateFunction; slow: boolean },
    value: Json,
  ): readonly SchemaIssue[] {
    try {
      const valid = slow ? this.#limited(() => validate(value)) : validate(value);
      return valid === true ? [] : issuesOf(validate);
    } finally {
      // Ajv keeps the errors of the last check, and in them the value.
      validate.errors = null;
    }
  }

  #compiled(schema: JsonObject): Compiled {
    const known = this.#known.get(schema);
    if (known !== undefined && !isStale(known)) return known;
    const compiled = this.#compiledByText(schema);
    this.#known.set(schema, compiled);
    return compiled;
  }

  #compiledByText(schema: JsonObject): Compiled {
    const text = JSON.stringify(schema);
    if (text.length > MAX_SCHEMA_LENGTH) {
      return {
        problem: `the schema is too large: ${text.length} characters of at most ${MAX_SCHEMA_LENGTH}`,
      };
    }
    const key = createHash("sha256").update(text).digest("base64");
    const known = this.#cache.get(key);
    this.#cache.delete(key);
    const compiled = known === undefined || isStale(known) ? this.#compile(schema, text) : known;
    this.#cache.set(key, compiled);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > CACHE_ENTRIES && oldest !== undefined) this.#cache.delete(oldest);
    return compiled;
  }

  /** `ended` is called when the work was ended in the middle. */
  #limited<Result>(work: () => Result, ended: () => void = () => undefined): Result {
    if (this.#timeLimitMs === null) return work();
    for (let tries = 1; ; tries += 1) {
      try {
        return withinTime(this.#timeLimitMs, work);
      } catch (error) {
        if (!(error instanceof TimeLimitExceeded)) throw error;
        ended();
        if (!error.starved || tries === MOST_TRIES) throw error;
      }
    }
  }

  #compile({ $schema, ...schema }: JsonObject, text: string): Compiled {
    const dialect = dialectOf({ ...($schema !== undefined && { $schema }) });
    // Ended in the middle, a compiler may be left in any state.
    const forget = () => this.#compilers.delete(dialect);
    try {
      const validate = this.#limited(() => this.#compilerFor(dialect).compile(schema), forget);
      if ("$async" in validate)
        return { problem: "the schema is asynchronous ($async), which is not supported" };
      return { validate, slow: SLOW_KEYWORDS.test(text) };
    } catch (error) {
      forget();
      const problem = `the schema cannot be used: ${explain(error)}`;
      if (!(error instanceof TimeLimitExceeded)) return { problem };
      return { problem, until: performance.now() + this.#retryAfterMs };
    } finally {
      // Two tools may bring different schemas under one `$id`, and nothing may pile up.
      this.#compilers.get(dialect)?.removeSchema(schema);
    }
  }

  #compilerFor(dialect: Dialect): Ajv {
    const compiler = this.#compilers.get(dialect) ?? createCompiler(dialect);
    this.#compilers.set(dialect, compiler);
    return compiler;
  }
}

function isStale(compiled: Compiled): boolean {
  return "problem" in compiled && compiled.until !== undefined && compiled.until <= performance.now();
}

function issuesOf(validate: ValidateFunction): readonly SchemaIssue[] {
  const issues = new Map<string, SchemaIssue>();
  for (const error of validate.errors ?? []) {
    // It only says that the issues of `then` or `else`, which are here too, made it fail.
    if (error.keyword === "if") continue;
    const issue = describeError(error);
    issues.set(`${issue.pointer} ${issue.message}`, issue);
    if (issues.size === MAX_ISSUES) break;
  }
  return [...issues.values()];
}

function explain(error: unknown): string {
  if (error instanceof MissingRefError) {
    return `it refers to ${error.missingRef}, which is not part of it, and nothing is fetched`;
  }
  if (error instanceof TimeLimitExceeded) return `it takes too long (${error.message})`;
  if (error instanceof RangeError) return "it is nested too deeply";
  return error instanceof Error ? error.message : String(error);
}
