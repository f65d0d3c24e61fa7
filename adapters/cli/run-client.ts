import { setTimeout } from "node:timers/promises";
import { EventSourceParserStream } from "eventsource-parser/stream";
import type { RunId } from "../../domain/ids.ts";
import { isTerminal, type RunEvent } from "../../domain/run/events.ts";
import type { ToolDescriptor } from "../../domain/tools/tool.ts";

/** The engine answered, and not with what was asked for. */
export class ApiError extends Error {
  readonly status: number;
  /** When the engine says to come back; null when it does not. */
  readonly retry_after_seconds: number | null;
  constructor(status: number, detail: string, retry_after_seconds: number | null = null) {
    super(`${detail} (HTTP ${status})`);
    this.name = "ApiError";
    this.status = status;
    this.retry_after_seconds = retry_after_seconds;
  }
}

interface EventPage {
  readonly events: readonly RunEvent[];
  readonly last_seq: number;
}

const RECONNECT_MS = 1_000;
const REQUEST_MS = 10_000;

/** Talks to an engine over its HTTP API. */
export class RunClient {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, api_key: string | null) {
    this.url = url.replace(/\/$/, "");
    this.#headers = api_key === null ? {} : { authorization: `Bearer ${api_key}` };
  }

  /** True when an engine answers there. */
  async answers(): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/health`, { signal: AbortSignal.timeout(1_000) });
      const body: unknown = await response.json();
      return response.ok && typeof body === "object" && body !== null && "status" in body;
    } catch {
      return false;
    }
  }

  /** Starts a run. Throws ApiError. */
  async start(body: {
    readonly message: string;
    readonly mode?: string;
    readonly context?: string;
    readonly conversation_id?: string;
    readonly multitask_strategy?: string;
    readonly metadata?: Readonly<Record<string, string>>;
  }): Promise<RunId> {
    const started = await this.#post("/runs", body);
    return (started as { readonly run_id: RunId }).run_id;
  }

  async cancel(run_id: RunId): Promise<void> {
    await this.#post(`/runs/${run_id}/cancel`, { reason: "cancelled in the terminal" });
  }

  async decide(
    run_id: RunId,
    decision: {
      readonly decision: "approved" | "rejected";
      readonly call_id?: string;
      readonly digest?: string;
      readonly arguments?: object;
      readonly comment?: string;
    },
  ): Promise<void> {
    await this.#post(`/runs/${run_id}/approval`, decision);
  }

  /** What is recorded of the run so far. Throws ApiError. */
  async history(run_id: RunId): Promise<readonly RunEvent[]> {
    const all: RunEvent[] = [];
    for (;;) {
      const page = (await this.#get(`/runs/${run_id}/events?after=${all.length}`)) as EventPage;
      all.push(...page.events);
      if (page.events.length === 0 || all.length >= page.last_seq) return all;
    }
  }

  /** The tools that are offered now. Throws ApiError. */
  async tools(): Promise<readonly ToolDescriptor[]> {
    return ((await this.#get("/tools")) as { readonly tools: readonly ToolDescriptor[] }).tools;
  }

  /** The run's events, each once, to the one that ends it; reconnects where it was cut off. */
  async *follow(run_id: RunId, signal: AbortSignal): AsyncGenerator<RunEvent, void> {
    let last = 0;
    while (!signal.aborted) {
      try {
        for await (const event of this.#stream(run_id, last, signal)) {
          yield event;
          last = event.seq;
          if (isTerminal(event)) return;
        }
      } catch (error) {
        // What the engine refuses stays refused; an engine that is away or starting is tried again.
        if (error instanceof ApiError && error.status < 500) throw error;
      }
      await setTimeout(RECONNECT_MS, null, { signal }).catch(() => null);
    }
  }

  async *#stream(run_id: RunId, after: number, signal: AbortSignal): AsyncGenerator<RunEvent, void> {
    const response = await fetch(`${this.url}/runs/${run_id}/events`, {
      headers: { ...this.#headers, accept: "text/event-stream", "last-event-id": String(after) },
      signal,
    });
    if (!response.ok || response.body === null) throw await problem(response);
    const frames = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
    for await (const frame of frames) {
      if (frame.event === undefined) yield JSON.parse(frame.data) as RunEvent;
    }
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      headers: { ...this.#headers, accept: "application/json" },
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    if (!response.ok) throw await problem(response);
    return response.json();
  }

  async #post(path: string, body: object): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method: "POST",
      headers: { ...this.#headers, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    if (!response.ok) throw await problem(response);
    return response.json();
  }
}

async function problem(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const told = typeof body === "object" && body !== null && "detail" in body ? String(body.detail) : "";
  const retry_after = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ApiError(
    response.status,
    told === "" ? response.statusText : told,
    Number.isFinite(retry_after) ? retry_after : null,
  );
}
