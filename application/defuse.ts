import { sanitize } from "../domain/guardrails/sanitize.ts";
import type { Json } from "../domain/json.ts";
import type { Observation } from "../domain/run/events.ts";
import type { ToolCall } from "../domain/run/state.ts";
import type { ToolOutput } from "../domain/tools/tool.ts";

/** What a tool says is untrusted text, be it a result or an error: what in it would steer a model is neutralised. */
export class Defuser {
  /** What was found, for the run's history. */
  readonly observations: Observation[] = [];
  readonly #call: Pick<ToolCall, "call_id" | "tool_name">;
  readonly #enabled: boolean;

  constructor(call: Pick<ToolCall, "call_id" | "tool_name">, enabled: boolean) {
    this.#call = call;
    this.#enabled = enabled;
  }

  output(output: ToolOutput): ToolOutput {
    const { structured } = output;
    return {
      ...output,
      content: output.content.map((part) =>
        "text" in part && part.text !== undefined ? { ...part, text: this.text(part.text) } : part,
      ),
      ...(structured !== undefined && { structured: this.#json(structured) }),
    };
  }

  text(text: string): string {
    if (!this.#enabled) return text;
    const { call_id, tool_name } = this.#call;
    const { text: clean, applied, findings } = sanitize(text);
    if (applied.length === 0) return text;
    const notes = `neutralised in the result of ${tool_name}`;
    for (const { threat_type, confidence, pattern } of findings) {
      this.observations.push(
        { type: "injection.detected", data: { location: "tool", confidence, pattern } },
        { type: "guardrail.triggered", data: { layer: "tool", threat_type, confidence, notes } },
      );
    }
    const sanitization_applied = applied.join(", ");
    this.observations.push({
      type: "context.sanitized",
      data: { original_chunk_id: call_id, sanitization_applied },
    });
    return clean;
  }

  #json(value: Json): Json {
    if (typeof value === "string") return this.text(value);
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map((item) => this.#json(item));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#json(item)]));
  }
}
