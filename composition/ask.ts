import { ask } from "../adapters/cli/ask.ts";
import { loadConfig } from "./config.ts";
import { createLocalProcess } from "./local.ts";

const config = loadConfig();
const url = process.env.BATON_URL ?? "http://localhost:8000";
const api_key = process.env.BATON_API_KEY ?? config.api_keys[0]?.key ?? null;

process.exitCode = await ask(process.argv.slice(2), {
  url,
  api_key,
  async startEngine() {
    const engine = await createLocalProcess({
      ...config,
      mode: "single_process",
      port: 0,
      host: "127.0.0.1",
      log_level: "error",
    });
    await engine.start();
    return { url: `http://127.0.0.1:${engine.port}`, close: () => engine.close() };
  },
});
