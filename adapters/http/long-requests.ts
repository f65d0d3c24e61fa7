import type { ServerResponse } from "node:http";

/** Why the signal of a request aborts: given, so that no stack trace is taken for each. */
const OVER = "over";

/** A request that stays open, and the signal that says when it is over. */
export interface LongRequest extends Disposable {
  readonly signal: AbortSignal;
}

/** Requests that stay open: streams and held answers. They end when their client leaves, or all at once. */
export class LongRequests {
  readonly #open = new Set<AbortController>();
  #ended = false;

  /** Its signal aborts after `limit_ms` at the latest, if that is given. */
  open(response: ServerResponse, limit_ms?: number): LongRequest {
    const controller = new AbortController();
    const end = () => controller.abort(OVER);
    const timer = limit_ms === undefined ? undefined : setTimeout(end, limit_ms);
    this.#open.add(controller);
    response.once("close", end);
    if (this.#ended || response.destroyed) end();
    return {
      signal: controller.signal,
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        this.#open.delete(controller);
        response.off("close", end);
      },
    };
  }

  /** Ends them all, and every later one at once: the server closes. */
  endAll(): void {
    this.#ended = true;
    for (const controller of this.#open) controller.abort(OVER);
  }
}
