import os from "node:os";
import path from "node:path";
import type { Settings } from "./settings.ts";

export interface EmbeddingConfig {
  readonly api_key: string;
  /** null: OpenAI's own server. */
  readonly base_url: string | null;
  readonly model: string;
  /** Nobody asked for embeddings: a server that makes none is as good as one that was not asked. */
  readonly optional: boolean;
}

const DEFAULT_MODEL = "text-embedding-3-small";
const OFF = "off";
/** What a server that checks no key is given. */
const NO_KEY = "none";
const OPENAI = "https://api.openai.com/v1";

/** Where vectors come from, or null. `model` is the chat model's server, which is asked when nothing else is said. */
export function readEmbedding(
  model: { readonly api_key: string | null; readonly base_url: string | null },
  settings: Settings,
): EmbeddingConfig | null {
  const named = settings.text("OPENAI_EMBEDDING_MODEL");
  const own_url = settings.url("OPENAI_EMBEDDING_BASE_URL", ["http:", "https:"]);
  const own_key = settings.text("OPENAI_EMBEDDING_API_KEY");
  const base_url = own_url ?? model.base_url;
  // A key is for the server that it was given for, and nobody else's to see.
  const shared_key = isSameServer(base_url, model.base_url) ? model.api_key : NO_KEY;
  const api_key = own_key ?? shared_key;
  if (named === OFF || api_key === null) return null;
  const optional = named === null && own_url === null && own_key === null;
  return { api_key, base_url, model: named ?? DEFAULT_MODEL, optional };
}

/** Where files go that may be deleted at any time. */
export function readCacheDir(settings: Settings): string {
  return settings.text("CACHE_DIR") ?? path.join(os.homedir(), ".cache", "baton");
}

function isSameServer(one: string | null, other: string | null): boolean {
  return new URL(one ?? OPENAI).origin === new URL(other ?? OPENAI).origin;
}
