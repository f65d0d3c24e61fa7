import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ToolDescriptor } from "../../domain/tools/tool.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { LiveWorker, newWorkerId, TAKEOVER_LIMIT_MS } from "./live-worker.ts";

export function toolAnnouncementsContract(open: OpenDeployment): void {
  describe("ToolCatalog and ToolAnnouncements", () => {
    let deployment: Deployment;
    let ports: SharedPorts;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    const names = async () => (await ports.catalog.list()).map(({ name }) => name);

    it("lists what live workers announced, by name, to every process", async () => {
      using one = await LiveWorker.start(ports, "tool");
      using other = await LiveWorker.start(ports, "tool");
      const [calculator, github] = [
        tool("calculator"),
        tool("github.read", { annotations: { readOnlyHint: true } }),
      ];
      const elsewhere = deployment.connect().catalog;
      await elsewhere.announce(one.id, [github, calculator]);
      await elsewhere.announce(other.id, [calculator]);
      expect(await ports.catalog.list()).toEqual([calculator, github]);
    });

    it("replaces what a worker announced before", async () => {
      using worker = await LiveWorker.start(ports, "tool");
      await ports.catalog.announce(worker.id, [tool("a"), tool("b")]);
      await ports.catalog.announce(worker.id, [tool("c")]);
      await expect.poll(names).toEqual(["c"]);
    });

    it("offers a tool that one worker can execute, whatever others say", async () => {
      using able = await LiveWorker.start(ports, "tool");
      using unable = await LiveWorker.start(ports, "tool");
      const unavailable = tool("a", { available: false, unavailable_reason: "its server does not answer" });
      await ports.catalog.announce(unable.id, [unavailable]);
      expect(await ports.catalog.list()).toEqual([unavailable]);
      await ports.catalog.announce(able.id, [tool("a")]);
      await expect.poll(() => ports.catalog.list()).toEqual([tool("a")]);
    });

    it("tells which servers nobody reaches, and not those that another worker reaches", async () => {
      using one = await LiveWorker.start(ports, "tool");
      using other = await LiveWorker.start(ports, "tool");
      const down = { server_id: "down", reason: "connection refused" };
      const half = { server_id: "half", reason: "connection refused" };
      await ports.catalog.announce(one.id, [], [down, half]);
      await ports.catalog.announce(other.id, [tool("a", { server_id: "half" })], [down]);
      await expect.poll(() => ports.catalog.faults()).toEqual([down]);
    });

    it("forgets what a worker announced that died or left, or never lived", async () => {
      using dying = await LiveWorker.start(ports, "tool");
      using leaving = await LiveWorker.start(ports, "tool");
      await ports.catalog.announce(dying.id, [tool("a")]);
      await ports.catalog.announce(leaving.id, [tool("b")]);
      await ports.catalog.announce(newWorkerId(), [tool("c")]);
      expect(await names()).toEqual(["a", "b"]);
      await leaving.leave();
      await expect.poll(names).toEqual(["a"]);
      dying.die();
      await expect.poll(names, { timeout: TAKEOVER_LIMIT_MS }).toEqual([]);
    });
  });
}

function tool(name: string, more: Partial<ToolDescriptor> = {}): ToolDescriptor {
  return {
    name,
    source: "mcp",
    server_id: "server",
    permission_scope: "read",
    description: "Does something",
    input_schema: { type: "object", properties: {} },
    annotations: {},
    available: true,
    unavailable_reason: null,
    ...more,
  };
}
