import type { Json } from "../json.ts";

/** Keeps values for a while. Losing one is always allowed; a wrong one never. */
export interface Cache {
  get(key: string): Promise<Json | undefined>;
  set(key: string, value: Json, ttl_seconds: number): Promise<void>;
}
