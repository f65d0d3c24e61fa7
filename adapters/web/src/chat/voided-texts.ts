import type { RunEvent } from "../../../../domain/run/events.ts";

/** Text that was streamed and then taken back. */
export interface VoidedText {
  /** Of the event that took it back. */
  readonly seq: number;
  readonly text: string;
  readonly reason: string;
}

export function voidedTexts(events: readonly RunEvent[]): readonly VoidedText[] {
  const voided: VoidedText[] = [];
  let text = "";
  for (const event of events) {
    if (event.type === "output.chunk") text += event.data.text;
    if (event.type !== "output.reset") continue;
    voided.push({ seq: event.seq, text, reason: event.data.reason });
    text = "";
  }
  return voided;
}
