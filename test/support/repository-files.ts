import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { REPOSITORY } from "./planted-tree.ts";

export interface RepositoryFile {
  /** Relative to the repository, with forward slashes. */
  readonly name: string;
  readonly text: string;
}

/** The repository's own files that match, sorted by name; never what was installed or built. */
export function repositoryFiles(pattern: string): readonly RepositoryFile[] {
  return globSync(pattern, { cwd: REPOSITORY, exclude: ["**/node_modules/**", "**/dist/**"] })
    .sort()
    .map((name) => ({
      name: name.split(path.sep).join("/"),
      text: readFileSync(path.join(REPOSITORY, name), "utf8"),
    }));
}
