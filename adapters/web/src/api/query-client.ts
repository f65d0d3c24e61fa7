import { QueryClient } from "@tanstack/react-query";
import { credentials, reachability } from "./api.ts";
import { backoffMs } from "./backoff.ts";
import { isTransient } from "./problem.ts";

/** What is read from the API beside runs: kept, shared between views, and asked for again until the API answers. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The engine may well be on this machine: being offline says nothing about it.
      networkMode: "always",
      retry: (_failures, error) => isTransient(error),
      retryDelay: backoffMs,
      staleTime: 2_000,
    },
    mutations: { networkMode: "always" },
  },
});

const refresh = () => void queryClient.invalidateQueries();
reachability.subscribe(() => reachability.snapshot().status === "up" && refresh());

let key = credentials.snapshot().key;
credentials.subscribe(() => {
  const { key: current } = credentials.snapshot();
  if (current !== key) refresh();
  key = current;
});
