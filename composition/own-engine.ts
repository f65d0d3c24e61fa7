import type { Config } from "./config.ts";
import { createLocalProcess } from "./local.ts";

/** An engine of a command's own, in its process: on a free port of this machine, gone with the command. */
export async function startOwnEngine(
  config: Config,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const engine = await createLocalProcess({
    ...config,
    mode: "single_process",
    port: 0,
    host: "127.0.0.1",
    log_level: "error",
  });
  await engine.start();
  return { url: `http://127.0.0.1:${engine.port}`, close: () => engine.close() };
}
