import type { RunEvent } from "../run/events.ts";
import { DEFAULT_FIREWALL, type FirewallRules, type PolicyRule, screen } from "../tools/firewall.ts";
import type { ToolDescriptor, ToolPolicy } from "../tools/tool.ts";

/** A tool as a record shows it. Descriptions and schemas are not recorded: who knows them adds them. */
export interface RecordedTool {
  readonly descriptor: ToolDescriptor;
  /** It was there when the run began. */
  readonly discovered: boolean;
  /** In which request to a model it was asked for first, counted from 1; null when it never was. */
  readonly asked_in: number | null;
  /** The requests to a model after which it was not available, and why; null where there was no such tool at all. */
  readonly unavailable: ReadonlyMap<number, string | null>;
}

export interface RecordedFirewall {
  readonly rules: readonly PolicyRule[];
  /** null: the record does not tell. */
  readonly max_calls_per_run: number | null;
}

/** What the verdict on one recorded call says about the deployment that judged it. */
type Finding =
  | { readonly rule: PolicyRule }
  | { readonly configured: ToolPolicy; readonly server_id: string | null }
  | { readonly unavailable: string }
  | { readonly max_calls: number }
  | null;

const ANYTHING = { type: "object" } as const;
const UNKNOWN_SERVER = "recorded";

/** The tools that a record shows, and the rules by which their calls were judged. */
export function readTools(events: readonly RunEvent[]): {
  readonly tools: readonly RecordedTool[];
  readonly firewall: RecordedFirewall;
} {
  const tools = new Map<string, RecordedTool>();
  const rules = new Map<string, PolicyRule>();
  let max_calls_per_run: number | null = null;
  let turn = 0;
  let calls = 0;
  for (const event of events) {
    if (isModelTurn(event)) turn += 1;
    if (event.type === "tool.discovered") {
      const { tool_name, source, permission_scope, server_id = UNKNOWN_SERVER } = event.data;
      const descriptor = describe({ name: tool_name, source, permission_scope, server_id });
      tools.set(tool_name, { descriptor, discovered: true, asked_in: null, unavailable: new Map() });
    }
    if (event.type !== "tool.requested") continue;
    const gone = tools.get(event.data.tool_name);
    if (event.data.source === "unknown" && gone !== undefined) {
      tools.set(event.data.tool_name, { ...gone, unavailable: new Map(gone.unavailable).set(turn, null) });
    }
    if (event.data.source === "unknown") continue;
    const { tool_name, source, permission_scope, server_id = UNKNOWN_SERVER } = event.data;
    if (permission_scope === "unknown") continue;
    const known = tools.get(tool_name) ?? {
      descriptor: describe({ name: tool_name, source, permission_scope, server_id }),
      discovered: false,
      asked_in: null,
      unavailable: new Map(),
    };
    const finding = explain(event, known.descriptor, calls, events);
    calls += 1;
    if (finding !== null && "rule" in finding) rules.set(finding.rule.pattern, finding.rule);
    if (finding !== null && "max_calls" in finding) max_calls_per_run = finding.max_calls;
    tools.set(tool_name, { ...learn(known, finding, turn), asked_in: known.asked_in ?? turn });
  }
  return { tools: [...tools.values()], firewall: { rules: [...rules.values()], max_calls_per_run } };
}

function isModelTurn({ type, data }: RunEvent): boolean {
  return type === "model.started" || (type === "rate.limit.exceeded" && data.scope === "model_budget");
}

/** The catalogue as it was after so many requests to a model. */
export function toolsAfter(turns: number, tools: readonly RecordedTool[]): readonly ToolDescriptor[] {
  return tools
    .filter(({ discovered, asked_in }) => discovered || (asked_in !== null && asked_in <= turns))
    .filter(({ unavailable }) => unavailable.get(turns) !== null)
    .map(({ descriptor, unavailable }) => {
      const reason = unavailable.get(turns) ?? undefined;
      return reason === undefined
        ? descriptor
        : { ...descriptor, available: false, unavailable_reason: reason };
    });
}

function describe(
  known: Pick<ToolDescriptor, "name" | "source" | "permission_scope" | "server_id">,
): ToolDescriptor {
  return {
    ...known,
    description: "",
    input_schema: ANYTHING,
    annotations: {},
    available: true,
    unavailable_reason: null,
  };
}

function learn(tool: RecordedTool, finding: Finding, turn: number): RecordedTool {
  if (finding === null) return tool;
  if ("unavailable" in finding) {
    return { ...tool, unavailable: new Map(tool.unavailable).set(turn, finding.unavailable) };
  }
  if (!("configured" in finding)) return tool;
  const { configured: policy, server_id } = finding;
  const descriptor = { ...tool.descriptor, policy, ...(server_id !== null && { server_id }) };
  return { ...tool, descriptor };
}

/**
 * What explains the verdict on a call: each thing it could come from is tried on the firewall itself, so that the
 * replay's firewall judges as the recorded one did. Without a reason on record, or when no try gives it, the
 * policy is taken for the tool's own.
 */
function explain(
  { data }: RunEvent<"tool.requested">,
  tool: ToolDescriptor,
  earlier: number,
  events: readonly RunEvent[],
): Finding {
  const { policy } = data;
  const reason = policy === "allow" ? null : reasonOf(data.call_id, events);
  const judges = (descriptor: ToolDescriptor, rules: Partial<FirewallRules> = {}): boolean => {
    const verdict = screen(data, descriptor, earlier, {
      ...DEFAULT_FIREWALL,
      max_calls_per_run: Number.MAX_SAFE_INTEGER,
      ...rules,
    });
    return verdict.policy === policy && (verdict.policy === "allow" || reason === verdict.reason);
  };
  if (judges(tool)) return null;
  if (reason !== null) {
    const quoted =
      reason
        .match(/"([^"]+)"/g)
        ?.at(-1)
        ?.slice(1, -1) ?? "";
    const rule = { pattern: quoted, policy };
    if (judges(tool, { rules: [rule] })) return { rule };
    if (quoted !== "" && judges({ ...tool, policy, server_id: quoted }))
      return { configured: policy, server_id: quoted };
    const unavailable_reason = reason.slice(reason.indexOf(": ") + 2);
    if (judges({ ...tool, available: false, unavailable_reason })) return { unavailable: unavailable_reason };
    const max_calls = Number(/\d+/.exec(reason)?.[0] ?? Number.NaN);
    if (judges(tool, { max_calls_per_run: max_calls })) return { max_calls };
  }
  return { configured: policy, server_id: null };
}

function reasonOf(call_id: string, events: readonly RunEvent[]): string | null {
  for (const { type, data } of events) {
    if ((type === "workflow.waiting_for_approval" || type === "tool.denied") && data.call_id === call_id) {
      return data.reason;
    }
  }
  return null;
}
