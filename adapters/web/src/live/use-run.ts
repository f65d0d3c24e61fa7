import { useCallback, useEffect, useSyncExternalStore } from "react";
import { hasEnded } from "../../../../domain/run/state.ts";
import { api, credentials, reachability } from "../api/api.ts";
import type { RunSnapshot } from "./run-feed.ts";
import { RunFeeds } from "./run-feeds.ts";
import { atNextFrame } from "./schedule.ts";

const feeds = new RunFeeds({ api, credentials, schedule: atNextFrame });

// Whoever notices first that the API is back tells the others.
reachability.subscribe(() => {
  if (reachability.snapshot().status === "up") feeds.retryNow();
});

/** A tab that is hidden for longer than that gives its connections back. */
const REST_MS = 60_000;
let resting: ReturnType<typeof setTimeout> | undefined;
document.addEventListener("visibilitychange", () => {
  clearTimeout(resting);
  if (document.hidden) resting = setTimeout(() => feeds.rest(), REST_MS);
  else feeds.wake();
});

/**
 * A run as it is now and as it goes on: its events, the state they fold to, and how well it is connected. Views
 * of the same run share one connection. Without `follow` it shows what is known already and asks for nothing.
 */
export function useRun(run_id: string, follow = true): RunSnapshot {
  const feed = feeds.of(run_id);
  useEffect(() => (follow ? feeds.follow(run_id) : undefined), [run_id, follow]);
  return useSyncExternalStore(feed.subscribe, feed.snapshot);
}

/** The first of these runs that has not ended, as far as it is known here; null when all have. */
export function useFirstActive(run_ids: readonly string[]): string | null {
  const ids = run_ids.join(" ");
  const subscribe = useCallback(
    (changed: () => void) => {
      const stops = ids === "" ? [] : ids.split(" ").map((run_id) => feeds.of(run_id).subscribe(changed));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [ids],
  );
  return useSyncExternalStore(
    subscribe,
    () => run_ids.find((run_id) => isActive(feeds.of(run_id).snapshot())) ?? null,
  );
}

function isActive({ state, connection }: RunSnapshot): boolean {
  return connection.status !== "refused" && (state === null || !hasEnded(state));
}

/** Reconnects what waits to be reconnected. */
export function retryNow(): void {
  reachability.retryNow();
  feeds.retryNow();
}
