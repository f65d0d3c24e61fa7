import { Agent, type IncomingMessage, request } from "node:http";

const ANSWER_LIMIT_MS = 120_000;
/** The end of a stream is judged by its last characters: the event that ends a run is shorter. */
const TAIL = 4096;

/** What of the API's answers the bench looks at. */
export interface Answer {
  readonly run_id: string;
  readonly final_text?: string;
}

/** A client that costs little itself: what it needs of this machine's cores is missing elsewhere. */
export class ApiClient {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #url: URL;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** Starts a run; what the API answers. */
  async start(message: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const body = JSON.stringify({ message });
    const length = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
    const response = await this.#send("POST", "/runs", { ...length, ...headers }, body);
    const answer = await textOf(response);
    if (response.statusCode !== 201 && response.statusCode !== 200)
      throw new Error(`POST /runs was answered ${response.statusCode}: ${answer}`);
    return JSON.parse(answer) as Answer;
  }

  /** Follows a run's events to their end; `hear` is told what comes, as it comes. */
  async follow(run_id: string, hear: (text: string) => void): Promise<void> {
    const response = await this.#send("GET", `/runs/${run_id}/events`, { accept: "text/event-stream" });
    response.setEncoding("utf8");
    for await (const chunk of response) hear(String(chunk));
  }

  /** Throws when the last event is not `run.completed`. */
  async untilCompleted(run_id: string): Promise<void> {
    let tail = "";
    await this.follow(run_id, (text) => {
      tail = (tail + text).slice(-TAIL);
    });
    if (!tail.includes('"type":"run.completed"'))
      throw new Error(`run ${run_id} did not complete: ${tail.slice(-300)}`);
  }

  async get(path: string): Promise<unknown> {
    return JSON.parse(await textOf(await this.#send("GET", path, { accept: "application/json" })));
  }

  /** Drops every connection, whatever is under way. */
  close(): void {
    this.#agent.destroy();
  }

  #send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<IncomingMessage> {
    const { hostname, port } = this.#url;
    const options = { agent: this.#agent, hostname, port, method, path, headers, timeout: ANSWER_LIMIT_MS };
    return new Promise((resolve, reject) => {
      const sent = request(options, resolve);
      sent.once("error", reject);
      sent.once("timeout", () => sent.destroy(new Error(`${method} ${path} was not answered in time`)));
      sent.end(body);
    });
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding("utf8");
  let all = "";
  for await (const chunk of response) all += String(chunk);
  return all;
}
