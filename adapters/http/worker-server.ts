import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface WorkerServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** False when the worker's loop has stopped consuming, not merely when the process is gone. */
  readonly healthy: () => boolean;
  /** Throws when what the worker depends on does not answer. */
  readonly ready: () => Promise<void>;
  readonly metrics: () => Promise<{ readonly content_type: string; readonly body: string }>;
}

/** `/health`, `/ready` and `/metrics` of a worker, which serves nothing else. */
export class WorkerServer {
  readonly #options: WorkerServerOptions;
  readonly #server: Server;

  constructor(options: WorkerServerOptions) {
    this.#options = options;
    this.#server = createServer(({ url }, response) => {
      this.#answer(url ?? "", response).catch((error: unknown) =>
        respond(response, 500, { status: "error", detail: String(error) }),
      );
    });
  }

  async listen(): Promise<{ readonly port: number }> {
    const { port, host } = this.#options;
    this.#server.listen(port, host);
    await once(this.#server, "listening");
    return { port: (this.#server.address() as AddressInfo).port };
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(url: string, response: ServerResponse): Promise<void> {
    switch (url) {
      case "/health": {
        const healthy = this.#options.healthy();
        return respond(response, healthy ? 200 : 503, { status: healthy ? "ok" : "stuck" });
      }
      case "/ready":
        return this.#options.ready().then(
          () => respond(response, 200, { status: "ready" }),
          (error: unknown) => respond(response, 503, { status: "unready", detail: String(error) }),
        );
      case "/metrics": {
        const { content_type, body } = await this.#options.metrics();
        response.writeHead(200, { "content-type": content_type }).end(body);
        return;
      }
      default:
        return respond(response, 404, { status: "not found" });
    }
  }
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
