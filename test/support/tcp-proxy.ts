import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** Neither side hears the other any more, nor that it closed. */
  silent: boolean;
  /** What the server says next cuts the link instead of getting through. */
  loses_answer: boolean;
}

/** A loopback port that leads to another one, until something is wrong with the line. */
export class TcpProxy implements AsyncDisposable {
  readonly port: number;
  readonly #listener: Server;
  readonly #links = new Set<Link>();
  #refusing = false;
  #lost_request: string | null = null;

  private constructor(listener: Server, port: number, target_port: number) {
    this.#listener = listener;
    this.port = port;
    listener.on("connection", (client) => this.#link(client, target_port));
  }

  static async start(target_port: number): Promise<TcpProxy> {
    const listener = createServer({ noDelay: true }).listen(0, "127.0.0.1");
    await once(listener, "listening");
    const address = listener.address();
    if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port");
    return new TcpProxy(listener, address.port, target_port);
  }

  /** The URL with its port replaced by the proxy's. */
  urlFor(url: string): string {
    const through = new URL(url);
    through.port = String(this.port);
    return through.href;
  }

  /** Cuts every connection; new ones are accepted. */
  cut(): void {
    for (const { client, server } of this.#links) {
      client.destroy();
      server.destroy();
    }
  }

  /** Cuts every connection, and every new one at once, until `accept`. */
  refuse(): void {
    this.#refusing = true;
    this.cut();
  }

  accept(): void {
    this.#refusing = false;
  }

  /** From now on nothing gets through the connections there are, and nobody is told; new ones work. */
  silence(): void {
    for (const link of this.#links) link.silent = true;
  }

  /** The next request that contains `text` gets through; its answer does not, the connection is cut instead. */
  loseAnswerTo(text: string): void {
    this.#lost_request = text;
  }

  /** False once the answer announced by `loseAnswerTo` was lost. */
  get willLose(): boolean {
    return this.#lost_request !== null || [...this.#links].some((link) => link.loses_answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    await once(this.#listener, "close");
  }

  #link(client: Socket, target_port: number): void {
    if (this.#refusing) {
      client.destroy();
      return;
    }
    const server = connect({ port: target_port, host: "127.0.0.1", noDelay: true });
    const link: Link = { client, server, silent: false, loses_answer: false };
    this.#links.add(link);
    client.on("data", (data) => this.#request(link, data));
    server.on("data", (data) => this.#answer(link, data));
    for (const [side, other] of [
      [client, server],
      [server, client],
    ] as const) {
      // The close that follows an error is what counts.
      side.on("error", () => undefined);
      side.on("close", () => {
        if (!link.silent) other.destroy();
        if (client.destroyed && server.destroyed) this.#links.delete(link);
      });
    }
  }

  #request(link: Link, data: Buffer): void {
    if (link.silent) return;
    if (this.#lost_request !== null && data.includes(this.#lost_request)) {
      this.#lost_request = null;
      link.loses_answer = true;
    }
    link.server.write(data);
  }

  #answer(link: Link, data: Buffer): void {
    if (link.silent) return;
    if (link.loses_answer) {
      link.loses_answer = false;
      link.client.destroy();
      return;
    }
    link.client.write(data);
  }
}
