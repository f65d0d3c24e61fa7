import type { JsonObject } from "../../../domain/json.ts";
import type { ToolDescriptor } from "../../../domain/tools/tool.ts";
import type { Intent } from "./intent.ts";
import { findRepositoryReference, type RepositoryReference } from "./repository-reference.ts";

const READS_FILES = /(?:get|read|fetch|view|show).*(?:file|content)/i;
const LISTS_FILES = /(?:list|get|read|browse).*(?:files|director|contents|tree)/i;
const COMMIT = /^[0-9a-f]{40}$/i;

/**
 * List a directory or read a file of a GitHub repository → GitHub's `get_file_contents {owner, repo, path}`, or
 * whichever offered tool has such a name and takes an owner and a repo. A tool that is offered but unavailable
 * is asked for all the same: its denial says what is missing.
 */
export const githubFiles: Intent = ({ message, tools }) => {
  const reference = findRepositoryReference(message);
  if (reference === null) return [];
  const tool = toolFor(reference, tools);
  if (tool === undefined) return [];
  const { start, end } = reference;
  return [{ call: { tool_name: tool.name, arguments: argumentsFor(reference, tool) }, start, end }];
};

/** Names the tools that this intent asks for, however their server is called. */
export function isFileTool(name: string): boolean {
  return READS_FILES.test(name) || LISTS_FILES.test(name);
}

function toolFor(
  { path }: RepositoryReference,
  tools: readonly ToolDescriptor[],
): ToolDescriptor | undefined {
  const fitting = tools.filter((tool) => isFileTool(tool.name) && isAboutRepositories(tool));
  const preferred = path.endsWith("/") ? LISTS_FILES : READS_FILES;
  const [lists, reads] = [/list/i, /read|get|fetch/i];
  const best = fitting.find(
    ({ name }) => preferred.test(name) && (path.endsWith("/") ? lists : reads).test(name),
  );
  return best ?? fitting.find(({ name }) => preferred.test(name)) ?? fitting[0];
}

/** Told by its parameters, or, where its schema is not known, by GitHub's own name for it. */
function isAboutRepositories({ name, input_schema }: ToolDescriptor): boolean {
  const properties = propertiesOf(input_schema);
  if ("owner" in properties && "repo" in properties) return true;
  return Object.keys(properties).length === 0 && /get_file_contents$/.test(name);
}

function argumentsFor(
  { owner, repo, path, ref }: RepositoryReference,
  { input_schema }: ToolDescriptor,
): JsonObject {
  const properties = propertiesOf(input_schema);
  const takes = (name: string) => name in properties;
  const isKnown = Object.keys(properties).length > 0;
  return {
    owner,
    repo,
    ...((takes("path") || !isKnown) && { path }),
    ...(ref !== null && takes("sha") && COMMIT.test(ref) && { sha: ref }),
    ...(ref !== null && takes("ref") && !(takes("sha") && COMMIT.test(ref)) && { ref }),
    ...(ref !== null && takes("branch") && !takes("ref") && { branch: ref }),
  };
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  const isObject = typeof properties === "object" && properties !== null && !Array.isArray(properties);
  return isObject ? (properties as JsonObject) : {};
}
