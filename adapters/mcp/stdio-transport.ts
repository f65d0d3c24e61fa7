import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { getDefaultEnvironment } from "@modelcontextprotocol/sdk/client/stdio.js";
import { deserializeMessage, serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import spawn from "cross-spawn";
import { TOO_LARGE } from "./bounded-fetch.ts";
import { LineReader } from "./line-reader.ts";
import type { ProcessGuard } from "./process-guard.ts";
import type { ServerTarget } from "./server-config.ts";

/** How long a child may take to end after its stdin did, and again after SIGTERM. */
const GRACE_MS = 1_000;

/** Output of a child that has exited may still be on its way, unless something it started keeps the pipe open. */
const LAST_OUTPUT_MS = 500;

const STDERR_KEPT = 2_000;

/**
 * MCP over the stdin and stdout of a child process: one line of JSON a message.
 *
 * The SDK has such a transport too. This one gives the child a process group of its own, so that Ctrl-C in a terminal
 * lets Baton finish its calls first, so that what the child started (npx starts a shell that starts Node) ends with it, and so
 * that the guard can end them all when Baton is killed; and it tells why the child ended.
 *
 * The child's environment: what its entry configures, and of Baton's own only HOME, LOGNAME, PATH, SHELL, TERM and USER
 * (the SDK's `getDefaultEnvironment`; other names on Windows).
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;

  readonly #target: ServerTarget & { readonly kind: "stdio" };
  readonly #guard: ProcessGuard;
  readonly #lines = new LineReader();
  #child: ChildProcess | undefined;
  #stderr = "";
  #fault: string | undefined;
  readonly #ended = Promise.withResolvers<void>();
  #over = false;

  constructor(target: ServerTarget & { readonly kind: "stdio" }, guard: ProcessGuard) {
    this.#target = target;
    this.#guard = guard;
  }

  /** Why the child is given up, or ended, with the end of what it wrote to stderr; undefined while it runs. */
  get epitaph(): string | undefined {
    if (this.#fault !== undefined) return this.#fault;
    const { pid, exitCode, signalCode } = this.#child ?? {};
    if (pid === undefined || (exitCode == null && signalCode == null)) return undefined;
    const how = signalCode == null ? `exited with code ${exitCode}` : `was ended by ${signalCode}`;
    const words = this.#stderr.trim();
    return `its process ${how}${words && `; it last said: ${words}`}`;
  }

  async start(): Promise<void> {
    const { command, args, env, cwd } = this.#target;
    const child = spawn(command, [...args], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...getDefaultEnvironment(), ...env },
      ...(cwd !== undefined && { cwd }),
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    this.#child = child;
    child.stdout?.on("data", (chunk: Buffer) => this.#receive(chunk));
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString("utf8")).slice(-STDERR_KEPT);
    });
    for (const stream of child.stdio) stream?.on("error", (error) => this.onerror?.(error));
    child.once("exit", () => void pause(LAST_OUTPUT_MS).then(() => this.#end()));
    child.once("close", () => this.#end());
    child.stdout?.once("end", () => void this.close());

    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) => reject(notStarted(command, cwd, error)));
    });
    if (child.pid !== undefined) this.#guard.watch(child.pid);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    if (!stdin?.writable) throw new Error("the process takes no more input");
    await new Promise<void>((resolve, reject) => {
      stdin.write(serializeMessage(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Ends the child: its input first, then SIGTERM, then SIGKILL. Resolves when it is gone. */
  async close(): Promise<void> {
    if (this.#child?.pid === undefined) return this.#end();
    this.#child.stdin?.end();
    if (!(await this.#endsWithin(GRACE_MS))) this.#signal("SIGTERM");
    if (!(await this.#endsWithin(GRACE_MS))) this.#signal("SIGKILL");
    await this.#endsWithin(GRACE_MS);
    this.#end();
  }

  #receive(chunk: Buffer): void {
    if (this.#fault !== undefined) return;
    try {
      for (const line of this.#lines.push(chunk)) this.#read(line);
    } catch (error) {
      this.#fault = TOO_LARGE;
      this.onerror?.(error as Error);
      void this.close();
    }
  }

  #read(line: string): void {
    let message: JSONRPCMessage;
    try {
      message = deserializeMessage(line);
    } catch (error) {
      // A line that is no message, such as a log line on stdout: the next one may be.
      this.onerror?.(error as Error);
      return;
    }
    this.onmessage?.(message);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    // The child is gone; what it started and left behind goes too.
    this.#signal("SIGKILL");
    if (this.#child?.pid !== undefined) this.#guard.forget(this.#child.pid);
    this.#ended.resolve();
    this.onclose?.();
  }

  #endsWithin(ms: number): Promise<boolean> {
    const timeout = pause(ms, false, { ref: false });
    return Promise.race([this.#ended.promise.then(() => true), timeout]);
  }

  #signal(signal: NodeJS.Signals): void {
    const child = this.#child;
    if (child?.pid === undefined) return;
    try {
      if (process.platform === "win32") child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch {
      // Nobody is left in the group.
    }
  }
}

function notStarted(command: string, cwd: string | undefined, error: NodeJS.ErrnoException): Error {
  const what = `"${command}" could not be started${cwd === undefined ? "" : ` in ${cwd}`}`;
  if (error.code === "ENOENT") return new Error(`${what}: no such command or directory`);
  return new Error(what, { cause: error });
}
