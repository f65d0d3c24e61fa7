/**
 * Preloaded, behind the bootstrap, by the scripts whose process serves the web page: sees to it that there is
 * one. A page that cannot be built does not keep the API from starting.
 */
import { isMainThread } from "node:worker_threads";
import { buildPage } from "./build-page.ts";

// Worker threads inherit --import; the main thread has already done this.
if (isMainThread) {
  const say = (line: string) => process.stderr.write(`baton: ${line}\n`);
  await buildPage(say).catch((error: Error) => say(error.message));
}
