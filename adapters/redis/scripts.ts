import { hash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { keys } from "./keys.ts";

/** The scripts by name: `take-over.lua` is `takeOver`. */
export type ScriptName =
  | "acknowledge"
  | "begin"
  | "bury"
  | "claim"
  | "commit"
  | "create"
  | "fireTimers"
  | "handBack"
  | "list"
  | "listConversations"
  | "listHeads"
  | "listMinutes"
  | "listTools"
  | "listTurnsBefore"
  | "listWorkers"
  | "load"
  | "release"
  | "renew"
  | "takeOver";

/** One call of a script. */
export interface ScriptCall {
  readonly keys: readonly string[];
  readonly args: readonly ScriptArgument[];
}

/** What a script takes after its keys. A list arrives as its length and its elements (scripts/lib/arguments.lua). */
export type ScriptArgument = string | number | boolean | null | readonly string[];

const FOLDER = path.join(import.meta.dirname, "scripts");
/**
 * A line that a script begins with: `-- include: name` stands for the file lib/name.lua, `-- name: runQueue` for that name
 * of keys.ts as the local `run_queue`.
 */
const NEED = /^-- (include|name): ([a-zA-Z-]+)$/gm;

/** What a script is sent as, and where in it stands what the script includes, and the script. */
const CALLS = read(path.join("lib", "calls.lua"));
const PLACE_OF_NEEDS = "-- what the script includes";
const PLACE_OF_SCRIPT = "-- the script";

/** A script and the digest that Redis knows it by once it was sent. */
export interface Script {
  readonly lua: string;
  readonly sha1: string;
}

export function loadScripts(): Record<ScriptName, Script> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".lua"));
  const scripts = files.map((file) => {
    const script = read(file);
    const needs = script.match(NEED)?.join("\n") ?? "";
    const sent = CALLS.replace(PLACE_OF_NEEDS, needs).replace(PLACE_OF_SCRIPT, () =>
      script.replace(NEED, ""),
    );
    const lua = withNeeds(sent, new Set());
    return [commandName(file), { lua, sha1: hash("sha1", lua) }];
  });
  return Object.fromEntries(scripts) as Record<ScriptName, Script>;
}

/** What EVAL takes after a script, and EVALSHA after its digest, for some calls: "" is null or false, "1" is true. */
export function encodeCalls(script: string, calls: readonly ScriptCall[]): (string | number)[] {
  const all_keys = calls.flatMap(({ keys }) => keys);
  const encoded: (string | number)[] = [script, all_keys.length, ...all_keys];
  for (const { keys, args } of calls) {
    const header = encoded.push(keys.length, 0);
    for (const argument of args) {
      if (argument === null || argument === false) encoded.push("");
      else if (argument === true) encoded.push("1");
      else if (typeof argument === "object") encoded.push(argument.length, ...argument);
      else encoded.push(argument);
    }
    encoded[header - 1] = encoded.length - header;
  }
  return encoded;
}

/** What is included may need more; each stands where it is needed first. */
function withNeeds(lua: string, met: Set<string>): string {
  return lua.replace(NEED, (need, kind: "include" | "name", name: string) => {
    if (met.has(need)) return "";
    met.add(need);
    return kind === "include" ? withNeeds(read(path.join("lib", `${name}.lua`)), met) : asLocal(name);
  });
}

function asLocal(name: string): string {
  const value = keys[name as keyof typeof keys];
  if (typeof value !== "string") throw new TypeError(`keys.ts has no name ${name} that is a text`);
  return `local ${snakeCase(name)} = ${JSON.stringify(value)}`;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function read(file: string): string {
  return readFileSync(path.join(FOLDER, file), "utf8");
}

function commandName(file: string): string {
  return path.basename(file, ".lua").replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
