import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** The repository's own folder. */
export const REPOSITORY = path.resolve(import.meta.dirname, "../..");

const CONFIGURATION = [
  "package.json",
  "tsconfig.json",
  "domain/tsconfig.json",
  "adapters/web/tsconfig.json",
  "biome.json",
];

/** A small project of its own, with Baton's configuration, packages and the given files; removed when disposed. */
export class PlantedTree implements Disposable {
  readonly root: string;

  constructor(files: Readonly<Record<string, string>>) {
    this.root = mkdtempSync(path.join(os.tmpdir(), "baton-tree-"));
    for (const name of CONFIGURATION) {
      cpSync(path.join(REPOSITORY, name), path.join(this.root, name));
    }
    symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(this.root, "node_modules"));
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.join(this.root, path.dirname(name)), { recursive: true });
      writeFileSync(path.join(this.root, name), content);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
