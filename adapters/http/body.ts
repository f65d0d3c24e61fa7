import type { IncomingMessage } from "node:http";
import type { Json, JsonObject } from "../../domain/json.ts";
import { HttpProblem } from "./problems.ts";

const MIB = 1024 * 1024;
export const BODY_LIMIT_BYTES = MIB;
/**
 * A larger body is read to its end up to here, and forgotten: a client that is still sending when the
 * answer comes and the connection closes would see a broken pipe instead of the answer.
 */
const PATIENCE_BYTES = 16 * MIB;
/** No request has a use for more; recursive code further in has a limit of its own. */
const DEPTH_LIMIT = 100;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The request's body as JSON, whatever its content type says (`curl -d` names it a form); undefined when it
 * is empty. Fields of an object that are null count as left out. Throws problems 400, 413 and 415.
 */
export async function readBody(request: IncomingMessage): Promise<Json | undefined> {
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw new HttpProblem("unsupported_encoding", "The body must not be compressed.", {
      headers: { "Accept-Encoding": "identity", Connection: "close" },
    });
  }
  const bytes = await readBytes(request);
  if (bytes.length === 0) return undefined;
  return withoutNulls(parse(bytes));
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > PATIENCE_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  // By its events: taking a request as an async iterable costs more than all else here.
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  request.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > PATIENCE_BYTES) reject(tooLarge());
    if (length > BODY_LIMIT_BYTES) chunks.length = 0;
    else chunks.push(chunk);
  });
  request.once("end", resolve);
  request.once("error", (error) => reject(cutOff(error)));
  request.once("close", () => {
    if (!request.complete) reject(cutOff(new Error("the connection was closed")));
  });
  await ended;
  if (length > BODY_LIMIT_BYTES) throw tooLarge();
  return Buffer.concat(chunks);
}

function cutOff(cause: Error): HttpProblem {
  return new HttpProblem("bad_request", "The request was cut off.", { cause });
}

function tooLarge(): HttpProblem {
  return new HttpProblem("body_too_large", `The body must not be larger than ${BODY_LIMIT_BYTES} bytes.`, {
    headers: { Connection: "close" },
  });
}

function parse(bytes: Buffer): Json {
  let body: Json;
  try {
    body = JSON.parse(utf8.decode(bytes));
  } catch (error) {
    const what = error instanceof SyntaxError ? `JSON: ${error.message}` : "UTF-8";
    throw new HttpProblem("invalid_json", `The body is not valid ${what}.`, { cause: error });
  }
  if (isDeeperThan(DEPTH_LIMIT, body)) {
    throw new HttpProblem("invalid_json", `The body is nested deeper than ${DEPTH_LIMIT} levels.`);
  }
  return body;
}

/** Level by level, since recursion is what a deeply nested body would break. */
function isDeeperThan(limit: number, body: Json): boolean {
  let level: readonly Json[] = [body];
  for (let depth = 0; depth <= limit; depth += 1) {
    level = level.flatMap((value) =>
      value !== null && typeof value === "object" ? Object.values(value) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

function withoutNulls(body: Json): Json {
  if (!isObject(body)) return body;
  const entries = Object.entries(body).filter(([, value]) => value !== null);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name === "identity" ? withoutNulls(value) : value]),
  );
}

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
