import type { RunEvent } from "../../domain/run/events.ts";

/** Takes a stream of server-sent events as it comes, and tells the durable events in it. */
export class Frames {
  #rest = "";
  readonly #hear: (event: RunEvent) => void;

  constructor(hear: (event: RunEvent) => void) {
    this.#hear = hear;
  }

  push(text: string): void {
    const frames = (this.#rest + text).split("\n\n");
    this.#rest = frames.pop() ?? "";
    for (const frame of frames) {
      const data = /^(?!event: ping)(?:.*\n)*?data: (.*)$/m.exec(frame)?.[1];
      if (data !== undefined && !frame.startsWith("event: ping")) this.#hear(JSON.parse(data) as RunEvent);
    }
  }
}
