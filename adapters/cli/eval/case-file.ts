import { type Static, Type } from "typebox";
import type { EvalCase } from "../../../domain/evaluation/case.ts";
import { flawOf } from "../../../domain/evaluation/text-pattern.ts";
import type { Json, JsonObject } from "../../../domain/json.ts";
import type { SchemaValidator } from "../../../domain/ports/schema-validator.ts";

/** A case file that cannot be used; the message names every wrong line and field. */
export class CaseFileError extends Error {
  override readonly name = "CaseFileError";
}

const MOST_PROBLEMS = 20;

const OUTCOMES = ["success", "failure", "refusal", "failed", "cancelled"] as const;

const text = () => Type.String({ minLength: 1 });
const texts = () => Type.Optional(Type.Array(text()));
const oneOf = <const Value extends string>(values: readonly Value[]) =>
  Type.Unsafe<Value>({ type: "string", enum: [...values] });
/** One value or a list of them, in words that read well when neither is given. */
const oneOrMore = <Value extends string>(item: object) =>
  Type.Unsafe<Value | readonly Value[]>({
    type: ["string", "array"],
    if: { type: "string" },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's keyword; nobody awaits a schema.
    then: item,
    else: { items: item, minItems: 1 },
  });

const CaseLine = Type.Object(
  {
    id: Type.Optional(text()),
    message: text(),
    mode: Type.Optional(oneOf(["answer", "research", "summarize"])),
    context: Type.Optional(Type.String()),
    conversation: Type.Optional(oneOrMore<string>(text())),
    approve: Type.Optional(oneOf(["approved", "rejected"])),
    tags: texts(),
    outcome: Type.Optional(oneOrMore<(typeof OUTCOMES)[number]>(oneOf(OUTCOMES))),
    must_cite: texts(),
    must_call: texts(),
    must_not_call: texts(),
    answer_contains: texts(),
    answer_lacks: texts(),
    max_cost_usd: Type.Optional(Type.Number({ minimum: 0 })),
    max_seconds: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
);
type CaseLine = Static<typeof CaseLine>;

/**
 * The cases of a file of JSON lines, in its order; empty lines count as lines only. A case without an id is
 * called by its line. Throws CaseFileError.
 */
export function readCases(name: string, content: string, validator: SchemaValidator): readonly EvalCase[] {
  const cases: EvalCase[] = [];
  const problems: string[] = [];
  const lines = new Map<string, number>();
  for (const [index, line] of content
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    if (line.trim() === "") continue;
    const number = index + 1;
    const { value, flaws } = readLine(line, validator);
    problems.push(...flaws.map((flaw) => `${name}:${number}: ${flaw}`));
    if (value === null) continue;
    const { id = `line-${number}` } = value;
    const earlier = lines.get(id);
    if (earlier !== undefined) problems.push(`${name}:${number}: id “${id}” is taken by line ${earlier}`);
    lines.set(id, number);
    cases.push({ ...value, id });
  }
  if (problems.length > MOST_PROBLEMS) {
    problems.splice(MOST_PROBLEMS, problems.length, `… and ${problems.length - MOST_PROBLEMS} more`);
  }
  if (problems.length > 0) throw new CaseFileError(problems.join("\n"));
  if (cases.length === 0) throw new CaseFileError(`${name} holds no case`);
  return cases;
}

function readLine(
  line: string,
  validator: SchemaValidator,
): { readonly value: CaseLine | null; readonly flaws: readonly string[] } {
  let value: Json;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { value: null, flaws: [`is not JSON: ${error instanceof Error ? error.message : String(error)}`] };
  }
  const issues = validator.validate(CaseLine as unknown as JsonObject, value);
  if (issues.length > 0) return { value: null, flaws: issues.map(({ message }) => message) };
  const valid = value as unknown as CaseLine;
  return { value: valid, flaws: patternFlaws(valid) };
}

function patternFlaws(line: CaseLine): readonly string[] {
  return (["answer_contains", "answer_lacks"] as const).flatMap((field) =>
    (line[field] ?? []).flatMap((pattern, index) => {
      const flaw = flawOf(pattern);
      return flaw === null ? [] : [`${field}[${index}] is no regular expression: ${flaw}`];
    }),
  );
}
