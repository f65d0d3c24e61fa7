import type { JsonObject } from "../../domain/json.ts";
import type { OfferedTool } from "./server-config.ts";

const text = (description: string): JsonObject => ({ type: "string", description });

const OWNER = text("Owner of the repository, a user or an organisation");
const REPO = text("Name of the repository");
const QUERY = text("What to search for, in GitHub's search syntax");
const PAGING: JsonObject = {
  page: { type: "number", minimum: 1, description: "Page of the results, from 1" },
  perPage: { type: "number", minimum: 1, maximum: 100, description: "Results per page" },
};

function reading(
  name: string,
  description: string,
  properties: JsonObject,
  required: readonly string[],
): OfferedTool {
  return {
    name,
    description,
    input_schema: { type: "object", properties, required },
    annotations: { readOnlyHint: true },
  };
}

/**
 * Some of the reading tools that GitHub's hosted MCP server has, so that a deployment without a token can tell what
 * it lacks. The server's own list replaces these as soon as it is known.
 */
export const GITHUB_TOOLS: readonly OfferedTool[] = [
  reading(
    "get_file_contents",
    "Reads a file of a GitHub repository, or lists a directory",
    {
      owner: OWNER,
      repo: REPO,
      path: text("Path of the file or directory; a directory ends with a slash"),
      ref: text("Branch, tag or commit; the default branch if left out"),
    },
    ["owner", "repo"],
  ),
  reading(
    "list_commits",
    "Lists the commits of a branch",
    { owner: OWNER, repo: REPO, sha: text("Branch, tag or commit"), ...PAGING },
    ["owner", "repo"],
  ),
  reading(
    "list_issues",
    "Lists the issues of a GitHub repository",
    { owner: OWNER, repo: REPO, state: { type: "string", enum: ["OPEN", "CLOSED"] } },
    ["owner", "repo"],
  ),
  reading(
    "list_pull_requests",
    "Lists the pull requests of a GitHub repository",
    { owner: OWNER, repo: REPO, state: { type: "string", enum: ["open", "closed", "all"] }, ...PAGING },
    ["owner", "repo"],
  ),
  reading("search_code", "Searches code on GitHub", { query: QUERY, ...PAGING }, ["query"]),
  reading("search_issues", "Searches issues on GitHub", { query: QUERY, ...PAGING }, ["query"]),
  reading("search_repositories", "Searches repositories on GitHub", { query: QUERY, ...PAGING }, ["query"]),
  reading("get_me", "Tells which GitHub user the token belongs to", {}, []),
];
