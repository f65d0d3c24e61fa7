import type { JsonObject } from "../../domain/json.ts";
import type { RequestedCall } from "../../domain/model/chat.ts";
import type { ToolNames } from "./tool-names.ts";

/** A piece of a call as it streams. Compatible servers leave out the index, the id, or both. */
export interface CallFragment {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function?: {
    readonly name?: string | null;
    /** A string by the standard; some servers send the object itself. */
    readonly arguments?: string | object | null;
  } | null;
}

interface PartialCall {
  readonly index: number | null;
  readonly id: string | null;
  name: string;
  args: string;
}

/** Puts calls together from their fragments, in the order in which they began. */
export class CallAssembler {
  readonly #calls: PartialCall[] = [];

  add(fragment: CallFragment): void {
    const name = fragment.function?.name ?? "";
    const args = fragment.function?.arguments ?? "";
    const call = this.#continued(fragment, name) ?? this.#begin(fragment);
    // Some servers repeat the whole name with every piece of the arguments.
    if (call.name !== name) call.name += name;
    call.args += typeof args === "string" ? args : JSON.stringify(args);
  }

  finish(names: ToolNames): readonly RequestedCall[] {
    return this.#calls.map(({ name, args }) => {
      const tool_name = names.fromWire(name);
      const parsed = parseObject(args);
      return parsed === null ? { tool_name, malformed: args } : { tool_name, arguments: parsed };
    });
  }

  #begin({ index, id }: CallFragment): PartialCall {
    const call = { index: index ?? null, id: id || null, name: "", args: "" };
    this.#calls.push(call);
    return call;
  }

  /**
   * The call a fragment goes on with, by index, else by id. One with neither goes on with the last call,
   * unless it names another tool or that call is whole already.
   */
  #continued({ index, id }: CallFragment, name: string): PartialCall | undefined {
    if (typeof index === "number") {
      const call = this.#calls.findLast((known) => known.index === index);
      // A second id under one index is a second call: some servers number every call 0.
      return call?.id && id && call.id !== id ? undefined : call;
    }
    if (id) return this.#calls.find((known) => known.id === id);
    const last = this.#calls.at(-1);
    const another = name !== "" && last !== undefined && (last.name !== name || isWhole(last));
    return another ? undefined : last;
  }
}

function isWhole({ args }: PartialCall): boolean {
  return args.trim() !== "" && parseObject(args) !== null;
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
