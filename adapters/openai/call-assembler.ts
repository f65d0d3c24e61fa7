import type { JsonObject } from "../../domain/json.ts";
import type { RequestedCall } from "../../domain/model/chat.ts";
import type { ToolNames } from "./tool-names.ts";

/** A piece of a call as it streams. Compatible servers leave out the index, the id, or both. */
export interface CallFragment {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: string | null };
}

interface PartialCall {
  readonly key: string;
  name: string;
  args: string;
}

/** Puts calls together from their fragments, in the order in which they began. */
export class CallAssembler {
  readonly #calls: PartialCall[] = [];

  add({ index, id, function: piece }: CallFragment): void {
    const call = this.#callFor(index, id, piece?.name);
    call.name += piece?.name ?? "";
    call.args += piece?.arguments ?? "";
  }

  finish(names: ToolNames): readonly RequestedCall[] {
    return this.#calls.map(({ name, args }) => {
      const tool_name = names.fromWire(name);
      const parsed = parseObject(args);
      return parsed === null ? { tool_name, malformed: args } : { tool_name, arguments: parsed };
    });
  }

  /** By index where there is one; else a new id or a new name begins a call, and anything else continues the last. */
  #callFor(index: number | null | undefined, id: string | null | undefined, name: string | null | undefined) {
    const last = this.#calls.at(-1);
    const key = index !== null && index !== undefined ? `index ${index}` : id ? `id ${id}` : null;
    const known = key === null ? (name ? undefined : last) : this.#calls.find((call) => call.key === key);
    if (known !== undefined) return known;
    const call = { key: key ?? `call ${this.#calls.length}`, name: "", args: "" };
    this.#calls.push(call);
    return call;
  }
}

/** No arguments at all are an empty object. */
function parseObject(text: string): JsonObject | null {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}
