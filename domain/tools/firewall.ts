import { bySpecificity, matchesPattern, type NamePattern } from "./name-pattern.ts";
import type { PermissionScope, ToolDescriptor, ToolPolicy } from "./tool.ts";

/** What a deployment lets its runs do with tools. */
export interface FirewallRules {
  /** Only tools that one of these matches may be called; `["*"]` is all. */
  readonly allow_list: readonly NamePattern[];
  /** Scopes a call may have; one that is not listed is denied whatever the policies say. */
  readonly granted_scopes: readonly PermissionScope[];
  /** Calls one run may make, from its start to its end. */
  readonly max_calls_per_run: number;
  /** The operator's word on single tools; see `policyFor`. */
  readonly rules: readonly PolicyRule[];
}

export interface PolicyRule {
  readonly pattern: NamePattern;
  readonly policy: ToolPolicy;
}

/** May this call be executed: at once, after a person's yes, or not at all. Reasons are told to both people and models. */
export type FirewallVerdict =
  | { readonly policy: "allow" }
  | { readonly policy: "ask" | "deny"; readonly reason: string };

/** Every tool in reach, reading ones at once and others after a person's yes, 50 calls a run. */
export const DEFAULT_FIREWALL: FirewallRules = {
  allow_list: ["*"],
  granted_scopes: ["read", "write", "destructive"],
  max_calls_per_run: 50,
  rules: [],
};

/**
 * Judges one call. `descriptor` is what the catalogue says of the tool, undefined when it knows none of that
 * name; `earlier_calls` is how many calls the run has made before this one.
 *
 * What is not permitted is denied before what is merely impossible now, so that nobody repairs a server
 * only to learn that its tool was never allowed.
 */
export function screen(
  call: { readonly tool_name: string },
  descriptor: ToolDescriptor | undefined,
  earlier_calls: number,
  rules: FirewallRules,
): FirewallVerdict {
  const name = call.tool_name;
  if (descriptor === undefined) return deny(`There is no tool named ${name}.`);
  if (!rules.allow_list.some((pattern) => matchesPattern(pattern, name))) {
    return deny(`The tool ${name} is not in the list of tools that are allowed here.`);
  }
  const scope = descriptor.permission_scope;
  if (!rules.granted_scopes.includes(scope)) {
    const granted = rules.granted_scopes.join(", ") || "none";
    return deny(`The tool ${name} needs the permission scope "${scope}"; granted here: ${granted}.`);
  }
  const { policy, because } = policyFor(descriptor, rules.rules);
  if (policy === "deny") return deny(`The tool ${name} is denied by ${because}.`);
  if (!descriptor.available) {
    const why = descriptor.unavailable_reason ?? "its server does not say why";
    return deny(`The tool ${name} is not available: ${endSentence(why)}`);
  }
  if (earlier_calls >= rules.max_calls_per_run) {
    const calls = rules.max_calls_per_run === 1 ? "tool call" : "tool calls";
    return deny(`This run may make ${rules.max_calls_per_run} ${calls} and has made ${earlier_calls}.`);
  }
  if (policy === "allow") return { policy };
  return { policy, reason: `The tool ${name} needs a person's consent: ${because}.` };
}

/**
 * The policy that holds for a tool and where it comes from. The most specific of the rules about it decides,
 * the strictest of equally specific ones; without one, what its server's configuration says; else reading
 * tools are allowed and others ask.
 */
function policyFor(
  descriptor: ToolDescriptor,
  rules: readonly PolicyRule[],
): { readonly policy: ToolPolicy; readonly because: string } {
  const [rule] = rules
    .filter((rule) => isAbout(rule, descriptor))
    .toSorted(
      (one, other) =>
        bySpecificity(one.pattern, other.pattern) || STRICTNESS[other.policy] - STRICTNESS[one.policy],
    );
  if (rule !== undefined) return { policy: rule.policy, because: `the rule for "${rule.pattern}"` };
  if (descriptor.policy !== undefined) {
    return {
      policy: descriptor.policy,
      because: `the configuration of its server "${descriptor.server_id}"`,
    };
  }
  switch (descriptor.permission_scope) {
    case "read":
      return { policy: "allow", because: "it only reads" };
    case "write":
      return { policy: "ask", because: "it may change something" };
    case "destructive":
      return { policy: "ask", because: "it may change or delete something" };
    default:
      return descriptor.permission_scope satisfies never;
  }
}

/**
 * A rule names a tool as its server does, or as `server.tool`, whether it is offered under the short name or, because
 * another server has one of the same, under the long one. A short name that two servers share restricts both
 * and allows neither: which one the operator trusts is not known. (A pattern that begins with `*` means any.)
 */
function isAbout({ pattern, policy }: PolicyRule, { name, server_id }: ToolDescriptor): boolean {
  const prefix = `${server_id}.`;
  const own = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  if (pattern.startsWith(prefix)) return matchesPattern(pattern, prefix + own);
  const isShared = name !== own;
  if (isShared && policy === "allow" && !pattern.startsWith("*")) return false;
  return matchesPattern(pattern, own);
}

const STRICTNESS: Readonly<Record<ToolPolicy, number>> = { allow: 0, ask: 1, deny: 2 };

function deny(reason: string): FirewallVerdict {
  return { policy: "deny", reason };
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
