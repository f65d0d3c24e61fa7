import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { BatonProcess } from "../support/baton-process.ts";

it("stops with exit code 0 when npm, which started it, gets SIGTERM", async () => {
  await using baton = await BatonProcess.startByNpm("start", { PORT: "0" }, "listening");

  expect(await baton.stop()).toBe(0);
  expect(baton.lines.map(({ msg }) => msg)).toContain("stopping");
}, 60_000);

it("takes a signal that arrives twice, from the terminal and from npm, for one", async () => {
  const child = spawn(process.execPath, ["test/support/slow-to-close.ts"], {
    stdio: ["pipe", "pipe", "inherit"],
    timeout: 20_000,
  });
  const exited = once(child, "exit");
  const heard: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    heard.push(line);
    if (heard.length <= 2) child.kill("SIGTERM");
    else child.stdin.end();
  }
  expect(heard).toEqual(["started", "signal", "signal"]);
  expect((await exited)[0]).toBe(0);
}, 30_000);
