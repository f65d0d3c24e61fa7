import type { WorkerId } from "../../domain/ids.ts";
import type { ToolAnnouncements, ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import { mergeAnnouncements } from "../../domain/tools/catalog.ts";
import type { ToolDescriptor } from "../../domain/tools/tool.ts";
import type { RedisConnection } from "./connection.ts";
import { keys } from "./keys.ts";

/** Every run looks at the catalogue and it seldom changes: a list this old is still good. */
const FRESH_MS = 500;

/** ToolCatalog in Redis: what live tool workers announced. */
export class RedisToolCatalog implements ToolCatalog, ToolAnnouncements {
  readonly #connection: RedisConnection;
  #listed: { readonly tools: Promise<readonly ToolDescriptor[]>; readonly at: number } | null = null;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async announce(worker_id: WorkerId, tools: readonly ToolDescriptor[]): Promise<void> {
    await this.#connection.commands.command((redis) =>
      redis.hset(keys.tools, worker_id, JSON.stringify(tools)),
    );
    this.#listed = null;
  }

  async list(): Promise<readonly ToolDescriptor[]> {
    if (this.#listed === null || performance.now() - this.#listed.at > FRESH_MS) {
      this.#listed = { tools: this.#read(), at: performance.now() };
    }
    const listed = this.#listed;
    try {
      return await listed.tools;
    } catch (error) {
      if (this.#listed === listed) this.#listed = null;
      throw error;
    }
  }

  async #read(): Promise<readonly ToolDescriptor[]> {
    const announced = await this.#connection.commands.script("listTools", [keys.tools], [keys.workerPrefix]);
    return mergeAnnouncements((announced as string[]).map((text) => JSON.parse(text) as ToolDescriptor[]));
  }
}
