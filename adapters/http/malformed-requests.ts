import { randomUUID } from "node:crypto";
import { type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Connections } from "./connections.ts";
import { HttpProblem, type ProblemCode } from "./problems.ts";

const CODES: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  HPE_HEADER_OVERFLOW: ["headers_too_large", "The headers are too large."],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ["body_too_large", "The chunk extensions are too large."],
  ERR_HTTP_REQUEST_TIMEOUT: ["request_timeout", "The request took too long to arrive."],
};

/**
 * Answers what Node's parser refuses as problems too. When another answer has begun on the connection
 * nothing can be added to it: then it is cut.
 */
export function answerMalformedRequests(server: Server, connections: Connections): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable || error.code === "ECONNRESET" || connections.isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const [code, detail] = CODES[error.code ?? ""] ?? ["bad_request", "This is not HTTP as it should be."];
    socket.end(rawAnswer(new HttpProblem(code, detail)));
  });
}

function rawAnswer(problem: HttpProblem): string {
  const body = JSON.stringify(problem.details({ instance: "", request_id: randomUUID() }));
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    "Content-Type: application/problem+json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    "",
    body,
  ].join("\r\n");
}
