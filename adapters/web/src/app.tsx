import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { queryClient } from "./api/query-client.ts";
import { ChatPage } from "./chat/chat-page.tsx";
import { ROUTES } from "./routes.ts";
import { KeyDialog } from "./shell/key-dialog.tsx";
import { Shell } from "./shell/shell.tsx";
import { ViewBoundary } from "./shell/view-boundary.tsx";
import { Loading } from "./ui/loading.tsx";

const views = {
  runs: () => import("./runs/runs-page.tsx"),
  inspector: () => import("./inspector/inspector-page.tsx"),
  operations: () => import("./operations/operations-page.tsx"),
} as const;

// What the first look at the page does not need is loaded when it is gone to,
const RunsPage = lazy(views.runs);
const InspectorPage = lazy(views.inspector);
const OperationsPage = lazy(views.operations);

/** or once there is time: it is there also when the server that has it is down by then. */
export function loadViews(): void {
  for (const load of Object.values(views)) void load().catch(() => undefined);
}

/** Every address of the page (routes.ts) and what it shows. */
export function App() {
  const [path] = useLocation();
  return (
    <QueryClientProvider client={queryClient}>
      <Shell>
        <ViewBoundary path={path}>
          <Suspense fallback={<Loading label="Loading the view" />}>
            <Switch>
              <Route path={ROUTES.chat}>
                <ChatPage conversation_id={null} />
              </Route>
              <Route path={ROUTES.conversation}>
                {({ conversation_id }) => <ChatPage conversation_id={conversation_id} />}
              </Route>
              <Route path={ROUTES.runs}>
                <RunsPage />
              </Route>
              <Route path={ROUTES.run}>
                {({ run_id }) => <InspectorPage key={run_id} run_id={run_id} />}
              </Route>
              <Route path={ROUTES.operations}>
                <OperationsPage />
              </Route>
              <Route>
                <Redirect to={ROUTES.chat} replace />
              </Route>
            </Switch>
          </Suspense>
        </ViewBoundary>
      </Shell>
      <KeyDialog />
    </QueryClientProvider>
  );
}
