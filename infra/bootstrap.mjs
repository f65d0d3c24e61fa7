/**
 * Preloaded by every npm script (`node --import ./infra/bootstrap.mjs <entry>`), so that a fresh clone needs
 * nothing but Node >= 20 and npm: installs the dependencies when they are missing or out of date, then lets
 * the entry run, on the Node version that package.json pins. Plain JavaScript on purpose: it is what runs
 * before there is anything installed, on whatever Node the machine has.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import module from "node:module";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";

const OLDEST_NODE = 20;
const INSTALL_LIMIT_MS = 10 * 60_000;

const root = fileURLToPath(new URL("..", import.meta.url));
const wanted = path.join(root, "package-lock.json");
const installed = path.join(root, "node_modules", ".package-lock.json");
const installLock = path.join(root, ".npm-ci.lock");
const binDirectory = path.join(root, "node_modules", ".bin");
const pinnedNode =
  process.platform === "win32"
    ? path.join(root, "node_modules", "node", "bin", "node.exe")
    : path.join(root, "node_modules", "node", "bin", "node");

// Worker threads inherit --import; the main thread has already done all this.
if (isMainThread) await bootstrap();

async function bootstrap() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    fail(`Node ${process.versions.node} is too old; install Node ${OLDEST_NODE} or newer and try again.`);
  }
  if (!isInstalled()) await installOnce();
  if (process.version === pinnedVersion()) return keepCompiledCode();
  if (!existsSync(pinnedNode)) {
    fail(
      "npm did not install the pinned Node: are install scripts switched off? Run: npm rebuild node --ignore-scripts=false",
    );
  }
  await continueOnPinnedNode();
}

/** For the next start, and for processes that this one starts: a third of a start's work is compiling. */
function keepCompiledCode() {
  process.env.NODE_COMPILE_CACHE ??= path.join(root, "node_modules", ".cache", "node");
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
}

/** A newer hidden lock file is proof enough; after a checkout touched the lock file, its content decides. */
function isInstalled() {
  if (!existsSync(installed)) return false;
  if (statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return true;
  const have = readJson(installed).packages;
  return Object.entries(readJson(wanted).packages).every(
    ([name, entry]) => name === "" || entry.optional || have[name]?.version === entry.version,
  );
}

/** Several processes may be started at once in a fresh clone: one installs, the others wait for it. */
async function installOnce() {
  const giveUpAt = Date.now() + INSTALL_LIMIT_MS;
  while (!takeInstallLock()) {
    if (Date.now() > giveUpAt)
      fail(`another process has been installing for too long; remove ${installLock} if none is.`);
    await sleep(200);
  }
  try {
    if (!isInstalled()) install();
  } finally {
    rmSync(installLock, { force: true });
  }
}

function takeInstallLock() {
  try {
    writeFileSync(installLock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (!isAlive(installLockOwner())) rmSync(installLock, { force: true });
    return false;
  }
}

function installLockOwner() {
  try {
    return Number(readFileSync(installLock, "utf8"));
  } catch {
    return 0; // released meanwhile
  }
}

function isAlive(pid) {
  try {
    return pid === 0 || process.kill(pid, 0);
  } catch {
    return false;
  }
}

function install() {
  say("installing dependencies (npm ci), once; this takes about half a minute");
  const npm = spawnSync("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    // Everything goes to stderr: stdout belongs to the entry (`npm run ask -- --json` prints data there).
    stdio: ["ignore", 2, 2],
    // npm must not run on the very Node that it is about to replace.
    env: {
      ...process.env,
      PATH: searchPath()
        .filter((entry) => entry !== binDirectory)
        .join(path.delimiter),
    },
    shell: process.platform === "win32",
  });
  if (npm.error) fail(`npm could not be started (${npm.error.message}); is it installed and on PATH?`);
  if (npm.status !== 0) fail("npm ci failed (its message is above); nothing was started.");
}

async function continueOnPinnedNode() {
  const child = spawn(pinnedNode, [...inheritedOptions(), ...process.argv.slice(1)], {
    stdio: "inherit",
    env: { ...process.env, PATH: [binDirectory, ...searchPath()].join(path.delimiter) },
  });
  // A terminal sends ^C to both processes; only what was sent to this one alone must be passed on.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));

  const exitCode = await new Promise((resolve) => {
    child.on("error", (error) => fail(`${pinnedNode} could not be started: ${error.message}`));
    child.on("exit", (code, signal) => resolve(signal === null ? code : 1));
  });
  process.exit(exitCode);
}

/** Node's own options, but for this preload: the entry does not need it a second time. Others follow it. */
function inheritedOptions() {
  const isThis = (option) => option?.endsWith("bootstrap.mjs") ?? false;
  const options = process.execArgv;
  return options.filter(
    (option, at) => !isThis(option) && !(option === "--import" && isThis(options[at + 1])),
  );
}

function pinnedVersion() {
  return `v${readJson(path.join(root, "package.json")).devDependencies.node}`;
}

function searchPath() {
  return (process.env.PATH ?? "").split(path.delimiter);
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

function say(message) {
  process.stderr.write(`baton: ${message}\n`);
}

function fail(message) {
  say(message);
  process.exit(1);
}
