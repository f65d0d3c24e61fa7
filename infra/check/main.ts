/**
 * `npm run check`: types, lint and format, import boundaries, side by side. Another tree may be given as the
 * argument. Exit code 0 only if every check passed.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { checkBoundaries } from "./boundaries.ts";

interface Check {
  readonly name: string;
  /** Resolves with a remark when it passed; throws with everything a person needs to know when not. */
  run(): Promise<string>;
}

const TOOL_LIMIT_MS = 120_000;
const repository = path.resolve(import.meta.dirname, "../..");
const root = path.resolve(process.argv[2] ?? repository);

const checks: readonly Check[] = [
  { name: "types", run: () => tool("typescript/bin/tsc", "-p", "tsconfig.json") },
  {
    name: "domain without ambient types",
    run: () => tool("typescript/bin/tsc", "-p", "domain/tsconfig.json"),
  },
  {
    name: "types of the web page",
    run: () => tool("typescript/bin/tsc", "-p", "adapters/web/tsconfig.json"),
  },
  {
    name: "lint and format",
    run: () => tool("@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."),
  },
  { name: "import boundaries", run: importBoundaries },
];

const outcomes = await Promise.all(
  checks.map(async ({ name, run }) => {
    try {
      return { passed: true, report: `✓ ${name}${await run()}` };
    } catch (error) {
      return { passed: false, report: `✗ ${name}\n${error instanceof Error ? error.message : error}` };
    }
  }),
);
for (const { report } of outcomes) console.log(report);
process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1;

async function tool(script: string, ...args: string[]): Promise<string> {
  const command = [path.join(repository, "node_modules", script), ...args];
  try {
    await promisify(execFile)(process.execPath, command, {
      cwd: root,
      timeout: TOOL_LIMIT_MS,
      maxBuffer: 2 ** 26,
    });
    return "";
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error([stdout, stderr].filter(Boolean).join("\n") || String(error), { cause: error });
  }
}

async function importBoundaries(): Promise<string> {
  const { modules, violations } = checkBoundaries(root);
  if (modules === 0) throw new Error("no module was read, so nothing was checked");
  if (violations.length > 0) {
    throw new Error(violations.map(({ at, reason }) => `${at}  ${reason}`).join("\n"));
  }
  return ` (${modules} modules)`;
}
