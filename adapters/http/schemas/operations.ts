import { Type } from "typebox";
import { Count, literals, NullableString, nullable, Timestamp } from "./building-blocks.ts";

/** What clients are told of a deployment. */

const QueueDepth = Type.Object(
  {
    backlog: Count,
    pending: Count,
    dead: Count,
    oldest_seconds: nullable(Type.Number()),
  },
  { title: "QueueDepth" },
);

export const Queues = Type.Object({ runs: QueueDepth, tools: QueueDepth });

export const Worker = Type.Object(
  {
    worker_id: Type.String(),
    kind: literals(["workflow", "tool"]),
    started_at: Timestamp,
    ttl_seconds: Type.Number(),
  },
  { title: "Worker" },
);

export const Operations = Type.Object(
  {
    workers: Type.Array(Worker),
    queues: Queues,
    dead_letters: Type.Array(
      Type.Object({
        queue: literals(["runs", "tools"]),
        run_id: NullableString,
        call_id: NullableString,
        tool_name: NullableString,
        reason: Type.String(),
        at: Timestamp,
      }),
      { description: "What was given up on, newest first." },
    ),
    active_runs: Type.Integer({ minimum: 0, description: "Runs that have not ended." }),
    throughput: Type.Array(Type.Object({ minute: Timestamp, accepted: Count, ended: Count }), {
      description: "The last 15 minutes, oldest first; the last one is not over yet.",
    }),
  },
  { title: "Operations" },
);
