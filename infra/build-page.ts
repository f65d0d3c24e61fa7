import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const BUILD_LIMIT_MS = 5 * 60_000;
const ROOT = path.resolve(import.meta.dirname, "..");
const PAGE = path.join(ROOT, "adapters/web");
/** What the page is built from; the lock file stands for the packages. */
const SOURCES = ["adapters/web/**/*.*", "domain/**/*.ts", "package-lock.json", "infra/build-page.ts"];
/** In the built page: what it was built from. The server does not serve it. */
const STAMP = ".sources";

/** Builds the web page into `adapters/web/dist` unless it is there and up to date. Rejects with what the build said. */
export async function buildPage(report: (line: string) => void): Promise<void> {
  const dist = path.join(PAGE, "dist");
  const wanted = digestOfSources();
  if (readStamp(dist) === wanted) return;

  report("building the web page; this takes a few seconds");
  // Beside, and then in one move: who serves the old page meanwhile, or builds too, never sees half a page.
  const building = path.join(PAGE, `.dist-${process.pid}`);
  try {
    await vite("build", PAGE, "--outDir", building, "--logLevel", "warn");
    writeFileSync(path.join(building, STAMP), wanted);
    rmSync(dist, { recursive: true, force: true });
    renameSync(building, dist);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

function digestOfSources(): string {
  const hash = createHash("sha256");
  const files = globSync(SOURCES, { cwd: ROOT, exclude: ["**/dist/**", "**/.dist-*/**"] }).sort();
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(path.join(ROOT, file)));
  return hash.digest("hex");
}

function readStamp(dist: string): string | null {
  try {
    return readFileSync(path.join(dist, STAMP), "utf8");
  } catch {
    return null;
  }
}

async function vite(...args: string[]): Promise<void> {
  const script = path.join(ROOT, "node_modules/vite/bin/vite.js");
  try {
    // Whoever builds, tests too: it is the page that users get, which is a third of what a development build is.
    const env = { ...process.env, NODE_ENV: "production", NO_COLOR: "1" };
    await promisify(execFile)(process.execPath, [script, ...args], {
      cwd: ROOT,
      timeout: BUILD_LIMIT_MS,
      env,
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    // What the bundler said is all there is to know; the error around it tells its command line once more.
    throw new Error(`the web page could not be built:\n${stdout}${stderr}`);
  }
}
