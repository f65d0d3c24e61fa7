import { allowOrigins, refuseForeignPages } from "./cross-origin.ts";
import type {
  HttpDependencies,
  HttpOptions,
  OperationsDependencies,
  ServerDependencies,
  ServerOptions,
} from "./dependencies.ts";
import { HttpServer } from "./http-server.ts";
import { identify } from "./identity.ts";
import type { LongRequests } from "./long-requests.ts";
import { describeApi } from "./openapi.ts";
import type { Route } from "./route.ts";
import { routing } from "./router.ts";
import { conversationRoutes } from "./routes/conversations.ts";
import { decisionRoutes } from "./routes/decisions.ts";
import { documentationRoutes } from "./routes/documentation.ts";
import { eventRoutes } from "./routes/events.ts";
import { forkRoutes } from "./routes/forks.ts";
import { operationsRoutes } from "./routes/operations.ts";
import { overviewRoutes } from "./routes/overview.ts";
import { runViewRoutes } from "./routes/run-views.ts";
import { runRoutes } from "./routes/runs.ts";
import { toolRoutes } from "./routes/tools.ts";
import { webPage } from "./web-page.ts";

const PING_MS = 15_000;

/** Every call of the API, in the order of the documentation. A new one is added here and nowhere else. */
export function apiRoutes(
  dependencies: HttpDependencies,
  options: Pick<HttpOptions, "ping_ms" | "version">,
  longRequests: LongRequests,
): readonly Route[] {
  const routes: readonly Route[] = [
    ...runRoutes(dependencies, longRequests),
    ...forkRoutes(dependencies),
    ...eventRoutes(dependencies, longRequests, { ping_ms: options.ping_ms ?? PING_MS }),
    ...runViewRoutes(dependencies),
    ...conversationRoutes(dependencies),
    ...decisionRoutes(dependencies),
    ...toolRoutes(dependencies),
    ...overviewRoutes(dependencies),
    ...operationsRoutes(dependencies),
    ...documentationRoutes(() => description),
  ];
  const description = describeApi(routes, options.version);
  return routes;
}

/** The server of the API and, when there is one, of the web page. */
export function createHttpServer(dependencies: HttpDependencies, options: HttpOptions): HttpServer {
  const server = new HttpServer(dependencies, options);
  const routes = apiRoutes(dependencies, options, server.longRequests);
  server.use(
    allowOrigins(options.cors_origins),
    refuseForeignPages(options.cors_origins),
    identify(options.api_keys),
  );
  if (options.page !== undefined) server.use(webPage(options.page));
  server.use(...routing(routes, dependencies.validator));
  return server;
}

/** The server that a worker shows its health on: `/health`, `/ready` and `/metrics`, for everybody who reaches it. */
export function createOperationsServer(
  dependencies: ServerDependencies & OperationsDependencies & Pick<HttpDependencies, "validator">,
  options: ServerOptions,
): HttpServer {
  const server = new HttpServer(dependencies, options);
  server.use(identify([]), ...routing(operationsRoutes(dependencies), dependencies.validator));
  return server;
}
