import { describe, expect, it } from "vitest";
import { DEFAULT_FIREWALL, type FirewallRules, screen } from "../../../domain/tools/firewall.ts";
import type { PermissionScope, ToolDescriptor, ToolPolicy } from "../../../domain/tools/tool.ts";

function tool(changes: Partial<ToolDescriptor> = {}): ToolDescriptor {
  return {
    name: "notes.append",
    source: "mcp",
    server_id: "notes",
    permission_scope: "read",
    description: "",
    input_schema: { type: "object" },
    annotations: {},
    available: true,
    unavailable_reason: null,
    ...changes,
  };
}

function verdict(descriptor: ToolDescriptor | undefined, rules: Partial<FirewallRules> = {}, earlier = 0) {
  const tool_name = descriptor?.name ?? "nothing";
  return screen({ tool_name }, descriptor, earlier, { ...DEFAULT_FIREWALL, ...rules });
}

const SCOPES: readonly PermissionScope[] = ["read", "write", "destructive"];
const POLICIES: readonly ToolPolicy[] = ["allow", "ask", "deny"];

describe("the firewall by default", () => {
  it("lets reading tools run", () => {
    expect(verdict(tool())).toEqual({ policy: "allow" });
  });

  it.each([
    ["write", "The tool notes.append needs a person's consent: it may change something."],
    ["destructive", "The tool notes.append needs a person's consent: it may change or delete something."],
  ] as const)("asks before a tool of scope %s", (permission_scope, reason) => {
    expect(verdict(tool({ permission_scope }))).toEqual({ policy: "ask", reason });
  });
});

describe("the firewall denies", () => {
  it("a tool that nobody knows", () => {
    expect(verdict(undefined)).toEqual({ policy: "deny", reason: "There is no tool named nothing." });
  });

  it("a tool that is not available, and passes the reason on", () => {
    const offline = tool({ available: false, unavailable_reason: "GITHUB_TOKEN is not set" });
    expect(verdict(offline)).toEqual({
      policy: "deny",
      reason: "The tool notes.append is not available: GITHUB_TOKEN is not set.",
    });
  });

  it("a tool that no pattern of the allow-list matches", () => {
    expect(verdict(tool(), { allow_list: ["calculator", "github.*"] })).toEqual({
      policy: "deny",
      reason: "The tool notes.append is not in the list of tools that are allowed here.",
    });
    expect(verdict(tool(), { allow_list: ["calculator", "notes.*"] })).toEqual({ policy: "allow" });
    expect(verdict(tool(), { allow_list: [] }).policy).toBe("deny");
  });

  it.each(SCOPES)("a tool of scope %s when only the others are granted", (permission_scope) => {
    const others = SCOPES.filter((scope) => scope !== permission_scope);
    expect(verdict(tool({ permission_scope }), { granted_scopes: others })).toEqual({
      policy: "deny",
      reason: `The tool notes.append needs the permission scope "${permission_scope}"; granted here: ${others.join(", ")}.`,
    });
    expect(verdict(tool({ permission_scope }), { granted_scopes: [permission_scope] }).policy).not.toBe(
      "deny",
    );
  });

  it("a scope that was not granted although a policy allows the tool", () => {
    const allowed = tool({ permission_scope: "write", policy: "allow" });
    const rules = { granted_scopes: ["read"], rules: [{ pattern: "*", policy: "allow" }] } as const;
    expect(verdict(allowed, rules).policy).toBe("deny");
  });

  it("the call after the last one a run may make", () => {
    expect(verdict(tool(), { max_calls_per_run: 3 }, 2)).toEqual({ policy: "allow" });
    expect(verdict(tool(), { max_calls_per_run: 3 }, 3)).toEqual({
      policy: "deny",
      reason: "This run may make 3 tool calls and has made 3.",
    });
  });

  it("with what is not permitted before what does not work now", () => {
    const forbiddenAndOffline = tool({ policy: "deny", available: false, unavailable_reason: "it is down" });
    expect(verdict(forbiddenAndOffline)).toEqual({
      policy: "deny",
      reason: 'The tool notes.append is denied by the configuration of its server "notes".',
    });
  });
});

describe("policies", () => {
  it.each(SCOPES.flatMap((scope) => POLICIES.map((policy) => [scope, policy] as const)))(
    "of the server's configuration replace the default: scope %s, policy %s",
    (permission_scope, policy) => {
      expect(verdict(tool({ permission_scope, policy })).policy).toBe(policy);
    },
  );

  it.each(POLICIES.flatMap((server) => POLICIES.map((rule) => [server, rule] as const)))(
    "of the operator's rules replace the server's: %s becomes %s",
    (server, rule) => {
      const rules = [{ pattern: "notes.*", policy: rule }];
      expect(verdict(tool({ policy: server }), { rules }).policy).toBe(rule);
    },
  );

  it("of the most specific rule decide, in whatever order they are written", () => {
    const rules = [
      { pattern: "*", policy: "deny" },
      { pattern: "notes.append", policy: "allow" },
      { pattern: "notes.*", policy: "ask" },
    ] as const;
    for (const ordered of [rules, rules.toReversed()]) {
      expect(verdict(tool(), { rules: ordered }).policy).toBe("allow");
      expect(verdict(tool({ name: "notes.remove" }), { rules: ordered }).policy).toBe("ask");
      expect(verdict(tool({ name: "other", server_id: "others" }), { rules: ordered }).policy).toBe("deny");
    }
  });

  it("of equally specific rules: the strictest decides", () => {
    const rules = [
      { pattern: "notes.*", policy: "allow" },
      { pattern: "notes*.", policy: "deny" },
      { pattern: "*append", policy: "allow" },
      { pattern: "notes.*", policy: "ask" },
    ] as const;
    expect(verdict(tool(), { rules })).toEqual({
      policy: "ask",
      reason: 'The tool notes.append needs a person\'s consent: the rule for "notes.*".',
    });
  });

  it("of a rule for `server.tool` hold, whether the tool is offered under its short name or its long one", () => {
    const rules = [{ pattern: "notes.append", policy: "allow" }] as const;
    for (const name of ["append", "notes.append"]) {
      expect(verdict(tool({ name, permission_scope: "write" }), { rules }).policy).toBe("allow");
    }
    for (const name of ["append", "thief.append", "thief.notes.append"]) {
      const other = tool({ name, permission_scope: "write", server_id: "thief" });
      expect(verdict(other, { rules }).policy).toBe("ask");
    }
    const all = [{ pattern: "notes.*", policy: "deny" }] as const;
    expect(verdict(tool({ name: "append" }), { rules: all }).policy).toBe("deny");
  });

  it("of a rule for a short name restrict a tool that got a long one when a second server came", () => {
    for (const policy of ["deny", "ask"] as const) {
      const rules = [{ pattern: "append", policy }];
      expect(verdict(tool({ name: "append" }), { rules }).policy).toBe(policy);
      expect(verdict(tool({ name: "notes.append" }), { rules }).policy).toBe(policy);
    }
  });

  it("of a rule for a short name allow no tool that shares it with another server's", () => {
    const writing = (name: string) => tool({ name, permission_scope: "write" });
    for (const pattern of ["append", "app*"]) {
      const rules = [{ pattern, policy: "allow" }] as const;
      expect(verdict(writing("append"), { rules }).policy).toBe("allow");
      expect(verdict(writing("notes.append"), { rules }).policy).toBe("ask");
    }
    expect(verdict(writing("notes.append"), { rules: [{ pattern: "*", policy: "allow" }] }).policy).toBe(
      "allow",
    );
  });

  it("of a rule for tools that begin like a server's name are not about the server", () => {
    const rules = [{ pattern: "note*", policy: "allow" }] as const;
    expect(verdict(tool({ permission_scope: "write" }), { rules }).policy).toBe("ask");
  });

  it("of rules about other tools do not matter", () => {
    expect(verdict(tool(), { rules: [{ pattern: "mail.*", policy: "deny" }] })).toEqual({ policy: "allow" });
  });
});
