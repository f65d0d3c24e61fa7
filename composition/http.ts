import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Container } from "inversify";
import type { HttpDependencies, HttpOptions, ReadinessCheck } from "../adapters/http/dependencies.ts";
import type { Config } from "./config.ts";
import { TOKENS } from "./tokens.ts";

/** This package's version, as the API and MCP servers are told. */
export const VERSION = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    readonly version: string;
  }
).version;

/** The web page's files. */
export const PAGE_DIR = fileURLToPath(new URL("../adapters/web/static", import.meta.url));

export function httpOptions({ port, host, api_keys, cors_origins }: Config): HttpOptions {
  return { port, host, api_keys, cors_origins, version: VERSION, static_dir: PAGE_DIR };
}

/** What the HTTP adapter calls, out of a container with the API's modules. */
export function httpDependencies(
  container: Container,
  readiness: readonly ReadinessCheck[],
): HttpDependencies {
  return {
    startRun: container.get(TOKENS.startRun),
    cancelRun: container.get(TOKENS.cancelRun),
    approveRun: container.get(TOKENS.approveRun),
    readRuns: container.get(TOKENS.readRuns),
    followRun: container.get(TOKENS.followRun),
    diagnoseRun: container.get(TOKENS.diagnoseRun),
    recordFeedback: container.get(TOKENS.recordFeedback),
    catalog: container.get(TOKENS.catalog),
    validator: container.get(TOKENS.validator),
    log: container.get(TOKENS.log),
    meter: container.get(TOKENS.meter),
    clock: container.get(TOKENS.clock),
    readiness,
    metricsText: container.get(TOKENS.metrics),
  };
}
