/**
 * A process with a toolbox and a stubborn MCP server that has a child of its own. Prints the pids of both as JSON and then
 * waits to be killed.
 */
import { server, stdio, TestToolbox } from "./test-toolbox.ts";

const test = await TestToolbox.open([server("stubborn", stdio("behaving-stdio.ts", ["stubborn", "child"]))]);
const environment = JSON.parse(await test.outcome("environment")) as Record<string, string>;
console.log(
  JSON.stringify({ server: Number(await test.outcome("pid")), grandchild: Number(environment.CHILD_PID) }),
);
setInterval(() => undefined, 60_000);
