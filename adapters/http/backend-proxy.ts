import { once } from "node:events";
import { Agent, type ClientRequest, type IncomingMessage, request as send } from "node:http";
import type { Middleware } from "koa";
import type { Context, State } from "./context.ts";
import type { LongRequests } from "./long-requests.ts";
import { HttpProblem } from "./problems.ts";

/** Headers about one connection only (RFC 9110, § 7.6.1): they are not passed on. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Passes requests on to the API and its answers back, as they stream. When the API is away clients are
 * answered 502, and try again.
 */
export function backendProxy(backend_url: string, longRequests: LongRequests): Middleware<State> {
  const agent = new Agent({ keepAlive: true });
  return async (ctx) => {
    ctx.state.route = "the API";
    const passed = send(new URL(ctx.originalUrl, backend_url), {
      agent,
      method: ctx.method,
      headers: {
        ...passable(ctx.headers),
        // The API tells foreign pages by the host that the page was asked for.
        "x-forwarded-host": ctx.host,
        "x-request-id": ctx.state.request_id,
      },
    });
    // A client that goes away ends what was asked for it.
    ctx.res.once("close", () => passed.destroy());
    ctx.req.pipe(passed);
    await passBack(ctx, await answerTo(passed), longRequests);
  };
}

async function passBack(ctx: Context, answer: IncomingMessage, longRequests: LongRequests): Promise<void> {
  const { res, state } = ctx;
  ctx.respond = false;
  res.writeHead(answer.statusCode ?? 502, passable(answer.headers));
  res.flushHeaders();
  answer.pipe(res);
  // Cut off there, it is cut off here: the client comes back, or knows that something is missing.
  answer.once("close", () => answer.complete || res.destroy());
  if (!answer.headers["content-type"]?.startsWith("text/event-stream")) return;
  state.long = true;
  using stream = longRequests.open(res);
  stream.signal.addEventListener("abort", () => answer.unpipe(res) && res.end());
  await once(res, "close");
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", (cause) =>
      reject(new HttpProblem("bad_gateway", "The API is out of reach; try again.", { cause })),
    );
  });
}

function passable(headers: IncomingMessage["headers"]): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(([name]) => name !== "host" && !HOP_BY_HOP.has(name));
  return Object.fromEntries(kept) as Record<string, string | string[]>;
}
