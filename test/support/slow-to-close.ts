/** A process whose application closes when its standard input ends; says what happens on standard output. */
import { runProcess } from "../../composition/process.ts";
import type { Log } from "../../domain/ports/log.ts";

const say = (text: string) => process.stdout.write(`${text}\n`);
const silent = () => undefined;
const log: Log = { debug: silent, info: silent, warn: silent, error: silent, with: () => log };
process.on("SIGTERM", () => say("signal"));

await runProcess(async () => ({
  log,
  drain_seconds: 5,
  start: async () => {
    // Keeps the process alive until it is closed.
    setInterval(silent, 60_000);
    say("started");
  },
  close: () => new Promise((resolve) => process.stdin.once("end", resolve).resume()),
}));
