import { describe, expect, it } from "vitest";
import type { ToolCatalog } from "../../domain/ports/tool-catalog.ts";

/** A catalogue that knows at least one available and one unavailable tool. */
export interface CatalogUnderTest extends AsyncDisposable {
  readonly catalog: ToolCatalog;
}

/** What everybody who reads a ToolCatalog relies on. */
export function toolCatalogContract(name: string, open: () => Promise<CatalogUnderTest>): void {
  describe(`ToolCatalog: ${name}`, () => {
    it("gives every tool a name of its own", async () => {
      await using test = await open();
      const names = (await test.catalog.list()).map((tool) => tool.name);
      expect(names.length).toBeGreaterThan(1);
      expect(new Set(names).size).toBe(names.length);
    });

    it("says of an unavailable tool why it is, and of no other", async () => {
      await using test = await open();
      const tools = await test.catalog.list();
      expect(new Set(tools.map(({ available }) => available))).toEqual(new Set([true, false]));
      for (const { available, unavailable_reason } of tools) {
        if (available) expect(unavailable_reason).toBeNull();
        else expect(unavailable_reason).toMatch(/\w/);
      }
    });

    it("describes each tool well enough for a model and for the firewall", async () => {
      await using test = await open();
      for (const tool of await test.catalog.list()) {
        expect(tool.input_schema).toMatchObject({ type: "object" });
        expect(tool.description).toEqual(expect.any(String));
        expect(["read", "write", "destructive"]).toContain(tool.permission_scope);
        expect(["builtin", "mcp"]).toContain(tool.source);
        expect(tool.server_id).not.toBe("");
      }
    });

    it("lists the same as long as nothing changes", async () => {
      await using test = await open();
      expect(await test.catalog.list()).toEqual(await test.catalog.list());
    });
  });
}
