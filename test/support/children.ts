import type { ChildProcess } from "node:child_process";

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
// The test runner ends a process whose test has hung by this signal, which alone would leave the children alive.
process.once("SIGTERM", () => process.exit(143));

/** No child process outlives this one, however it ends. */
export function endWithThisProcess(child: ChildProcess): void {
  running.add(child);
  child.once("exit", () => running.delete(child));
}
