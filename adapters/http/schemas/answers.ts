import { type Static, Type } from "typebox";
import { AnyObject, literals, NullableString } from "./building-blocks.ts";
import { TOOL_SOURCES } from "./values.ts";

/** What clients are told of everything but runs. */

const Text = Type.String();

export const Tool = Type.Object(
  {
    name: Text,
    source: literals(TOOL_SOURCES),
    server_id: Text,
    permission_scope: literals(["read", "write", "destructive"]),
    description: Text,
    input_schema: AnyObject,
    output_schema: Type.Optional(AnyObject),
    annotations: AnyObject,
    available: Type.Boolean(),
    unavailable_reason: NullableString,
    policy: Type.Optional(literals(["allow", "ask", "deny"])),
    on_unknown_outcome: Type.Optional(literals(["tell_model", "ask"])),
  },
  { title: "Tool" },
);

export const ToolList = Type.Object({ tools: Type.Array(Tool) }, { title: "ToolList" });

export const Recorded = Type.Object({ status: literals(["recorded"]) }, { title: "Recorded" });
export const Cancelled = Type.Object({ status: literals(["cancelled"]) }, { title: "Cancelled" });
export const Health = Type.Object({ status: literals(["ok"]) }, { title: "Health" });

export const Readiness = Type.Object(
  {
    status: literals(["ready", "unavailable"]),
    dependencies: Type.Array(
      Type.Object({
        name: Text,
        status: literals(["ok", "failed"]),
        duration_ms: Type.Number(),
        reason: Type.Optional(Text),
      }),
    ),
  },
  { title: "Readiness" },
);

export const ProblemDetails = Type.Object(
  {
    type: Type.String({ description: "`urn:baton:problem:<code>`" }),
    title: Text,
    status: Type.Integer(),
    detail: Text,
    instance: Text,
    request_id: Text,
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          in: literals(["body", "query", "header"]),
          pointer: Type.String({ description: "JSON Pointer (RFC 6901) to the invalid field." }),
          detail: Text,
        }),
      ),
    ),
    ok: Type.Optional(Type.Boolean()),
    reason: Type.Optional(Text),
    busy_run_id: Type.Optional(
      Type.String({ description: "With `conversation_busy`: the run of the conversation that is at work." }),
    ),
  },
  { title: "ProblemDetails", description: "RFC 9457." },
);

export type ProblemDetails = Static<typeof ProblemDetails>;
