import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { queryClient } from "./api/query-client.ts";
import { ChatPage } from "./chat/chat-page.tsx";
import { ROUTES } from "./routes.ts";
import { KeyDialog } from "./shell/key-dialog.tsx";
import { Shell } from "./shell/shell.tsx";
import { Loading } from "./ui/loading.tsx";

// What the first look at the page does not need is loaded when it is gone to.
const RunsPage = lazy(() => import("./runs/runs-page.tsx"));
const InspectorPage = lazy(() => import("./inspector/inspector-page.tsx"));
const OperationsPage = lazy(() => import("./operations/operations-page.tsx"));

/** Every address of the page (routes.ts) and what it shows. */
export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Shell>
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
            <Route path={ROUTES.run}>{({ run_id }) => <InspectorPage key={run_id} run_id={run_id} />}</Route>
            <Route path={ROUTES.operations}>
              <OperationsPage />
            </Route>
            <Route>
              <Redirect to={ROUTES.chat} replace />
            </Route>
          </Switch>
        </Suspense>
      </Shell>
      <KeyDialog />
    </QueryClientProvider>
  );
}
