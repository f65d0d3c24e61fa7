import type { CallId } from "../domain/ids.ts";
import { canonicalJson, type JsonObject } from "../domain/json.ts";
import type { RequestedCall } from "../domain/model/chat.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { SchemaValidator } from "../domain/ports/schema-validator.ts";
import type { ToolCatalog } from "../domain/ports/tool-catalog.ts";
import type { ScreenedCall } from "../domain/run/commands.ts";
import { type FirewallRules, type FirewallVerdict, screen } from "../domain/tools/firewall.ts";
import { identityOf } from "../domain/tools/identity.ts";
import type { ToolDescriptor, ToolError } from "../domain/tools/tool.ts";

export interface Judgement {
  /** What the catalogue says of the tool; undefined when it knows none of that name. */
  readonly tool: ToolDescriptor | undefined;
  readonly verdict: FirewallVerdict;
  readonly invalid: ToolError | null;
}

/**
 * The one judgement on tool calls: made when a model asks for a call, and made again by the worker that
 * is about to execute it.
 */
export class ToolScreening {
  readonly #catalog: ToolCatalog;
  readonly #validator: SchemaValidator;
  readonly #rules: FirewallRules;

  constructor(catalog: ToolCatalog, validator: SchemaValidator, rules: FirewallRules) {
    this.#catalog = catalog;
    this.#validator = validator;
    this.#rules = rules;
  }

  /** `earlier_calls`: how many calls the run has made before this one. */
  async judge(
    call: { readonly tool_name: string; readonly arguments: JsonObject },
    earlier_calls: number,
  ): Promise<Judgement> {
    const tools = await this.#catalog.list();
    const tool = tools.find(({ name }) => name === call.tool_name);
    const verdict = screen(call, tool, earlier_calls, this.#rules);
    const invalid = tool === undefined ? null : this.#invalid(tool, call.arguments);
    return { tool, verdict, invalid };
  }

  #invalid(tool: ToolDescriptor, given: JsonObject): ToolError | null {
    const issues = this.#validator.validate(tool.input_schema, given);
    if (issues.length === 0) return null;
    const told = issues.map(
      ({ pointer, message }) => `${pointer === "" ? "arguments" : pointer}: ${message}`,
    );
    return { code: "invalid_arguments", message: told.join("; ") };
  }
}

/** Screens what a model asks for, before a run requests it. */
export class CallScreening {
  readonly #screening: ToolScreening;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #approval_timeout_seconds: number | null;

  /** A question to a person expires after `approval_timeout_seconds`; never when null. */
  constructor(
    screening: ToolScreening,
    clock: Clock,
    ids: Ids,
    options: { readonly approval_timeout_seconds: number | null },
  ) {
    this.#screening = screening;
    this.#clock = clock;
    this.#ids = ids;
    this.#approval_timeout_seconds = options.approval_timeout_seconds;
  }

  async screen(requested: RequestedCall, earlier_calls: number): Promise<ScreenedCall> {
    const args = "arguments" in requested ? requested.arguments : {};
    const { tool_name } = requested;
    const { tool, verdict, invalid } = await this.#screening.judge(
      { tool_name, arguments: args },
      earlier_calls,
    );
    return {
      call_id: this.#ids.uuid() as CallId,
      tool_name,
      arguments: args,
      source: tool?.source ?? "unknown",
      permission_scope: tool?.permission_scope ?? "unknown",
      ...(tool !== undefined && { server_id: tool.server_id }),
      verdict: this.#verdict(requested, args, { tool, verdict, invalid }),
    };
  }

  #verdict(
    requested: RequestedCall,
    args: JsonObject,
    { tool, verdict, invalid }: Judgement,
  ): ScreenedCall["verdict"] {
    if (verdict.policy === "deny") {
      return { kind: "end", ending: { status: "denied", reason: verdict.reason } };
    }
    if ("malformed" in requested) {
      const message = `the arguments are not a JSON object: ${requested.malformed.slice(0, 200)}`;
      return { kind: "end", ending: { status: "failed", error: { code: "malformed_arguments", message } } };
    }
    if (invalid !== null) return { kind: "end", ending: { status: "failed", error: invalid } };
    if (verdict.policy === "allow") return { kind: "allow" };
    return {
      kind: "ask",
      reason: verdict.reason,
      digest: this.#ids.digest(canonicalJson([...identityOf(tool), args, verdict.policy])),
      ...expiry(this.#clock, this.#approval_timeout_seconds),
    };
  }
}

/** The `expires_at` of a question asked now; no field when it never expires. */
export function expiry(clock: Clock, timeout_seconds: number | null) {
  return timeout_seconds === null ? {} : { expires_at: clock.after(clock.now(), timeout_seconds * 1000) };
}
