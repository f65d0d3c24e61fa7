import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** What the server does for one request, in order. */
export type WireAct =
  | { readonly text: string }
  | { readonly refusal: string }
  | {
      readonly call: {
        readonly id?: string;
        readonly name: string;
        readonly args: string;
        readonly index?: number;
      };
    }
  /** Any chunk as it is, for what compatible servers leave out or add. */
  | { readonly chunk: object }
  | { readonly pause_ms: number }
  | { readonly wait: Promise<unknown> }
  /** Not even the status comes before this; must come first. */
  | { readonly hold: Promise<unknown> }
  /** An error instead of a stream; must come first. */
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: object | string }
  /** The connection is reset before there is any answer; must come first. */
  | { readonly reset: true }
  /** The connection breaks here. */
  | { readonly cut: true }
  /** The answer ends here without its `[DONE]`. */
  | { readonly hang_up: true }
  /** Written to the stream as it is. */
  | { readonly raw: string | Buffer }
  | { readonly finish: string }
  | { readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number } };

/** The part of a Chat Completions request that tests look at. */
export interface WireRequest {
  readonly model: string;
  readonly messages: readonly {
    readonly role: string;
    readonly content: string | null;
    readonly tool_call_id?: string;
    readonly tool_calls?: readonly {
      readonly id: string;
      readonly function: { readonly name: string; readonly arguments: string };
    }[];
  }[];
  readonly tools?: readonly {
    readonly function: {
      readonly name: string;
      readonly description: string;
      readonly parameters: { readonly properties?: object };
    };
  }[];
  readonly stream: boolean;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
}

/**
 * A server that speaks the wire format of OpenAI's Chat Completions API on loopback and plays a script: the
 * model that tests point Baton at. It makes no embeddings.
 */
export class OpenAiServer implements AsyncDisposable {
  readonly requests: WireRequest[] = [];
  readonly headers: IncomingMessage["headers"][] = [];
  /** Requests whose client went away before the answer was complete. */
  aborted = 0;
  #tellAbort: (at: number) => void = () => undefined;
  readonly #server: Server;
  readonly #script: (request: WireRequest, count: number) => readonly WireAct[];

  private constructor(script: (request: WireRequest, count: number) => readonly WireAct[]) {
    this.#script = script;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** `script` decides by the request, and by how many came before it. */
  static async start(
    script: (request: WireRequest, count: number) => readonly WireAct[],
  ): Promise<OpenAiServer> {
    const server = new OpenAiServer(script);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** When the next client goes away, on the clock of `performance`. */
  nextAbort(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#tellAbort = resolve;
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.endsWith("/embeddings")) {
      response.writeHead(404).end();
      return;
    }
    const body = (await json(request)) as WireRequest;
    const acts = this.#script(body, this.requests.length);
    this.requests.push(body);
    this.headers.push(request.headers);
    const gone = new Promise<void>((resolve) => response.once("close", resolve));
    response.once("close", () => {
      if (response.writableEnded) return;
      this.aborted += 1;
      this.#tellAbort(performance.now());
    });
    const [first] = acts;
    if (first !== undefined && "status" in first) {
      response.writeHead(first.status, { "content-type": "application/json", ...first.headers });
      const told = first.body ?? { error: { message: "scripted error", type: "scripted" } };
      response.end(typeof told === "string" ? told : JSON.stringify(told));
      return;
    }
    if (first !== undefined && "reset" in first) {
      request.socket.resetAndDestroy();
      return;
    }
    if (first !== undefined && "hold" in first) await Promise.race([gone, first.hold]);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    for (const act of acts) {
      if (response.destroyed) return;
      if ("cut" in act) {
        response.destroy();
        return;
      }
      if ("hang_up" in act) {
        response.end();
        return;
      }
      if ("hold" in act) continue;
      if ("raw" in act) response.write(act.raw);
      else if ("pause_ms" in act)
        await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, act.pause_ms))]);
      else if ("wait" in act) await Promise.race([gone, act.wait]);
      else response.write(`data: ${JSON.stringify({ ...ENVELOPE, model: body.model, ...chunkOf(act) })}\n\n`);
    }
    response.end("data: [DONE]\n\n");
  }
}

const ENVELOPE = { id: "chatcmpl-test", object: "chat.completion.chunk", created: 0 };

function chunkOf(act: WireAct): object {
  if ("text" in act) return { choices: [{ index: 0, delta: { content: act.text } }] };
  if ("refusal" in act) return { choices: [{ index: 0, delta: { refusal: act.refusal } }] };
  if ("finish" in act) return { choices: [{ index: 0, delta: {}, finish_reason: act.finish }] };
  if ("usage" in act) return { choices: [], usage: act.usage };
  if ("chunk" in act) return act.chunk;
  if ("call" in act) {
    const { index, id, name, args } = act.call;
    const call = {
      ...(index !== undefined && { index }),
      ...(id && { id }),
      type: "function",
      function: { name, arguments: args },
    };
    return { choices: [{ index: 0, delta: { tool_calls: [call] } }] };
  }
  return {};
}
