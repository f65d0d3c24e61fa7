import { type Static, Type } from "typebox";
import { MULTITASK_STRATEGIES } from "../../../domain/run/events.ts";
import { AnyObject, literals, text } from "./building-blocks.ts";

/**
 * What clients send: these schemas validate requests and describe them in /openapi.json. Unknown fields are
 * ignored, and null is the same as leaving a field out. `pattern` and `format` make validation slow and
 * are only used where a header is seldom sent.
 */

const MODES = ["answer", "research", "summarize"] as const;

/** Ids become parts of keys and log lines; beyond that they are the client's own business. */
export const NAME_LENGTH = 256;

export const Identity = Type.Object(
  {
    tenant_id: Type.Optional(text(NAME_LENGTH, "The tenant; `default` when left out.")),
    user_id: Type.Optional(text(NAME_LENGTH, "The user; `anonymous` when left out.")),
  },
  {
    title: "Identity",
    description:
      "On whose behalf. Ignored when the deployment has API keys: identity comes from the key then.",
  },
);

export const NewRun = Type.Object(
  {
    message: text(32_000, "What is asked."),
    mode: Type.Optional(literals(MODES, { default: "answer" })),
    context: Type.Optional(Type.String({ description: "Further text for the model to consider." })),
    conversation_id: Type.Optional(
      text(NAME_LENGTH, "Groups runs; earlier turns of the conversation are considered."),
    ),
    multitask_strategy: Type.Optional(
      literals(MULTITASK_STRATEGIES, {
        default: "enqueue",
        description:
          "While an earlier run of the conversation has not ended: wait for its end, be refused (409), or have it cancelled.",
      }),
    ),
    identity: Type.Optional(Identity),
    metadata: Type.Optional(
      Type.Unsafe<Readonly<Record<string, string>>>({
        type: "object",
        additionalProperties: { type: "string" },
        maxProperties: 16,
        description: "Flat pairs of strings, kept with the run.",
      }),
    ),
  },
  { title: "NewRun" },
);

const IdempotencyKey = Type.Optional(
  text(
    255,
    "The same key and body from the same tenant within 24 hours lead to the same run (200); with another body it is refused (422).",
  ),
);

export const Fork = Type.Object(
  {
    from_seq: Type.Integer({
      minimum: 1,
      description: "The last event that the branch keeps; it lies before those that end the run.",
    }),
    identity: Type.Optional(Identity),
  },
  { title: "Fork" },
);

export const ForkHeaders = Type.Object({ "Idempotency-Key": IdempotencyKey });

export const NewRunHeaders = Type.Object({
  "Idempotency-Key": IdempotencyKey,
  "X-Run-Id": Type.Optional(
    Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$", description: "A run id of the client's choice." }),
  ),
  X_Run_Id: Type.Optional(
    Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$", description: "Another spelling of `X-Run-Id`." }),
  ),
  Prefer: Type.Optional(
    Type.String({
      description: "`wait=N`: hold the answer up to N ≤ 60 seconds until the run ends (RFC 7240).",
    }),
  ),
  traceparent: Type.Optional(
    Type.String({ description: "The caller's place in its own trace (W3C Trace Context)." }),
  ),
});

export const RUN_STATUSES = [
  "queued",
  "running",
  "waiting_for_tool",
  "waiting_for_approval",
  "retrying",
  "completed",
  "failed",
  "cancelled",
] as const;

export const RunListQuery = Type.Object({
  status: Type.Optional(literals(RUN_STATUSES)),
  tenant_id: Type.Optional(Type.String({ description: "Only runs of this tenant." })),
  conversation_id: Type.Optional(Type.String({ description: "Only runs of this conversation." })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ description: "`next_cursor` of the page before." })),
});

export const EVENT_PAGE = 10_000;

export const EventsQuery = Type.Object({
  after: Type.Optional(
    Type.Integer({ minimum: 0, default: 0, description: "Only events with a higher seq." }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: EVENT_PAGE, default: EVENT_PAGE, description: "JSON only." }),
  ),
});

export const EventsHeaders = Type.Object({
  "Last-Event-ID": Type.Optional(
    Type.Integer({ minimum: 0, description: "Resume behind this seq; wins over `after`." }),
  ),
});

export const Approval = Type.Object(
  {
    decision: literals(["approved", "rejected"]),
    call_id: Type.Optional(text(NAME_LENGTH, "Which call; needed when several wait.")),
    arguments: Type.Optional({ ...AnyObject, description: "Approve with these arguments instead." }),
    digest: Type.Optional(
      text(NAME_LENGTH, "The digest that was shown: a decision about anything else is refused."),
    ),
    comment: Type.Optional(Type.String({ maxLength: 4000, description: "The model is told." })),
    identity: Type.Optional(Identity),
  },
  { title: "Approval" },
);

export const Cancellation = Type.Object(
  {
    reason: Type.Optional(Type.String({ maxLength: 4000, default: "cancelled by the client" })),
    identity: Type.Optional(Identity),
  },
  { title: "Cancellation" },
);

export const NewFeedback = Type.Object(
  {
    run_id: text(NAME_LENGTH, "The run it is about."),
    score: literals(["up", "down"]),
    reason: Type.Optional(text(4000, "Why; required for `down`.")),
    final_text: Type.Optional(Type.String()),
    message: Type.Optional(Type.String()),
    context: Type.Optional(Type.String()),
    mode: Type.Optional(literals(MODES)),
    identity: Type.Optional(Identity),
  },
  {
    title: "NewFeedback",
    if: { properties: { score: { const: "down" } }, required: ["score"] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's keyword; nobody awaits a schema.
    then: { required: ["reason"] },
  },
);

export type Identity = Static<typeof Identity>;
