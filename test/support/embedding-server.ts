import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { ConceptEmbedder } from "./concept-embedder.ts";

export interface EmbeddingRequest {
  readonly model: string;
  readonly input: readonly string[];
  readonly encoding_format?: "float" | "base64";
}

/** What the server answers instead of embeddings as OpenAI would send them. */
export type EmbeddingReply =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: object | string;
    }
  /** The connection breaks. */
  | { readonly cut: true }
  /** Nothing comes, or nothing but the headers. */
  | { readonly silent: "before_headers" | "after_headers" };

type Script = (
  request: EmbeddingRequest,
  count: number,
) => EmbeddingReply | null | Promise<EmbeddingReply | null>;

/** A server that speaks the wire format of OpenAI's Embeddings API on loopback: words stand for what they mean. */
export class EmbeddingServer implements AsyncDisposable {
  readonly requests: EmbeddingRequest[] = [];
  readonly headers: IncomingMessage["headers"][] = [];
  /** Requests whose client went away before the answer. */
  aborted = 0;
  /** The most requests that were under way at once. */
  most_parallel = 0;
  /** What is answered, decided by the request and by how many came before it; null is embeddings. */
  script: Script;
  readonly model: ConceptEmbedder;
  readonly #server: Server;
  #parallel = 0;

  private constructor(script: Script, synonyms: readonly (readonly string[])[]) {
    this.script = script;
    this.model = new ConceptEmbedder(synonyms);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(
    script: Script = () => null,
    synonyms: readonly (readonly string[])[] = [],
  ): Promise<EmbeddingServer> {
    const server = new EmbeddingServer(script, synonyms);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** Every text that was sent, in order. */
  get texts(): readonly string[] {
    return this.requests.flatMap(({ input }) => input);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== "/v1/embeddings") {
      response.writeHead(404).end();
      return;
    }
    this.#parallel += 1;
    this.most_parallel = Math.max(this.most_parallel, this.#parallel);
    response.once("close", () => {
      this.#parallel -= 1;
      if (!response.writableEnded) this.aborted += 1;
    });
    const body = (await json(request)) as EmbeddingRequest;
    const count = this.requests.push(body) - 1;
    this.headers.push(request.headers);
    const reply = await this.script(body, count);
    if (reply === null) {
      send(response, 200, {}, await this.embeddings(body));
    } else if ("cut" in reply) {
      response.destroy();
    } else if ("silent" in reply) {
      if (reply.silent === "after_headers") response.writeHead(200, JSON_TYPE).flushHeaders();
    } else {
      send(
        response,
        reply.status,
        reply.headers ?? {},
        reply.body ?? { error: { message: "scripted error" } },
      );
    }
  }

  /** As OpenAI answers. */
  async embeddings({ model, input, encoding_format }: EmbeddingRequest) {
    const vectors = await this.model.embed(input, "document", new AbortController().signal);
    const data = vectors.map((vector, index) => {
      const embedding =
        encoding_format === "base64" ? Buffer.from(vector.buffer).toString("base64") : [...vector];
      return { object: "embedding", index, embedding };
    });
    const usage = { prompt_tokens: input.length, total_tokens: input.length };
    return { object: "list", data, model, usage };
  }
}

const JSON_TYPE = { "content-type": "application/json" };

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: object | string,
): void {
  response.writeHead(status, { ...JSON_TYPE, ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
