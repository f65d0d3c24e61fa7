import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import type { HttpOptions, ReadinessCheck } from "../../adapters/http/dependencies.ts";
import { createHttpServer } from "../../adapters/http/server.ts";
import { httpDependencies } from "../../composition/http.ts";
import { type EngineOptions, TestEngine } from "./engine.ts";
import { ScriptedModel } from "./scripted-model.ts";

export interface HttpApiOptions extends Partial<EngineOptions> {
  readonly http?: Partial<HttpOptions>;
  readonly readiness?: readonly ReadinessCheck[];
}

/** The API over a real socket, on an engine in this process. */
export class HttpApi {
  readonly url: string;
  readonly port: number;
  readonly engine: TestEngine;
  readonly #close: () => Promise<void>;

  private constructor(port: number, engine: TestEngine, close: () => Promise<void>) {
    this.url = `http://127.0.0.1:${port}`;
    this.port = port;
    this.engine = engine;
    this.#close = close;
  }

  /** Runs that are still under way when it closes are not waited for. */
  static async start({ http, readiness = [], env, ...options }: HttpApiOptions = {}): Promise<HttpApi> {
    const engine = await TestEngine.start({
      model: new ScriptedModel([]),
      env: { DRAIN_SECONDS: "0", ...env },
      ...options,
    });
    const server = createHttpServer(httpDependencies(engine.container, readiness), {
      port: 0,
      host: "127.0.0.1",
      api_keys: [],
      cors_origins: [],
      version: "0.0.0",
      ...http,
    });
    const { port } = await server.listen();
    return new HttpApi(port, engine, () => server.close());
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(this.url + path, { headers });
  }

  /** Posts JSON; a string is sent as it is. */
  post(path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(this.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: body === undefined || typeof body === "string" ? (body ?? null) : JSON.stringify(body),
    });
  }

  /** Sends just these headers, also those that `fetch` sets itself. */
  async send(
    method: string,
    path: string,
    {
      headers = {},
      body = "",
    }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
  ): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const length = body === "" ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const options = { method, path, headers: { ...length, ...headers }, host: "127.0.0.1", port: this.port };
    request(options, resolve).once("error", reject).end(body);
    const answer = await promise;
    const text = await answer.setEncoding("utf8").toArray();
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: text.join("") };
  }

  /** Starts a run that ends by itself and returns its id. */
  async ask(message: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const response = await this.post("/runs", { message }, headers);
    const { run_id } = (await response.json()) as { run_id: string };
    return run_id;
  }

  async close(): Promise<void> {
    await this.#close();
    await this.engine.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
