import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it, vi } from "vitest";
import { type Behaviour, createBehavingServer } from "../../support/mcp/behaving-server.ts";
import { memory, server, TestToolbox } from "../../support/mcp/test-toolbox.ts";

const PATIENCE = { timeout: 15_000, interval: 20 };

/** A server in memory, and every message that reached it. */
function recorded(behaviour: Behaviour = {}) {
  const messages: JSONRPCMessage[] = [];
  const create = () => {
    const behaving = createBehavingServer(behaviour);
    const connect = behaving.connect.bind(behaving);
    behaving.connect = async (transport) => {
      await connect(transport);
      const handle = transport.onmessage;
      transport.onmessage = (message, extra) => {
        messages.push(message);
        handle?.(message, extra);
      };
    };
    return behaving;
  };
  const methods = () => messages.flatMap((message) => ("method" in message ? [message.method] : []));
  return { target: memory(create), methods };
}

describe("what a server is sent", () => {
  it("is no cancellation of what it has answered, neither while the session lasts nor at its end", async () => {
    const { target, methods } = recorded();
    const pings = () => methods().filter((method) => method === "ping").length;
    {
      await using test = await TestToolbox.open([server("seen", target)], {
        connect_timeout: 100,
        ping_interval: 20,
      });
      expect(await test.outcome("echo", { message: "hello" })).toBe("hello");
      // By the tenth ping the time for connecting is over as well.
      await vi.waitFor(() => expect(pings()).toBeGreaterThanOrEqual(10), PATIENCE);
    }
    expect(methods().slice(0, 4)).toEqual([
      "initialize",
      "notifications/initialized",
      "tools/list",
      "tools/call",
    ]);
    expect(methods()).not.toContain("notifications/cancelled");
  });

  it("is no storm of requests for a list of tools that changes all the time", async () => {
    const { target, methods } = recorded({ restless: true });
    const started = performance.now();
    await using test = await TestToolbox.open([server("restless", target)], { list_interval: 200 });
    const lists = () => methods().filter((method) => method === "tools/list").length;
    await vi.waitFor(() => expect(lists()).toBeGreaterThanOrEqual(5), PATIENCE);
    // The first two at once, then one each interval.
    expect(performance.now() - started).toBeGreaterThanOrEqual(3 * 200);
    expect(await test.outcome("echo", { message: "still serving" })).toBe("still serving");
    expect(test.problems).toEqual([]);
  });

  it("is asked for its tools anew before a call that changed them has its result", async () => {
    const { target } = recorded({ list_delay_ms: 50 });
    await using test = await TestToolbox.open([server("growing", target)], { list_interval: 10 });
    expect(await test.names()).not.toContain("grown");
    expect(await test.outcome("grows_a_tool")).toBe("grown");
    expect(await test.names()).toContain("grown");
  });
});
