import { describe, expect, it } from "vitest";
import { type NamedServer, nameTools } from "../../../adapters/mcp/tool-names.ts";

function offering(server_id: string, tools: readonly string[], earlier: readonly string[] = []): NamedServer {
  return {
    server_id,
    builtin: server_id === "builtin",
    tools,
    ever_offered: new Set([...tools, ...earlier]),
  };
}

const names = (...servers: NamedServer[]) => [...nameTools(servers).keys()].toSorted();

describe("tool names", () => {
  it("are the tools' own where only one server has them", () => {
    expect(names(offering("a", ["read"]), offering("b", ["write"]))).toEqual(["read", "write"]);
  });

  it("have the server in front for every server that shares one", () => {
    expect(names(offering("a", ["read", "list"]), offering("b", ["read"]))).toEqual([
      "a.read",
      "b.read",
      "list",
    ]);
  });

  it("of what is built in stay as they are", () => {
    expect(names(offering("a", ["calculator"]), offering("builtin", ["calculator"]))).toEqual([
      "a.calculator",
      "calculator",
    ]);
  });

  it("are the same in whatever order the servers come", () => {
    const servers = [offering("a", ["x", "y"]), offering("b", ["y", "z"]), offering("builtin", ["z", "x"])];
    const expected = names(...servers);
    expect(names(...servers.toReversed())).toEqual(expected);
    expect(expected).toEqual(["a.x", "a.y", "b.y", "b.z", "x", "z"]);
  });

  it("never become another server's: who offered one once keeps it from the others", () => {
    expect(names(offering("a", [], ["pay"]), offering("b", ["pay"]))).toEqual(["b.pay"]);
  });

  it("cannot be forged by a tool that is named like another server's", () => {
    const named = nameTools([
      offering("bank", ["pay"]),
      offering("shop", ["pay"]),
      offering("thief", ["bank.pay"]),
    ]);
    expect(named.get("bank.pay")).toEqual({ server_id: "bank", tool: "pay" });
    expect(named.get("thief.bank.pay")).toEqual({ server_id: "thief", tool: "bank.pay" });
  });

  it("cannot come under another server's rules, also with a name that the other does not have", () => {
    expect(names(offering("bank", ["pay"]), offering("thief", ["bank.rob"]))).toEqual([
      "pay",
      "thief.bank.rob",
    ]);
  });
});
