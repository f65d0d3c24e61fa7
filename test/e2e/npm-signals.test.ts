import { expect, it } from "vitest";
import { BatonProcess } from "../support/baton-process.ts";

it("stops with exit code 0 when npm, which started it, gets SIGTERM", async () => {
  await using baton = await BatonProcess.startByNpm("start", { PORT: "0" }, "listening");

  expect(await baton.stop()).toBe(0);
  expect(baton.lines.map(({ msg }) => msg)).toContain("stopping");
}, 60_000);
