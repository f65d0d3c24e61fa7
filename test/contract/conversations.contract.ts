import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConversationQuery } from "../../domain/ports/conversations.ts";
import { summarizeConversation } from "../../domain/run/conversation.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { snapshotOf, TestRun } from "./test-run.ts";

export function conversationsContract(open: OpenDeployment): void {
  describe("Conversations", () => {
    let deployment: Deployment;
    let ports: SharedPorts;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    const say = (tenant_id: string, conversation_id: string, message: string) =>
      new TestRun({ tenant_id, conversation_id, message }).create(ports.store);
    const titles = async (query: ConversationQuery) =>
      (await ports.conversations.list(query)).conversations.map(({ title }) => title);

    it("are told by their first and their latest run", async () => {
      const first = await say("a", "x", "What is a lease?");
      const second = await say("a", "x", "And who renews it?");
      await second.end(ports.store);
      const { conversations, next_cursor } = await ports.conversations.list({ limit: 10 });
      const summaries = [first, second].map((run) => snapshotOf(run.history).summary) as [never, never];
      expect(conversations).toEqual([summarizeConversation(...summaries, 2)]);
      expect(conversations[0]).toMatchObject({ title: "What is a lease?", status: "completed", runs: 2 });
      expect(next_cursor).toBeNull();
    });

    it("come with the one spoken in last first", async () => {
      await say("a", "x", "one");
      await say("a", "y", "two");
      await say("a", "z", "three");
      await say("a", "y", "again");
      expect(await titles({ limit: 10 })).toEqual(["two", "three", "one"]);
    });

    it("of one tenant are not seen by another that uses the same id", async () => {
      await say("a", "x", "one");
      await say("b", "x", "two");
      await say("a:1", "x", "three");
      expect(await titles({ limit: 10, tenant_id: "a" })).toEqual(["one"]);
      expect(await titles({ limit: 10, tenant_id: "b" })).toEqual(["two"]);
      expect(await titles({ limit: 10, tenant_id: "c" })).toEqual([]);
      expect(await titles({ limit: 10 })).toEqual(["three", "two", "one"]);
      const [own] = (await ports.conversations.list({ limit: 1, tenant_id: "a" })).conversations;
      expect(own).toMatchObject({ runs: 1, tenant_id: "a", conversation_id: "x" });
    });

    it("are listed page by page", async () => {
      for (const id of ["1", "2", "3", "4", "5"]) await say(id < "4" ? "a" : "b", id, id);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await ports.conversations.list({ limit: 2, ...(cursor !== undefined && { cursor }) });
        seen.push(...page.conversations.map(({ title }) => title));
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined && seen.length < 10);
      expect(seen).toEqual(["5", "4", "3", "2", "1"]);
      expect(await titles({ limit: 10, cursor: "no cursor of ours" })).toHaveLength(5);
    });

    it("are gone when their runs have expired, and begin with the first that is kept", async () => {
      const expires = await say("a", "x", "one");
      await expires.end(ports.store, 0.05);
      await say("a", "y", "two");
      await (await say("a", "y", "three")).end(ports.store);
      await expect.poll(() => ports.store.load(expires.run_id)).toBeNull();
      expect(await titles({ limit: 10 })).toEqual(["two"]);
    });
  });
}
