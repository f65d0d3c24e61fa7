import type { RunId } from "../../../../domain/ids.ts";
import type { ToolDescriptor } from "../../../../domain/tools/tool.ts";
import type { Credentials } from "./credentials.ts";
import { ApiProblem, ApiUnreachable, isOutage, readProblem } from "./problem.ts";
import type {
  ApprovalAnswer,
  Conversation,
  ConversationPage,
  Feedback,
  NewRun,
  Operations,
  Run,
  RunPage,
  RunQuery,
} from "./types.ts";

const ANSWER_MS = 30_000;

interface Request {
  readonly method?: "GET" | "POST";
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface ApiClientOptions {
  /** Of the API; "" is where the page came from. */
  readonly base_url: string;
  readonly credentials: Credentials;
  /** Told after each request whether the API answered at all. */
  readonly onReach?: (answers: boolean) => void;
}

/** The HTTP API, typed. Everything rejects with ApiProblem or ApiUnreachable, or with the reason of its signal. */
export class ApiClient {
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  /** The same `key` starts the run once, however often it is sent. */
  async startRun(run: NewRun, key: string): Promise<RunId> {
    const headers = { "Idempotency-Key": key };
    const { run_id } = await this.#post<{ readonly run_id: RunId }>("/runs", run, headers);
    return run_id;
  }

  async run(run_id: string, signal?: AbortSignal): Promise<Run> {
    return this.#get(runUrl(run_id), signal);
  }

  async runs(query: RunQuery, signal?: AbortSignal): Promise<RunPage> {
    return this.#get(`/runs?${parameters({ ...query })}`, signal);
  }

  /** Branches off behind the event `from_seq`; the id of the new run. */
  async fork(run_id: string, from_seq: number): Promise<RunId> {
    const answer = await this.#post<{ readonly run_id: RunId }>(`${runUrl(run_id)}/fork`, { from_seq });
    return answer.run_id;
  }

  async cancel(run_id: string): Promise<void> {
    await this.#post(`${runUrl(run_id)}/cancel`, { reason: "stopped on the web page" });
  }

  async decide(run_id: string, answer: ApprovalAnswer): Promise<void> {
    await this.#post(`${runUrl(run_id)}/approval`, answer);
  }

  async rate(feedback: Feedback): Promise<void> {
    await this.#post("/feedback", feedback);
  }

  async tools(signal?: AbortSignal): Promise<readonly ToolDescriptor[]> {
    const { tools } = await this.#get<{ readonly tools: readonly ToolDescriptor[] }>("/tools", signal);
    return tools;
  }

  async conversations(
    query: { readonly limit?: number; readonly cursor?: string },
    signal?: AbortSignal,
  ): Promise<ConversationPage> {
    return this.#get(`/conversations?${parameters({ ...query })}`, signal);
  }

  async conversation(conversation_id: string, signal?: AbortSignal): Promise<Conversation> {
    return this.#get(`/conversations/${encodeURIComponent(conversation_id)}`, signal);
  }

  async operations(signal?: AbortSignal): Promise<Operations> {
    return this.#get("/operations", signal);
  }

  /** True when the API answers. Never rejects. */
  async answers(): Promise<boolean> {
    try {
      const response = await fetch(`${this.#options.base_url}/health`, {
        signal: AbortSignal.timeout(5_000),
      });
      return response.ok;
    } catch {
      return false;
    }
  }

  /**
   * A run's events behind `after` as a stream of server-sent events; null when the run has ended there. The
   * stream ends when `signal` aborts.
   */
  async stream(
    run_id: string,
    after: number,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | null> {
    const headers = { Accept: "text/event-stream", "Last-Event-ID": String(after) };
    const response = await this.#send(`${runUrl(run_id)}/events`, { headers, signal });
    if (response.status === 204) return null;
    if (response.body === null) throw new ApiUnreachable("an answer without a body");
    return response.body;
  }

  /** Any JSON of the API, for views that need what is not listed here. */
  async get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
    return this.#get(path, signal);
  }

  async #get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
    return this.#json(path, { signal });
  }

  async #post<Answer>(
    path: string,
    body: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const sent = { ...headers, "Content-Type": "application/json" };
    return this.#json(path, { method: "POST", body, headers: sent });
  }

  async #json<Answer>(path: string, { signal, headers, ...request }: Request): Promise<Answer> {
    const limit = AbortSignal.timeout(ANSWER_MS);
    const response = await this.#send(path, {
      ...request,
      headers: { ...headers, Accept: "application/json" },
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    try {
      return (await response.json()) as Answer;
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiUnreachable(error);
    }
  }

  /** Resolves with an answer that says yes. */
  async #send(path: string, { method = "GET", body, headers, signal }: Request): Promise<Response> {
    const { base_url, credentials, onReach } = this.#options;
    const { key } = credentials.snapshot();
    let response: Response;
    try {
      response = await fetch(base_url + path, {
        method,
        headers: { ...headers, ...(key !== null && { Authorization: `Bearer ${key}` }) },
        body: body === undefined ? null : JSON.stringify(body),
        cache: "no-store",
        ...(signal !== undefined && { signal }),
      });
    } catch (error) {
      if (signal?.aborted && !isTimeout(signal.reason)) throw error;
      onReach?.(false);
      throw new ApiUnreachable(error);
    }
    if (response.ok) {
      onReach?.(true);
      return response;
    }
    const problem = await readProblem(response);
    onReach?.(!isOutage(problem));
    if (problem instanceof ApiProblem && problem.status === 401) credentials.refused(key);
    throw problem;
  }
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === "TimeoutError";
}

function runUrl(run_id: string): string {
  return `/runs/${encodeURIComponent(run_id)}`;
}

function parameters(query: Readonly<Record<string, string | number | undefined>>): URLSearchParams {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  return new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
}
