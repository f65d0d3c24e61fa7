import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { PlantedTree, REPOSITORY } from "../support/planted-tree.ts";

describe("npm run check", () => {
  const CLEAN = {
    "domain/a.ts": "export const one = 1;\n",
    "adapters/web/src/a.tsx": "export const One = () => <b>{document.title}</b>;\n",
  };

  it("passes a clean tree", async () => {
    using tree = new PlantedTree(CLEAN);
    const { exitCode, output } = await check(tree.root);
    expect(output).toContain("import boundaries (2 modules)");
    expect(exitCode).toBe(0);
  });

  it.each([
    [
      "a forbidden import",
      "application/a.ts",
      'export { default } from "koa";\n',
      "application may not import the package koa",
    ],
    [
      "a timer in the domain",
      "domain/b.ts",
      "setTimeout(() => undefined, 1);\n",
      "Cannot find name 'setTimeout'",
    ],
    [
      "a node: import in the domain",
      "domain/b.ts",
      'export { readFileSync } from "node:fs";\n',
      "error TS2591",
    ],
    [
      "a slip in the web page",
      "adapters/web/src/b.tsx",
      "export const Two = () => <b>{two}</b>;\n",
      "name 'two'",
    ],
    ["any", "test/a.ts", "export const one: any = 1;\n", "noExplicitAny"],
    ["an enum", "test/a.ts", "export enum Colour {\n  Red = 1,\n}\n", "erasableSyntaxOnly"],
  ])("fails on %s", async (_what, file, source, complaint) => {
    using tree = new PlantedTree({ ...CLEAN, [file]: source });
    const { exitCode, output } = await check(tree.root);
    expect(output).toContain(complaint);
    expect(exitCode).toBe(1);
  });

  async function check(root: string): Promise<{ exitCode: number; output: string }> {
    const script = path.join(REPOSITORY, "infra/check/main.ts");
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [script, root]);
      return { exitCode: 0, output: stdout };
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string };
      return { exitCode: code, output: stdout };
    }
  }
});
