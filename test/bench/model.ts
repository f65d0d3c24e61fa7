import { BenchProcess } from "./bench-process.ts";

/** A remote model in a process of its own, and what a worker has to be told to ask it. */
export interface BenchModel extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
}

export async function startModel(tokens: number, every_ms: number): Promise<BenchModel> {
  const env = { TOKENS: String(tokens), EVERY_MS: String(every_ms) };
  const process = await BenchProcess.start("test/bench/token-server.ts", env, "port ");
  const port = /port (\d+)/.exec(process.output)?.[1];
  return {
    env: {
      OPENAI_API_KEY: "sk-bench",
      OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
      OPENAI_MODEL: "bench",
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}
