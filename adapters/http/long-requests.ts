import type { ServerResponse } from "node:http";

/** Why the signal of a request aborts: given, so that no stack trace is taken for each. */
const OVER = "over";

/** A request that stays open, and the signal that says when it is over. */
export interface LongRequest extends Disposable {
  readonly signal: AbortSignal;
}

/** Requests that stay open: streams and held answers. They end when their client leaves, or all at once. */
export class LongRequests {
  readonly #open = new Set<() => void>();
  #ended = false;

  /** Its signal aborts after `limit_ms` at the latest, if that is given. */
  open(response: ServerResponse, limit_ms?: number): LongRequest {
    const controller = new AbortController();
    const end = () => controller.abort(OVER);
    const timer = limit_ms === undefined ? undefined : setTimeout(end, limit_ms);
    const forget = this.whenOver(response, end);
    return {
      signal: controller.signal,
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        forget();
      },
    };
  }

  /**
   * Calls `over`, perhaps more than once, when the client has left or the server closes; not any more once what is
   * returned is called. It costs a fraction of the memory of a signal.
   */
  whenOver(response: ServerResponse, over: () => void): () => void {
    const closed = () => {
      this.#open.delete(over);
      over();
    };
    this.#open.add(over);
    response.on("close", closed);
    if (this.#ended || response.destroyed) over();
    return () => {
      this.#open.delete(over);
      response.off("close", closed);
    };
  }

  /** Ends them all, and every later one at once: the server closes. */
  endAll(): void {
    this.#ended = true;
    for (const over of this.#open) over();
  }
}
