import { describe, expect, it } from "vitest";
import type { CallId } from "../../../domain/ids.ts";
import { readTools, toolsAfter } from "../../../domain/replay/tools.ts";
import type { EventDraft, RunEvent } from "../../../domain/run/events.ts";
import { DEFAULT_FIREWALL, type FirewallRules, screen } from "../../../domain/tools/firewall.ts";
import type { ToolDescriptor } from "../../../domain/tools/tool.ts";
import { recorded } from "../../support/given.ts";
import { MODEL_STARTED } from "../../support/run-commands.ts";

const WRITE: ToolDescriptor = {
  name: "files.write",
  source: "mcp",
  server_id: "files",
  permission_scope: "destructive",
  description: "",
  input_schema: { type: "object" },
  annotations: {},
  available: true,
  unavailable_reason: null,
};
const CALL = { tool_name: WRITE.name };
const call_id = "c1" as CallId;

const discovered: EventDraft = {
  type: "tool.discovered",
  data: { tool_name: WRITE.name, source: "mcp", permission_scope: "destructive", server_id: "files" },
};

/** What is recorded of a call that the firewall judged by these rules. */
function judged(tool: ToolDescriptor | undefined, rules: Partial<FirewallRules>): readonly RunEvent[] {
  const verdict = screen(CALL, tool, 0, { ...DEFAULT_FIREWALL, ...rules });
  const { name: tool_name, source, permission_scope } = WRITE;
  const shown =
    tool === undefined
      ? ({ source: "unknown", permission_scope: "unknown" } as const)
      : { source, permission_scope };
  const asked: EventDraft = {
    type: "tool.requested",
    data: { call_id, tool_name, arguments: {}, ...shown, iteration: 1, policy: verdict.policy },
  };
  const told: readonly EventDraft[] =
    verdict.policy === "allow"
      ? []
      : verdict.policy === "ask"
        ? [
            {
              type: "workflow.waiting_for_approval",
              data: { step: "respond", call_id, reason: verdict.reason, status: "waiting_for_approval" },
            },
          ]
        : [
            {
              type: "tool.denied",
              data: { call_id, tool_name, permission_scope: shown.permission_scope, reason: verdict.reason },
            },
          ];
  return recorded([discovered, MODEL_STARTED, asked, ...told]);
}

describe("the tools and rules that a record shows", () => {
  it.each<[string, ToolDescriptor | undefined, Partial<FirewallRules>]>([
    ["by default", WRITE, {}],
    ["by a rule that asks", WRITE, { rules: [{ pattern: "files.*", policy: "ask" }] }],
    ["by a rule that allows", WRITE, { rules: [{ pattern: "*", policy: "allow" }] }],
    ["by a rule that denies", WRITE, { rules: [{ pattern: "files.*", policy: "deny" }] }],
    ["by its server's configuration, which denies", { ...WRITE, policy: "deny" }, {}],
    ["by its server's configuration, which allows", { ...WRITE, policy: "allow" }, {}],
    ["by the number of calls", WRITE, { max_calls_per_run: 0 }],
    ["as not available", { ...WRITE, available: false, unavailable_reason: "its server is down" }, {}],
    ["as gone", undefined, {}],
  ])("have the firewall judge a call as it was judged then: %s", (_, tool, rules) => {
    const { tools, firewall } = readTools(judged(tool, rules));
    const now = toolsAfter(1, tools).find(({ name }) => name === WRITE.name);
    const { rules: recorded_rules, max_calls_per_run } = firewall;
    const again = screen(CALL, now, 0, {
      ...DEFAULT_FIREWALL,
      rules: recorded_rules,
      ...(max_calls_per_run !== null && { max_calls_per_run }),
    });
    const before = screen(CALL, tool, 0, { ...DEFAULT_FIREWALL, ...rules });
    expect(again).toEqual(before);
  });

  it("were at hand when the run began, whatever became of them", () => {
    const down = { ...WRITE, available: false, unavailable_reason: "its server is down" };
    for (const events of [judged(down, {}), judged(undefined, {})]) {
      expect(toolsAfter(0, readTools(events).tools)).toMatchObject([{ name: WRITE.name, available: true }]);
    }
  });
});
