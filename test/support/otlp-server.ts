import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** The part of an ExportTraceServiceRequest that tests look at. */
export interface OtlpRequest {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly resourceSpans: readonly {
      readonly resource: { readonly attributes: readonly OtlpAttribute[] };
      readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
    }[];
  };
}

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly status: { readonly code?: number; readonly message?: string };
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: object;
}

export interface OtlpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Answered only then. */
  readonly after?: Promise<void>;
}

/** A collector on loopback: it keeps the OTLP/HTTP requests it gets, and answers each as the test says. */
export class OtlpServer implements AsyncDisposable {
  readonly requests: OtlpRequest[] = [];
  readonly #server: Server;
  readonly #answer: (count: number) => OtlpAnswer;

  private constructor(answer: (count: number) => OtlpAnswer) {
    this.#answer = answer;
    this.#server = createServer(async (request, response) => {
      const body = (await json(request)) as OtlpRequest["body"];
      this.requests.push({ path: request.url, headers: request.headers, body });
      await this.#respond(response, this.#answer(this.requests.length));
    });
  }

  /** `answer` is given how many requests there were, this one included. */
  static async start(answer: (count: number) => OtlpAnswer = () => ({ status: 200 })): Promise<OtlpServer> {
    const server = new OtlpServer(answer);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get endpoint(): string {
    return `http://${this.host}`;
  }

  get spans(): readonly OtlpSpan[] {
    return this.requests
      .flatMap(({ body }) => body.resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap(({ spans }) => spans);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #respond(response: ServerResponse, { status, headers, body = {}, after }: OtlpAnswer): Promise<void> {
    await after;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  }
}
