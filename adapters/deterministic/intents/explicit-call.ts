import type { Json, JsonObject } from "../../../domain/json.ts";
import { matchesIn } from "../../../domain/matches.ts";
import type { RequestedCall } from "../../../domain/model/chat.ts";
import type { Intent, Intention } from "./intent.ts";

const ORDER =
  /\b(?:call|use|run|invoke)\s+(?:the\s+)?(?:tool\s+)?(?:["'`“])?(?<name>[\w./:-]*\w)(?:["'`”])?(?:\s+tool)?(?:\s+(?:with|using)(?:\s+(?:the\s+)?(?:arguments?|parameters?|input|json))?)?\s*:?\s*(?<json>\{)?(?=$|[\s{.,;!?"]|(?<=\{))/giu;
/** Words around a tool's name that still mean "call it, without arguments". */
const NOTHING_BEFORE = /^\s*(?:(?:please|now|then|and|can you|could you|would you)[,\s]*)*$/i;
const NOTHING_MORE = /^\s*(?:please|now|for me)?\s*[.!?]?\s*$/i;

/**
 * `call <tool> with {json}` and `use the <tool> tool with {json}`, for any offered tool by its exact name: a way
 * to try a tool without a real model. Several may stand in one message. Without arguments, the order has to
 * be the whole message ("call list_allowed_directories"). Text in braces that is no JSON object is passed on
 * as malformed, and comes back as the error it is.
 */
export const explicitCall: Intent = ({ message, tools }) => {
  const names = new Set(tools.map(({ name }) => name));
  const found: Intention[] = [];
  for (const order of matchesIn(message, ORDER)) {
    const name = order.groups?.name ?? "";
    const start = order.index;
    if (!names.has(name) || start < (found.at(-1)?.end ?? 0)) continue;
    const opened = start + order[0].length - 1;
    if (order.groups?.json !== undefined) {
      const end = objectEnd(message, opened);
      found.push({ call: callOf(name, message.slice(opened, end)), start, end });
    } else if (NOTHING_BEFORE.test(message.slice(0, start)) && NOTHING_MORE.test(message.slice(opened + 1))) {
      found.push({ call: { tool_name: name, arguments: {} }, start, end: message.length });
    }
  }
  return found;
};

function callOf(tool_name: string, text: string): RequestedCall {
  try {
    const parsed: Json = JSON.parse(text);
    if (isObject(parsed)) return { tool_name, arguments: parsed };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { tool_name, malformed: text };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where the JSON object that opens at `start` ends; the end of the text when it is never closed. */
function objectEnd(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quoted) {
      if (char === "\\") at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') {
      quoted = true;
    } else if (char === "{") {
      depth += 1;
    } else if (char === "}") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
