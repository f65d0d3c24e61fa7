import type { CallId, RunId } from "../../domain/ids.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { ToolRequest } from "../../domain/tools/tool.ts";
import { keys } from "./keys.ts";

/** A queue of work: its stream, who reads it, where what was given up on goes, and how a message is read. */
export interface QueueDefinition<Message> {
  readonly name: "runs" | "tools";
  readonly stream: string;
  readonly group: string;
  readonly dead: string;
  /** Throws when the fields are no message. */
  decode(fields: ReadonlyMap<string, string>): Message;
}

export const RUN_QUEUE: QueueDefinition<{ readonly run_id: RunId }> = {
  name: "runs",
  stream: keys.runQueue,
  group: "workflow-workers",
  dead: keys.runQueueDead,
  decode: (fields) => ({ run_id: required(fields, "run_id") as RunId }),
};

export const TOOL_QUEUE: QueueDefinition<ToolRequest> = {
  name: "tools",
  stream: keys.toolQueue,
  group: "tool-workers",
  dead: keys.toolQueueDead,
  decode: (fields) => ({
    run_id: required(fields, "run_id") as RunId,
    call_id: required(fields, "call_id") as CallId,
    tool_name: required(fields, "tool_name"),
    arguments: object(required(fields, "arguments")),
  }),
};

export const QUEUES = { runs: RUN_QUEUE, tools: TOOL_QUEUE } as const;

function required(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name);
  if (value === undefined) throw new TypeError(`the message has no field ${name}`);
  return value;
}

function object(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError("the field arguments holds no JSON object");
  }
  return value as JsonObject;
}
