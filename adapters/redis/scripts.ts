import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

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

/** What a script takes after its keys. A list arrives as its length and its elements (scripts/lib/arguments.lua). */
export type ScriptArgument = string | number | boolean | null | readonly string[];

const FOLDER = path.join(import.meta.dirname, "scripts");
/** A line `-- include: name` stands for the file lib/name.lua. */
const INCLUDE = /^-- include: ([a-z-]+)$/gm;

/** All scripts, as ioredis defines commands from them: it sends a script once and its digest from then on. */
export function loadScripts(): Record<ScriptName, { readonly lua: string }> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".lua"));
  const scripts = files.map((file) => [commandName(file), { lua: withIncludes(read(file), new Set()) }]);
  return Object.fromEntries(scripts) as Record<ScriptName, { readonly lua: string }>;
}

/** Arguments as Redis takes them: "" is null or false, "1" is true. */
export function encodeArguments(args: readonly ScriptArgument[]): (string | number)[] {
  return args.flatMap((argument): (string | number)[] => {
    if (argument === null || argument === false) return [""];
    if (argument === true) return ["1"];
    if (typeof argument === "object") return [argument.length, ...argument];
    return [argument];
  });
}

/** Includes may include; each stands where it is named first. */
function withIncludes(lua: string, included: Set<string>): string {
  return lua.replace(INCLUDE, (_, name: string) => {
    if (included.has(name)) return "";
    included.add(name);
    return withIncludes(read(path.join("lib", `${name}.lua`)), included);
  });
}

function read(file: string): string {
  return readFileSync(path.join(FOLDER, file), "utf8");
}

function commandName(file: string): string {
  return path.basename(file, ".lua").replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
