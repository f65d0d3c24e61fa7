/**
 * A model for the bench, as a process: speaks the streaming wire format of OpenAI's Chat Completions API on a free
 * loopback port. TOKENS: how many; EVERY_MS: one token each. A token is the time at which it was sent, in ms of this
 * machine's clock modulo MODULUS, so that whoever gets it knows how long it took.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { MODULUS } from "./token-times.ts";

const tokens = Number(process.env.TOKENS);
const every_ms = Number(process.env.EVERY_MS);
const ENVELOPE = { id: "bench", object: "chat.completion.chunk", created: 0, model: "bench" };

const server = createServer((request, response) => {
  request.resume().once("end", () => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    response.socket?.setNoDelay(true);
    stream(response);
  });
});
server.listen(0, "127.0.0.1", () => console.log(`port ${(server.address() as AddressInfo).port}`));

function stream(response: ServerResponse): void {
  const started = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    // A late timer makes up for what it missed, as a model that was held up would not: the rate is the load.
    const due = Math.min(tokens, Math.floor((performance.now() - started) / every_ms));
    for (; sent < due; sent += 1) send(response, { content: `${Date.now() % MODULUS} ` });
    if (sent < tokens && !response.destroyed) return;
    clearInterval(timer);
    send(response, {}, "stop");
    const usage = { prompt_tokens: 1, completion_tokens: tokens };
    response.write(`data: ${JSON.stringify({ ...ENVELOPE, choices: [], usage })}\n\n`);
    response.end("data: [DONE]\n\n");
  }, every_ms);
}

function send(response: ServerResponse, delta: object, finish_reason: string | null = null): void {
  response.write(
    `data: ${JSON.stringify({ ...ENVELOPE, choices: [{ index: 0, delta, finish_reason }] })}\n\n`,
  );
}
