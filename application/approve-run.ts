import { RefusedError } from "../domain/errors.ts";
import type { CallId, RunId } from "../domain/ids.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { SchemaIssue, SchemaValidator } from "../domain/ports/schema-validator.ts";
import type { ToolCatalog } from "../domain/ports/tool-catalog.ts";
import type { RunState } from "../domain/run/state.ts";
import type { RunSessions } from "./run-session.ts";

export interface ApprovalRequest {
  readonly decision: "approved" | "rejected";
  readonly user_id: string;
  readonly call_id?: CallId;
  readonly arguments?: JsonObject;
  readonly digest?: string;
  readonly comment?: string;
}

/** Edited arguments that the tool's schema does not allow. Pointers are relative to the arguments. */
export class InvalidEditError extends RefusedError {
  readonly issues: readonly SchemaIssue[];
  constructor(tool_name: string, issues: readonly SchemaIssue[]) {
    super("invalid_arguments", `the edited arguments do not fit the schema of ${tool_name}`);
    this.issues = issues;
  }
}

/** Records what a person decided about a call or an answer that waits for it. */
export class ApproveRun {
  readonly #sessions: RunSessions;
  readonly #catalog: ToolCatalog;
  readonly #validator: SchemaValidator;
  readonly #clock: Clock;

  constructor(sessions: RunSessions, catalog: ToolCatalog, validator: SchemaValidator, clock: Clock) {
    this.#sessions = sessions;
    this.#catalog = catalog;
    this.#validator = validator;
    this.#clock = clock;
  }

  /**
   * The same decision again has no effect. Throws UnknownRunError, InvalidEditError, and RefusedError
   * (`nothing_waits`, `already_decided`, `stale_digest`, `ambiguous_approval`, `unknown_call`).
   */
  async execute(run_id: RunId, request: ApprovalRequest): Promise<void> {
    const session = await this.#sessions.open(run_id);
    if (request.arguments !== undefined) await this.#validate(session.state, request, request.arguments);
    session.apply({
      type: "RecordApproval",
      ...request,
      at: this.#clock.now(),
    });
    await session.commit();
  }

  async #validate(state: RunState, { call_id }: ApprovalRequest, edited: JsonObject): Promise<void> {
    const waiting = state.calls.filter((call) => call.approval === "pending");
    const call =
      call_id === undefined ? waiting[0] : waiting.find((candidate) => candidate.call_id === call_id);
    if (call === undefined) return;
    const tools = await this.#catalog.list();
    const tool = tools.find(({ name }) => name === call.tool_name);
    const issues =
      tool === undefined
        ? [{ pointer: "", message: `the tool ${call.tool_name} is not offered any more` }]
        : this.#validator.validate(tool.input_schema, edited);
    if (issues.length > 0) throw new InvalidEditError(call.tool_name, issues);
  }
}
