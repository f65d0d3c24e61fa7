import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MinuteCount } from "../../domain/ports/throughput.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { TestRun } from "./test-run.ts";

export function throughputContract(open: OpenDeployment): void {
  describe("Throughput", () => {
    let deployment: Deployment;
    let ports: SharedPorts;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    it("tells of as many minutes as it is asked for, one after the other, up to this one", async () => {
      const minutes = await ports.throughput.perMinute(15);
      const times = minutes.map(({ minute }) => Date.parse(minute));
      expect(times).toHaveLength(15);
      expect(times.slice(1).map((time, index) => time - (times[index] ?? 0))).toEqual(Array(14).fill(60_000));
      expect(Math.abs(Date.now() - (times.at(-1) ?? 0))).toBeLessThan(120_000);
      expect(sum(minutes)).toEqual({ accepted: 0, ended: 0 });
    });

    it("counts what is accepted and what ends, each once", async () => {
      const proposal = new TestRun().proposal();
      await ports.store.create(proposal);
      await ports.store.create(proposal);
      const run = await new TestRun().create(ports.store);
      const end = run.commit([{ type: "run.cancelled", data: { reason: "over", user_id: "ada" } }], {
        effects: { expire_after_seconds: 60 },
      });
      await ports.store.commit(end);
      await ports.store.commit(end);
      // The minute may turn in between.
      expect(sum(await ports.throughput.perMinute(2))).toEqual({ accepted: 2, ended: 1 });
    });
  });
}

function sum(minutes: readonly MinuteCount[]) {
  return minutes.reduce(
    (total, { accepted, ended }) => ({ accepted: total.accepted + accepted, ended: total.ended + ended }),
    { accepted: 0, ended: 0 },
  );
}
