import type { RunId, WorkerId } from "../../domain/ids.ts";

const RUN = "ai:run:";
const WORKER = "ai:worker:";
const OPEN = "ai:open:";

/**
 * Every name used in Redis. The first block is fixed by the contract (docs say what each holds). Scripts take the names
 * that are the same for all calls, and prefixes, from here as they are loaded (scripts.ts); the others are their KEYS.
 */
export const keys = {
  /** Hash: version, snapshot, summary, progress, status, tenant, timer, lease and ledger of one run. */
  run: (id: RunId) => `${RUN}${id}`,
  /** List: element i is the event with seq i+1, as JSON. */
  events: (id: RunId) => `${RUN}${id}:events`,
  /** String with TTL: the worker is alive. */
  worker: (id: WorkerId) => `${WORKER}${id}`,
  runQueue: "queue:runs",
  runQueueDead: "queue:runs:dead",
  toolQueue: "queue:tools",
  toolQueueDead: "queue:tools:dead",
  /** Pub/sub channel: one message per committed event. */
  channel: "events:all",

  /** Pub/sub channel: the events of the other that end a run. */
  endsChannel: "ai:ends",
  /** Pub/sub channel: those of them that end a run while somebody may be at work on it. */
  stopsChannel: "ai:stops",
  runPrefix: RUN,
  workerPrefix: WORKER,
  /** Set: worker ids that may be alive. */
  workers: "ai:workers",
  /** Sorted set: run ids by the time they are due, in ms. */
  timers: "ai:timers",
  /** Sorted sets: runs that have not ended by the order of their creation, of all tenants and of one. */
  open: "ai:open",
  openOf: (tenant_id: string) => `${OPEN}${tenant_id}`,
  openPrefix: OPEN,
  /** Sorted set: all runs by the order of their creation; filtered ones stand below this name (scripts/lib/indexes.lua). */
  index: "ai:runs",
  /** Set: the tenants that have runs. */
  tenants: "ai:tenants",
  /** Counter: how many runs were created. */
  created: "ai:runs:created",
  /** Sorted set: ended runs that are still listed, by the time they expire, in ms. */
  expiring: "ai:runs:expiring",
  /** String with TTL: the run that an idempotency key led to. The tenant is encoded, so that no two pairs meet. */
  idempotency: (tenant_id: string, key: string) => `ai:idempotency:${encodeURIComponent(tenant_id)}:${key}`,
  /** Sorted sets: per conversation, its runs that have not ended (scripts/lib/turns.lua). */
  turnsPrefix: "ai:turns:",
  /** Hashes with a time to live: how many runs were accepted and ended, by the minute since the epoch. */
  minutesPrefix: "ai:minute:",
  /** Hash: what each tool worker offers, as JSON. */
  tools: "ai:tools",
  cache: (key: string) => `ai:cache:${key}`,
  /** String with TTL: the vector of one text by one model, as 32-bit floats. */
  embedding: (key: string) => `ai:embedding:${key}`,
  /** List: feedback on one run, as JSON. */
  feedback: (id: RunId) => `ai:feedback:${id}`,
} as const;
