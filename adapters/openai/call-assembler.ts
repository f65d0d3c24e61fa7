import { isDeeperThan, type Json, type JsonObject } from "../../domain/json.ts";
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

/** No tool takes arguments that nest deeper, and what nests by the thousand cannot be written as JSON any more. */
const DEEPEST = 100;

/** Puts calls together from their fragments, in the order in which they began. */
export class CallAssembler {
  readonly #names: ToolNames;
  readonly #calls: PartialCall[] = [];

  constructor(names: ToolNames) {
    this.#names = names;
  }

  add(fragment: CallFragment | null): void {
    const { index, id, function: piece } = fragment ?? {};
    if (!piece && !id) return;
    const name = piece?.name ?? "";
    const told = piece?.arguments ?? "";
    const args = typeof told === "string" ? told : JSON.stringify(told);
    const known = typeof index === "number" ? this.#atIndex(index, id) : this.#without(id, name, args);
    const call = known ?? this.#begin(index, id);
    // Some servers repeat the whole name with every piece of the arguments.
    if (call.name !== name) call.name += name;
    call.args += args;
  }

  finish(): readonly RequestedCall[] {
    return this.#calls.map(({ name, args }) => {
      const tool_name = this.#names.fromWire(name);
      const parsed = parseObject(args);
      return parsed === null ? { tool_name, malformed: args } : { tool_name, arguments: parsed };
    });
  }

  #begin(index: number | null | undefined, id: string | null | undefined): PartialCall {
    const call = { index: index ?? null, id: id || null, name: "", args: "" };
    this.#calls.push(call);
    return call;
  }

  /** A second id under one index is a second call: some servers number every call 0. */
  #atIndex(index: number, id: string | null | undefined): PartialCall | undefined {
    const call = this.#calls.findLast((known) => known.index === index);
    return call?.id && id && call.id !== id ? undefined : call;
  }

  /**
   * The call that a fragment without an index goes on with: the one with its id, else the last. Neither when
   * the fragment names a tool and that call is whole already, since some servers give all calls one id.
   */
  #without(id: string | null | undefined, name: string, args: string): PartialCall | undefined {
    const call = id ? this.#calls.findLast((known) => known.id === id) : this.#calls.at(-1);
    if (call === undefined || name === "") return call;
    if (isWhole(call) && (args !== "" || !id)) return undefined;
    return call.name === name || this.#splits(call, name) ? call : undefined;
  }

  /** The name itself may come in pieces, which no tool is called. */
  #splits(call: PartialCall, name: string): boolean {
    return call.args === "" && !this.#names.gave(call.name) && !this.#names.gave(name);
  }
}

function isWhole({ args }: PartialCall): boolean {
  return args.trim() !== "" && parseObject(args) !== null;
}

/** No arguments at all are an empty object; so are the first two characters where a server sends it ahead. */
function parseObject(text: string): JsonObject | null {
  const value = parseJson(text.replace(/^\s*\{\s*\}(?=\s*\{)/, "").trim() || "{}");
  // Some models encode their arguments twice.
  const object = typeof value === "string" ? parseJson(value) : value;
  const isObject = typeof object === "object" && object !== null && !Array.isArray(object);
  return isObject && !isDeeperThan(DEEPEST, object as Json) ? (object as JsonObject) : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
