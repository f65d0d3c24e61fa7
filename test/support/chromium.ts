import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { canInstallPackages, installPackage } from "./debian-package.ts";

/** Where distributions put it; CHROMIUM_PATH names any other place. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const HOW_TO_GET_IT =
  "the tests of the web page need a real browser: install chromium (Debian: apt-get install chromium) " +
  "or name one by CHROMIUM_PATH";

/** Installs Debian's chromium where there is no browser and it can be had; says nothing where it cannot. */
export async function tryToHaveChromium(): Promise<void> {
  if (executable() !== undefined || !canInstallPackages()) return;
  await installPackage("chromium").catch((error: unknown) => console.error(HOW_TO_GET_IT, error));
}

/** A browser of the test's own. Rejects with how to get one when there is none. */
export function launchChromium(): Promise<Browser> {
  const executablePath = executable();
  if (executablePath === undefined) throw new Error(HOW_TO_GET_IT);
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
  ];
  return chromium.launch({ executablePath, args });
}

function executable(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  return named ?? PLACES.find((place) => existsSync(place));
}
