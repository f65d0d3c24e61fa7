import { useSyncExternalStore } from "react";
import type { Store } from "../api/store.ts";

/** The store's value, and a rendering whenever it changes. */
export function useStore<Value>(store: Store<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.snapshot);
}
