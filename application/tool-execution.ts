import type { RunId } from "../domain/ids.ts";
import { canonicalJson, type Json } from "../domain/json.ts";
import type { CallEnding } from "../domain/model/chat.ts";
import type { Cache } from "../domain/ports/cache.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { Log } from "../domain/ports/log.ts";
import type { ToolInvoker } from "../domain/ports/tool-invoker.ts";
import type { Observation } from "../domain/run/events.ts";
import type { RunState, ToolCall } from "../domain/run/state.ts";
import { changeSince } from "../domain/tools/identity.ts";
import type { ToolDescriptor, ToolOutput, ToolProgress } from "../domain/tools/tool.ts";
import { ToolCallError } from "../domain/tools/tool-call-error.ts";
import { Defuser } from "./defuse.ts";
import type { GuardrailSettings } from "./guardrail-settings.ts";
import { TimeLimit } from "./time-limit.ts";
import type { ToolScreening } from "./tool-screening.ts";

export interface ExecutionPorts {
  readonly invoker: ToolInvoker;
  readonly screening: ToolScreening;
  /** Results of reading tools; null when they are not cached. */
  readonly cache: Cache | null;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

export interface ExecutionOptions {
  /** How long one execution may take without a result or a sign of life; see `TimeLimit`. */
  readonly timeout_seconds: number;
  readonly cache_seconds: number;
}

/** How a call ended, and what was observed on the way. */
export interface Execution {
  readonly ending: CallEnding;
  readonly observations: readonly Observation[];
}

/** One execution of a call: firewall, cache, time-out, and the guardrail on what comes back. */
export class ToolExecution {
  readonly #ports: ExecutionPorts;
  readonly #guardrails: GuardrailSettings;
  readonly #options: ExecutionOptions;

  constructor(ports: ExecutionPorts, guardrails: GuardrailSettings, options: ExecutionOptions) {
    this.#ports = ports;
    this.#guardrails = guardrails;
    this.#options = options;
  }

  /**
   * Judges the call once more and executes it; `onProgress` is told how far it is. Rejects only with the reason for
   * which `stop` aborts.
   */
  async perform(
    state: RunState,
    call: ToolCall,
    stop: AbortSignal,
    onProgress: (progress: ToolProgress) => void,
  ): Promise<Execution> {
    const { calls, tenant_id } = state;
    const earlier = calls.findIndex(({ call_id }) => call_id === call.call_id);
    const { tool, verdict, invalid } = await this.#ports.screening.judge(call, earlier);
    if (verdict.policy === "deny") return without({ status: "denied", reason: verdict.reason });
    const change = tool === undefined ? null : changeSince(call, tool);
    if (change !== null) return without({ status: "denied", reason: change });
    if (verdict.policy === "ask" && call.approval !== "approved") {
      return without({ status: "denied", reason: `${verdict.reason} Nobody has given it.` });
    }
    if (invalid !== null) return without({ status: "failed", error: invalid });

    const key = this.#cacheKey(tool, call, tenant_id);
    const cached = key === null ? undefined : await this.#reachedCache((cache) => cache.get(key));
    const access = { cache_name: "tool_result", key: key ?? "", metadata: { tool: call.tool_name } } as const;
    if (cached !== undefined) {
      const output = cached as unknown as ToolOutput;
      return { ending: { status: "completed", output }, observations: [{ type: "cache.hit", data: access }] };
    }
    const missed: readonly Observation[] = key === null ? [] : [{ type: "cache.miss", data: access }];
    const defuser = new Defuser(call, this.#guardrails.tool);
    const { observations } = defuser;
    try {
      const output = defuser.output(await this.#invoke(state.run_id, call, stop, onProgress));
      if (key !== null) {
        const kept = output as unknown as Json;
        await this.#reachedCache((cache) => cache.set(key, kept, this.#options.cache_seconds));
      }
      return { ending: { status: "completed", output }, observations: [...missed, ...observations] };
    } catch (error) {
      stop.throwIfAborted();
      const { code, message } = this.#problem(error);
      const told = { code, message: defuser.text(message) };
      return { ending: { status: "failed", error: told }, observations: [...missed, ...observations] };
    }
  }

  /** A cache out of reach costs time, and no call its result. */
  async #reachedCache<T>(use: (cache: Cache) => Promise<T>): Promise<T | undefined> {
    if (this.#ports.cache === null) return undefined;
    try {
      return await use(this.#ports.cache);
    } catch (error) {
      this.#ports.log.warn("cache of tool results out of reach", { error });
      return undefined;
    }
  }

  async #invoke(
    run_id: RunId,
    call: ToolCall,
    stop: AbortSignal,
    onProgress: (progress: ToolProgress) => void,
  ): Promise<ToolOutput> {
    const { clock, invoker } = this.#ports;
    const { call_id, tool_name } = call;
    using limit = new TimeLimit(clock, this.#options.timeout_seconds, stop);
    const request = { run_id, call_id, tool_name, arguments: call.arguments };
    try {
      return await invoker.invoke(request, limit.signal, (progress) => {
        limit.extend();
        onProgress(progress);
      });
    } catch (error) {
      limit.signal.throwIfAborted();
      throw error;
    }
  }

  #problem(error: unknown) {
    if (error instanceof ToolCallError) return { code: error.code, message: error.message };
    this.#ports.log.error("tool invoker failed", { error });
    return { code: "internal", message: error instanceof Error ? error.message : String(error) } as const;
  }

  #cacheKey(tool: ToolDescriptor | undefined, call: ToolCall, tenant_id: string): string | null {
    if (this.#ports.cache === null || tool?.permission_scope !== "read") return null;
    const digest = this.#ports.ids.digest(canonicalJson([tool.server_id, call.tool_name, call.arguments]));
    return `tool:${tenant_id}:${digest}`;
  }
}

function without(ending: CallEnding): Execution {
  return { ending, observations: [] };
}
