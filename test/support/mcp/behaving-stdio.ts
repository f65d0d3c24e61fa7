/**
 * The behaving server over stdio. Arguments: `stubborn` ignores that its stdin ends and SIGTERM, as a server that hangs does;
 * `chatty` prints what is no MCP; `silent` never answers; `broken` says why on stderr and exits with code 3;
 * `child` leaves a process behind whose pid it answers to `pid`.
 */
import { spawn } from "node:child_process";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { createBehavingServer } from "./behaving-server.ts";

const manners = process.argv.slice(2);

if (manners.includes("broken")) {
  console.error(`cannot open the vault with ${process.env.VAULT_TOKEN ?? "nothing"}`);
  process.exit(3);
}
if (manners.includes("stubborn")) {
  process.on("SIGTERM", () => undefined);
  setInterval(() => undefined, 60_000);
}
if (manners.includes("child")) {
  const child = spawn(process.execPath, ["-e", "setInterval(() => undefined, 60_000)"], { stdio: "ignore" });
  console.error(`child ${child.pid}`);
  process.env.CHILD_PID = String(child.pid);
}
if (manners.includes("chatty")) {
  console.log("Starting the server, please stand by.");
  console.log("{ not json");
}
if (manners.includes("silent")) setInterval(() => undefined, 60_000);
else await createBehavingServer().connect(new StdioServerTransport());
