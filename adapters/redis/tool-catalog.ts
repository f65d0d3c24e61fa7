import type { WorkerId } from "../../domain/ids.ts";
import type { ToolAnnouncements, ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import { type Announcement, mergeFaults, mergeTools } from "../../domain/tools/catalog.ts";
import type { ServerFault, ToolDescriptor } from "../../domain/tools/tool.ts";
import type { RedisConnection } from "./connection.ts";
import { keys } from "./keys.ts";

/** Every run looks at the catalogue and it seldom changes: a list this old is still good. */
const FRESH_MS = 500;

/** ToolCatalog in Redis: what live tool workers announced. */
export class RedisToolCatalog implements ToolCatalog, ToolAnnouncements {
  readonly #connection: RedisConnection;
  /** As if one worker had announced what all did. */
  #listed: { readonly merged: Promise<Announcement>; readonly at: number } | null = null;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async announce(
    worker_id: WorkerId,
    tools: readonly ToolDescriptor[],
    faults: readonly ServerFault[] = [],
  ): Promise<void> {
    const announcement = JSON.stringify({ tools, faults } satisfies Announcement);
    await this.#connection.commands.command((redis) => redis.hset(keys.tools, worker_id, announcement));
    this.#listed = null;
  }

  async list(): Promise<readonly ToolDescriptor[]> {
    return (await this.#ofTheLiving()).tools;
  }

  async faults(): Promise<readonly ServerFault[]> {
    return (await this.#ofTheLiving()).faults;
  }

  async #ofTheLiving(): Promise<Announcement> {
    if (this.#listed === null || performance.now() - this.#listed.at > FRESH_MS) {
      this.#listed = { merged: this.#read(), at: performance.now() };
    }
    const listed = this.#listed;
    try {
      return await listed.merged;
    } catch (error) {
      if (this.#listed === listed) this.#listed = null;
      throw error;
    }
  }

  async #read(): Promise<Announcement> {
    const announced = await this.#connection.commands.script("listTools", [], []);
    const announcements = (announced as string[]).map((text) => JSON.parse(text) as Announcement);
    return { tools: mergeTools(announcements), faults: mergeFaults(announcements) };
  }
}
