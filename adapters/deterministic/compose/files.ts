import type { Json, JsonObject } from "../../../domain/json.ts";
import type { FinishedCall } from "../../../domain/model/chat.ts";
import { outputText, type ToolOutput } from "../../../domain/tools/tool.ts";
import { block } from "./quote.ts";

/** A longer listing is cut, saying how many entries are left out. */
const MOST_ENTRIES = 100;

/** A directory as a list, a file as a quotation, whichever a tool for a repository's files returned. */
export function describeFiles({ tool_name, arguments: args }: FinishedCall, output: ToolOutput): string {
  const { owner, repo, path } = args;
  const place = [owner, repo].every((part) => typeof part === "string")
    ? `${owner}/${repo}`
    : `\`${tool_name}\``;
  const name = typeof path === "string" ? path.replace(/^\/+|\/+$/g, "") : "";
  const entries = entriesOf(output);
  if (entries !== null) return listing(entries, name === "" ? place : `${name}/ of ${place}`);
  return `${name === "" ? "The file" : `\`${name}\``} of ${place}:\n\n${block(fileText(output), languageOf(name))}`;
}

function listing(entries: readonly JsonObject[], place: string): string {
  if (entries.length === 0) return `${place} holds no files.`;
  const names = entries.map(({ name, path, type }) => {
    const shown = String(name ?? path);
    return `- \`${shown}${type === "dir" || type === "directory" || type === "tree" ? "/" : ""}\``;
  });
  const more = names.length > MOST_ENTRIES ? `\n\n(${names.length - MOST_ENTRIES} more)` : "";
  const count = names.length === 1 ? "1 entry" : `${names.length} entries`;
  return `${place} holds ${count}:\n\n${names.slice(0, MOST_ENTRIES).join("\n")}${more}`;
}

/** The entries of a directory, as GitHub's API describes them; null when the output is none. */
function entriesOf({ content, structured }: ToolOutput): readonly JsonObject[] | null {
  const texts = content.flatMap((part) => (part.type === "text" ? [parsed(part.text)] : []));
  const found = [structured ?? null, ...texts].flatMap((value) => listIn(value) ?? []);
  const isListing = [structured ?? null, ...texts].some((value) => listIn(value) !== null);
  return isListing ? found : null;
}

function listIn(value: Json): readonly JsonObject[] | null {
  const list = isObject(value) ? (value.entries ?? value.files ?? value.tree ?? null) : value;
  if (!isArray(list)) return null;
  const entries = list.filter(isObject).filter(({ name, path }) => typeof (name ?? path) === "string");
  return entries.length === list.length ? entries : null;
}

/** The file itself: an embedded resource, the `content` of GitHub's own description, or all the text. */
function fileText(output: ToolOutput): string {
  const resource = output.content.find((part) => part.type === "resource" && part.text !== undefined);
  if (resource?.type === "resource" && resource.text !== undefined) return resource.text;
  const text = outputText(output);
  const described = parsed(text);
  if (!isObject(described) || typeof described.content !== "string") return text;
  const { content, encoding } = described;
  return encoding === "base64" ? Buffer.from(content, "base64").toString("utf8") : content;
}

function languageOf(name: string): string {
  const extension = /\.([a-z0-9]{1,6})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  return extension === "md" ? "markdown" : extension;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
