import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../../domain/json.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";

export function cacheContract(open: OpenDeployment): void {
  describe("Cache", () => {
    let deployment: Deployment;
    let ports: SharedPorts;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    it.each<Json>([null, false, 0, "", "ü 漢 🎺", [1, [2]], { a: { b: null } }])(
      "keeps %j",
      async (value) => {
        await ports.cache.set("key", value, 60);
        expect(await ports.cache.get("key")).toEqual(value);
      },
    );

    it("holds nothing that was not put into it", async () => {
      expect(await ports.cache.get("key")).toBeUndefined();
    });

    it("keeps the last value of a key", async () => {
      await ports.cache.set("key", 1, 0.05);
      await ports.cache.set("key", 2, 60);
      await ports.cache.set("other", 3, 0.05);
      await expect.poll(() => ports.cache.get("other")).toBeUndefined();
      expect(await ports.cache.get("key")).toBe(2);
    });

    it("forgets a value after its time", async () => {
      await ports.cache.set("key", "value", 0.05);
      await expect.poll(() => ports.cache.get("key")).toBeUndefined();
    });
  });
}
