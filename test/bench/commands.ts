import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { until } from "./lanes.ts";

/** A command that Redis executed. */
export interface ExecutedCommand {
  /** In lower case. */
  readonly name: string;
  readonly args: readonly string[];
  /** A script called it, not a client. */
  readonly in_script: boolean;
}

/** Commands that Redis executed: those that clients sent, by name, and how many scripts made besides. */
export interface Commands {
  readonly sent: ReadonlyMap<string, number>;
  readonly in_scripts: number;
}

const TIME_AND_CLIENT = /^\+\d+\.\d+ \[\d+ (\S+)\] /;
const ARGUMENT = /"((?:[^"\\]|\\.)*)"/g;
const QUIET_LIMIT_MS = 10_000;
const LOOK_MS = 5;

/** Watches what Redis is asked to do while `work` goes on (MONITOR). Too costly for work that is timed. */
export async function watchCommands(
  url: string,
  work: () => Promise<unknown>,
): Promise<readonly ExecutedCommand[]> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const seen: ExecutedCommand[] = [];
  let over = false;
  let begun = false;
  createInterface({ input: socket }).on("line", (line) => {
    if (line === "+OK") begun = true;
    const client = TIME_AND_CLIENT.exec(line)?.[1];
    const [name = "", ...args] = [...line.matchAll(ARGUMENT)].map(([, text = ""]) => text);
    if (client === undefined) return;
    if (name.toLowerCase() === "echo" && args[0] === "over") over = true;
    else seen.push({ name: name.toLowerCase(), args, in_script: client === "lua" });
  });
  try {
    await once(socket, "connect");
    socket.write("MONITOR\r\n");
    await until(async () => begun, LOOK_MS, QUIET_LIMIT_MS);
    await work();
    await say(hostname, Number(port), "ECHO over\r\n");
    await until(async () => over, LOOK_MS, QUIET_LIMIT_MS);
    return seen;
  } finally {
    socket.destroy();
  }
}

export async function commandsOf(url: string, work: () => Promise<unknown>): Promise<Commands> {
  const sent = new Map<string, number>();
  let in_scripts = 0;
  for (const { name, in_script } of await watchCommands(url, work)) {
    if (in_script) in_scripts += 1;
    else sent.set(name, (sent.get(name) ?? 0) + 1);
  }
  return { sent, in_scripts };
}

/** A connection that watches takes no other commands. */
async function say(hostname: string, port: number, command: string): Promise<void> {
  const socket: Socket = connect(port, hostname);
  socket.write(command);
  await once(socket, "data");
  socket.destroy();
}
