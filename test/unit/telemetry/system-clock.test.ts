import { describe, expect, it } from "vitest";
import { SystemClock } from "../../../adapters/telemetry/system-clock.ts";

describe("the system clock", () => {
  const clock = new SystemClock();

  it("tells UTC with milliseconds, so that comparing texts compares times", () => {
    const now = clock.now();
    expect(now).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
    expect(clock.after(now, 1) > now).toBe(true);
    expect(clock.after(now, 86_400_000) > clock.after(now, 1)).toBe(true);
  });

  it("adds and subtracts milliseconds", () => {
    const start = clock.now();
    expect(clock.between(start, clock.after(start, 90_061_001))).toBe(90_061_001);
    expect(clock.between(clock.after(start, 250), start)).toBe(-250);
  });

  it("pauses for as long as asked", async () => {
    const start = clock.monotonic();
    await clock.pause(30);
    expect(clock.monotonic() - start).toBeGreaterThanOrEqual(29);
  });

  it("ends a pause when the signal aborts, and does not begin one after it has", async () => {
    const controller = new AbortController();
    const paused = clock.pause(60_000, controller.signal);
    controller.abort();
    await paused;
    await clock.pause(60_000, controller.signal);
    expect(controller.signal.aborted).toBe(true);
  });

  it("rings an alarm once, and none that was cancelled", async () => {
    const rung: string[] = [];
    const cancel = clock.alarm(1, () => rung.push("cancelled"));
    clock.alarm(1, () => rung.push("kept"));
    cancel();
    await clock.pause(30);
    expect(rung).toEqual(["kept"]);
  });

  it("does not take an alarm further away than Node's timers can hold for one that is due", async () => {
    const rung: string[] = [];
    const cancel = clock.alarm(30 * 86_400_000, () => rung.push("too early"));
    await clock.pause(30);
    cancel();
    expect(rung).toEqual([]);
  });

  it("does not take a pause longer than Node's timers can hold for none at all", async () => {
    const days_30 = 30 * 86_400_000;
    const over = clock.pause(days_30, AbortSignal.timeout(40)).then(() => clock.monotonic());
    const start = clock.monotonic();
    expect((await over) - start).toBeGreaterThanOrEqual(30);
  });
});
