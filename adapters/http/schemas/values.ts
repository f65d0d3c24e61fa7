import { Type } from "typebox";
import { AnyJson, AnyObject, Count, literals } from "./building-blocks.ts";

/** Values that events and views share. */

export const TOOL_SOURCES = ["builtin", "mcp"] as const;
export const FAILED_OUTCOMES = ["failure", "refusal", "failed"] as const;

const Text = Type.String();

export const Problem = Type.Object(
  { code: Text, message: Text },
  { title: "EventProblem", description: "An error as an event tells it." },
);

export const ToolError = Type.Object(
  {
    code: literals([
      "invalid_arguments",
      "malformed_arguments",
      "tool_error",
      "server_error",
      "protocol_error",
      "unavailable",
      "timeout",
      "cancelled",
      "run_ended",
      "outcome_unknown",
      "not_recorded",
      "too_many_deliveries",
      "internal",
    ]),
    message: Text,
  },
  { title: "ToolError" },
);

const ToolContent = Type.Union(
  [
    Type.Object({ type: literals(["text"]), text: Text }),
    Type.Object({ type: literals(["image", "audio"]), mime_type: Text, bytes: Count }),
    Type.Object({
      type: literals(["resource"]),
      uri: Text,
      mime_type: Type.Optional(Text),
      text: Type.Optional(Text),
      bytes: Type.Optional(Count),
    }),
  ],
  { title: "ToolContent" },
);

export const ToolOutput = Type.Object(
  {
    content: Type.Array(ToolContent),
    structured: Type.Optional(AnyJson),
    truncated: Type.Optional(Type.Boolean()),
  },
  { title: "ToolOutput" },
);

export const Chunk = Type.Object(
  { chunk_id: Text, document_id: Text, text: Text, score: Type.Number(), metadata: AnyObject },
  { title: "Chunk" },
);

/** How a tool call ended. */
export const CALL_ENDINGS = ["completed", "failed", "denied"] as const;
