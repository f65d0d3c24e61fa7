import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** A server's connections, and the answers under way on each. */
export class Connections {
  readonly #answers = new Map<Socket, Set<ServerResponse>>();
  #closing = false;

  constructor(server: Server) {
    server.on("connection", (socket: Socket) => {
      this.#answers.set(socket, new Set());
      socket.once("close", () => this.#answers.delete(socket));
    });
    server.on("request", ({ socket }, response) => {
      this.#answers.get(socket)?.add(response);
      if (this.#closing) announceClose(response);
      response.once("close", () => {
        this.#answers.get(socket)?.delete(response);
        if (this.#closing) this.#closeIfIdle(socket);
      });
    });
  }

  /** True when an answer on this connection has begun and not ended: whatever is written now would be part of it. */
  isAnswering(socket: Socket): boolean {
    return [...(this.#answers.get(socket) ?? [])].some(({ headersSent }) => headersSent);
  }

  /**
   * Closes each connection as soon as nothing is under way on it, those that never asked anything included.
   * (Node's own `closeIdleConnections` leaves those open, and looks only once.)
   */
  closeWhenIdle(): void {
    this.#closing = true;
    for (const [socket, answers] of this.#answers) {
      for (const response of answers) announceClose(response);
      this.#closeIfIdle(socket);
    }
  }

  #closeIfIdle(socket: Socket): void {
    if (this.#answers.get(socket)?.size === 0) socket.destroySoon();
  }
}

function announceClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("Connection", "close");
}
