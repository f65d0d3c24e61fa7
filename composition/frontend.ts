import "reflect-metadata";
import { Container } from "inversify";
import { backendProxy } from "../adapters/http/backend-proxy.ts";
import { HttpServer } from "../adapters/http/http-server.ts";
import { webPage } from "../adapters/http/web-page.ts";
import { type Config, loadConfig } from "./config.ts";
import { builtPage } from "./http.ts";
import { systemModule } from "./modules/system.ts";
import { type Application, runProcess } from "./process.ts";
import { TOKENS } from "./tokens.ts";

/** The process that serves the web page, and passes everything else on to the API at `backend_url`. */
export async function createFrontendProcess(config: Config, backend_url: string): Promise<Application> {
  const container = new Container();
  container.load(systemModule(config));
  const log = container.get(TOKENS.log);
  const dependencies = { log, meter: container.get(TOKENS.meter), clock: container.get(TOKENS.clock) };
  const server = new HttpServer(dependencies, { port: config.port, host: config.host });
  const page = builtPage(log);
  if (page !== null) server.use(webPage(page));
  server.use(backendProxy(backend_url, server.longRequests));
  return {
    log,
    drain_seconds: config.drain_seconds,
    async start() {
      log.info("listening", { host: config.host, ...(await server.listen()), backend_url });
    },
    close: () => server.close(),
  };
}

if (import.meta.main) {
  const backend_url = process.env.BACKEND_URL ?? "http://localhost:8000";
  await runProcess(() => createFrontendProcess({ ...loadConfig(), mode: "single_process" }, backend_url));
}
