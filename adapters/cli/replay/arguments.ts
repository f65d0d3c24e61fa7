import type { PolicyRule } from "../../../domain/tools/firewall.ts";
import type { ToolPolicy } from "../../../domain/tools/tool.ts";
import { parseOptions, UsageError } from "../usage.ts";

export const USAGE = `usage: npm run replay -- [options] RUN_ID
       npm run replay -- [options] --file EVENTS.json
  --url URL                 the engine that has the run; default BATON_URL, else http://localhost:8000
  --file FILE               what GET /runs/{id}/events answered, instead of asking an engine
  --tools FILE              what GET /tools answered, for descriptions and schemas that a record lacks
  --model NAME              ask this model anew (OPENAI_* as configured), or: deterministic
  --policy PATTERN=POLICY   another policy (allow, ask or deny) for these tools; may be given several times
  --prompt FILE             other instructions for the model
  --json                    print the outcome as JSON
  --help                    print this

Runs a recorded run again in this process and shows the first place where it goes another way. Everything
it is told comes from the record: no tool is executed. With --model, --policy or --prompt the model is
asked anew, and the outcome is the difference between the two runs.
Exits 0 when they are the same, 1 when not, 2 when the usage is wrong or there is no such run.
`;

export interface ReplayArguments {
  readonly run_id: string | null;
  readonly url: string | null;
  readonly file: string | null;
  readonly tools: string | null;
  readonly json: boolean;
  /** null: the model answers as on record. */
  readonly live: {
    readonly model: string | null;
    readonly policies: readonly PolicyRule[];
    readonly prompt: string | null;
  } | null;
}

/** What was asked for cannot be done; the message says what is wrong. */
export class ReplayError extends Error {
  override readonly name = "ReplayError";
}

const OPTIONS = {
  url: { type: "string" },
  file: { type: "string" },
  tools: { type: "string" },
  model: { type: "string" },
  policy: { type: "string", multiple: true },
  prompt: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h" },
} as const;

/** Throws UsageError. */
export function readArguments(args: readonly string[]): ReplayArguments | "help" {
  const { values, positionals } = parseOptions(args, OPTIONS);
  if (values.help) return "help";
  const [run_id = null, ...others] = positionals;
  const { url = null, file = null, tools = null, model = null, prompt = null, policy = [] } = values;
  if (others.length > 0 || (run_id === null) === (file === null)) {
    throw new UsageError("one run id is needed, or a file with its events");
  }
  const policies = policy.map(readPolicy);
  const live =
    model === null && prompt === null && policies.length === 0 ? null : { model, policies, prompt };
  return { run_id, url, file, tools, json: values.json, live };
}

const POLICIES: readonly ToolPolicy[] = ["allow", "ask", "deny"];

function readPolicy(text: string): PolicyRule {
  const [pattern, named, ...rest] = text.split("=");
  const policy = POLICIES.find((known) => known === named);
  if (pattern && policy !== undefined && rest.length === 0) return { pattern, policy };
  throw new UsageError(`--policy takes PATTERN=allow, PATTERN=ask or PATTERN=deny, not “${text}”`);
}
