import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { server, stdio, TestToolbox } from "../../support/mcp/test-toolbox.ts";

class EffectsFile implements Disposable {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "baton-effects-"));
  readonly path = path.join(this.#folder, "effects.ndjson");

  get lines(): readonly string[] {
    return readFileSync(this.path, "utf8").trimEnd().split("\n");
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

const counting = (file: EffectsFile) =>
  server("counting", stdio("counting-server.ts", [], { EFFECTS_FILE: file.path }));

describe("the counting server", () => {
  it("counts the effects of several processes in one file", async () => {
    using file = new EffectsFile();
    await using one = await TestToolbox.open([counting(file)]);
    await using two = await TestToolbox.open([counting(file)]);
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        (i % 2 ? one : two).call("append_effect", { label: `effect ${i}` }),
      ),
    );
    const { structured } = await one.call("read_effects");
    expect(structured).toMatchObject({ count: 40 });
    expect(new Set(file.lines.map((line) => JSON.parse(line).pid)).size).toBe(2);
  });

  it("has the effect at once, also when the call is cancelled before it ends", async () => {
    using file = new EffectsFile();
    await using test = await TestToolbox.open([counting(file)]);
    const cancel = new AbortController();
    const call = test.outcome("append_effect", { label: "done", sleep_ms: 600_000 }, cancel.signal);
    await vi.waitFor(() => expect(file.lines).toHaveLength(1), { timeout: 15_000, interval: 20 });
    cancel.abort();
    expect(await call).toMatch(/^cancelled: /);
    expect(JSON.parse(file.lines[0] ?? "")).toMatchObject({ label: "done", idempotency_key: "call-1" });
  });

  it("says which of its tools may be repeated", async () => {
    using file = new EffectsFile();
    await using test = await TestToolbox.open([counting(file)]);
    expect(await test.tool("append_effect")).toMatchObject({ permission_scope: "destructive" });
    expect(await test.tool("read_effects")).toMatchObject({ permission_scope: "read" });
  });
});
