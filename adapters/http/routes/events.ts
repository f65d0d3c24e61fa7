import type { ServerResponse } from "node:http";
import { Type } from "typebox";
import { KNOWLEDGE_INGESTION, type RunId } from "../../../domain/ids.ts";
import { hasEnded } from "../../../domain/run/state.ts";
import type { Caller, Context } from "../context.ts";
import type { HttpDependencies } from "../dependencies.ts";
import type { LongRequests } from "../long-requests.ts";
import { HttpProblem } from "../problems.ts";
import { type Route, route } from "../route.ts";
import { EVENT_PAGE, EventsHeaders, EventsQuery } from "../schemas/requests.ts";
import { EventList } from "../schemas/runs.ts";
import { EventStream } from "../sse.ts";

const STREAM = "text/event-stream";
const LIST = "application/json";

/** A run's events: as a live stream, or as a list. */
export function eventRoutes(
  { readRuns, followRun, log }: HttpDependencies,
  longRequests: LongRequests,
  { ping_ms }: { readonly ping_ms: number },
): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/runs/{run_id}/events",
      tag: "Runs",
      summary: "Follow a run",
      description: [
        "`Accept: text/event-stream` (also the default): every event once, in order, from the first or from behind",
        "`Last-Event-ID`, as it is committed. Each frame has the event's seq as its id and the event as its data;",
        "`event: ping` is sent in silence. The server closes behind the event that ends the run, and answers 204",
        "when asked again from there. `Accept: application/json`: the events so far, as a list.",
        "",
        "The run id `knowledge-ingestion` tells about the ingestion of the documents, to every tenant.",
      ].join("\n"),
      query: EventsQuery,
      headers: EventsHeaders,
      responses: {
        200: {
          description: "The events.",
          content_type: STREAM,
          schema: Type.String({ description: "Server-sent events; `data` is an Event." }),
          alternatives: { [LIST]: EventList },
        },
        204: { description: "The run has ended, and there is nothing behind the given seq." },
      },
      handle: async (ctx, { params, query, headers, caller }) => {
        const run_id = params.run_id as RunId;
        const after = headers["Last-Event-ID"] ?? query.after ?? 0;
        ctx.vary("Accept");
        switch (ctx.accepts(STREAM, LIST)) {
          case STREAM:
            return stream(ctx, run_id, after, caller);
          case LIST:
            return list(ctx, run_id, { after, limit: query.limit ?? EVENT_PAGE }, caller);
          default:
            throw new HttpProblem("not_acceptable", `Events come as ${STREAM} or ${LIST}.`);
        }
      },
    }),
  ];

  async function list(
    ctx: Context,
    run_id: RunId,
    range: { readonly after: number; readonly limit: number },
    caller: Caller,
  ): Promise<void> {
    const { last_seq } = await positionOf(run_id, caller);
    const events = await readRuns.events(run_id, range);
    // The run may have gone on between the two readings.
    ctx.body = { events, last_seq: Math.max(last_seq, events.at(-1)?.seq ?? 0) };
  }

  async function stream(ctx: Context, run_id: RunId, after: number, caller: Caller): Promise<void> {
    const { last_seq: head, ended } = await positionOf(run_id, caller);
    if (ended && after >= head) {
      ctx.status = 204;
      return;
    }
    if (ctx.method === "HEAD") {
      ctx.type = STREAM;
      ctx.status = 200;
      return;
    }
    ctx.state.long = true;
    ctx.respond = false;
    send(ctx.res, run_id, { after, head, request_id: ctx.state.request_id });
  }

  /** Returns while the stream goes on: a call that waits for its end would be much of what a watching client costs. */
  function send(
    response: ServerResponse,
    run_id: RunId,
    {
      after,
      head,
      request_id,
    }: { readonly after: number; readonly head: number; readonly request_id: string },
  ): void {
    const stream = new EventStream(response, { after, head, ping_ms });
    const following = followRun.follow(run_id, after, {
      write: (events) => stream.write(events),
      end: () => stream.end(),
      fail: (error) => {
        log.error("stream failed", { request_id, run_id, error });
        stream.fail();
      },
    });
    longRequests.whenOver(response, () => {
      following[Symbol.dispose]();
      stream.end();
    });
  }

  /** How far the run has come. Throws UnknownRunError, also when it is another tenant's. */
  async function positionOf(run_id: RunId, { tenant_id }: Caller) {
    if (run_id === KNOWLEDGE_INGESTION) {
      const events = await readRuns.history(run_id);
      return { last_seq: events.length, ended: false };
    }
    const state = await readRuns.state(run_id, tenant_id);
    return { last_seq: state.last_seq, ended: hasEnded(state) };
  }
}
