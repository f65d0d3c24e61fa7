import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Container } from "inversify";
import type { HttpDependencies, HttpOptions, ReadinessCheck } from "../adapters/http/dependencies.ts";
import type { WebPage } from "../adapters/http/web-page.ts";
import { AjvSchemaValidator } from "../adapters/json-schema/ajv-validator.ts";
import { ROUTES } from "../adapters/web/src/routes.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Config } from "./config.ts";
import { TOKENS } from "./tokens.ts";

/** This package's version, as the API and MCP servers are told. */
export const VERSION = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    readonly version: string;
  }
).version;

const PAGE_DIR = fileURLToPath(new URL("../adapters/web/dist", import.meta.url));

/** The web page as it was built (`npm run web:build`; `npm start` and the image see to it), or null. */
export function builtPage(log: Log): WebPage | null {
  if (existsSync(path.join(PAGE_DIR, "index.html"))) {
    return { folder: PAGE_DIR, routes: Object.values(ROUTES) };
  }
  log.warn("the web page is not built, so it is not served; npm run web:build builds it");
  return null;
}

export function httpOptions({ port, host, api_keys, cors_origins }: Config, log: Log): HttpOptions {
  const page = builtPage(log);
  return { port, host, api_keys, cors_origins, version: VERSION, ...(page !== null && { page }) };
}

/** What the HTTP adapter calls, out of a container with the API's modules. */
export function httpDependencies(
  container: Container,
  readiness: readonly ReadinessCheck[],
): HttpDependencies {
  return {
    startRun: container.get(TOKENS.startRun),
    forkRun: container.get(TOKENS.forkRun),
    cancelRun: container.get(TOKENS.cancelRun),
    approveRun: container.get(TOKENS.approveRun),
    readRuns: container.get(TOKENS.readRuns),
    readConversations: container.get(TOKENS.readConversations),
    followRun: container.get(TOKENS.followRun),
    awaitRun: container.get(TOKENS.awaitRun),
    diagnoseRun: container.get(TOKENS.diagnoseRun),
    readOperations: container.get(TOKENS.readOperations),
    recordFeedback: container.get(TOKENS.recordFeedback),
    catalog: container.get(TOKENS.catalog),
    validator: new AjvSchemaValidator({ time_limit_ms: null }),
    log: container.get(TOKENS.log),
    meter: container.get(TOKENS.meter),
    clock: container.get(TOKENS.clock),
    readiness,
    metricsText: container.get(TOKENS.metrics),
  };
}
