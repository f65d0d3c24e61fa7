/**
 * `npm run bench`: what a calculator run costs, in one process and distributed on Redis. CPU time is this process's own (user and
 * system, all threads); wall time depends on what else the machine does, so read ratios, not absolutes.
 */
import os from "node:os";
import type { Container } from "inversify";
import { readConfig } from "../../composition/config.ts";
import { createLocalProcess } from "../../composition/local.ts";
import { TOKENS } from "../../composition/tokens.ts";
import type { RunId } from "../../domain/ids.ts";
import { benchDistributed } from "./distributed.ts";
import { hundredths, quantile } from "./quantile.ts";

const WARM_UP = 200;
const SEQUENTIAL = 300;
const CONCURRENT = 200;
const LIMIT_MS = 60_000;

const engine = await createLocalProcess(
  readConfig({ LOG_LEVEL: "silent", PORT: "0", KNOWLEDGE_DIR: "docs" }),
);
await engine.start();
try {
  const { container, port } = engine;
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; i < WARM_UP; i += 1) await throughPorts(container);
  for (let i = 0; i < WARM_UP / 4; i += 1) await throughHttp(url);

  const rows = [
    await sequential("ports: start, follow to the end", () => throughPorts(container)),
    await sequential("HTTP: POST /runs, then SSE to the end", () => throughHttp(url)),
    await sequential("HTTP: POST /runs with Prefer: wait", () => waiting(url)),
    await concurrent("ports: all at once", () => throughPorts(container)),
  ];
  const [cpu] = os.cpus();
  console.log(`calculator run, Node ${process.version}, ${os.cpus().length} × ${cpu?.model.trim()}\n`);
  console.table(rows);
} finally {
  await engine.close();
}
console.table(await benchDistributed());

async function throughPorts(container: Container): Promise<void> {
  const { run_id } = await container.get(TOKENS.startRun).execute({
    message: "17 + 32",
    mode: "answer",
    tenant_id: "bench",
    user_id: "bench",
  });
  await toEnd(container, run_id);
}

async function toEnd(container: Container, run_id: RunId): Promise<void> {
  let last = "";
  const events = container.get(TOKENS.followRun).follow(run_id, 0, AbortSignal.timeout(LIMIT_MS));
  for await (const { type } of events) last = type;
  if (last !== "run.completed") throw new Error(`run ${run_id} ended with ${last}`);
}

async function throughHttp(url: string): Promise<void> {
  const { run_id } = (await post(url, {})) as { readonly run_id: string };
  const events = await (await fetch(`${url}/runs/${run_id}/events`)).text();
  if (!events.includes('"type":"run.completed"')) throw new Error(`run ${run_id} did not complete`);
}

async function waiting(url: string): Promise<void> {
  const { final_text } = (await post(url, { prefer: "wait=30" })) as { readonly final_text?: string };
  if (!final_text?.includes("49")) throw new Error(`unexpected answer: ${final_text}`);
}

async function post(url: string, headers: Record<string, string>): Promise<unknown> {
  const response = await fetch(`${url}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ message: "17 + 32" }),
  });
  return response.json();
}

async function sequential(what: string, run: () => Promise<void>) {
  const walls: number[] = [];
  const cpus: number[] = [];
  for (let i = 0; i < SEQUENTIAL; i += 1) {
    const cpu = process.cpuUsage();
    const started = performance.now();
    await run();
    walls.push(performance.now() - started);
    cpus.push(cpuMs(process.cpuUsage(cpu)));
  }
  return {
    what,
    runs: SEQUENTIAL,
    "cpu p50 ms": quantile(cpus, 0.5),
    "wall p50 ms": quantile(walls, 0.5),
    "wall p99 ms": quantile(walls, 0.99),
  };
}

async function concurrent(what: string, run: () => Promise<void>) {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const walls = await Promise.all(
    Array.from({ length: CONCURRENT }, async () => {
      await run();
      return performance.now() - started;
    }),
  );
  const cpuPerRun = hundredths(cpuMs(process.cpuUsage(cpu)) / CONCURRENT);
  return {
    what,
    runs: CONCURRENT,
    "cpu p50 ms": cpuPerRun,
    "wall p50 ms": quantile(walls, 0.5),
    "wall p99 ms": quantile(walls, 0.99),
  };
}

function cpuMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
