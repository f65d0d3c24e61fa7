import { Container } from "inversify";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../../composition/config.ts";
import { modelModule } from "../../../composition/modules/model.ts";
import { TOKENS } from "../../../composition/tokens.ts";
import { RecordingLog } from "../../support/mcp/recording-log.ts";

async function providerAndLog(env: Readonly<Record<string, string>>) {
  const log = new RecordingLog();
  const container = new Container();
  container.bind(TOKENS.config).toConstantValue(readConfig(env));
  container.bind(TOKENS.log).toConstantValue(log);
  await container.load(modelModule());
  const { provider } = container.get(TOKENS.model).describe("generation");
  return { provider, lines: log.lines };
}

describe("the model that answers", () => {
  it("is the configured server's, when there is a key", async () => {
    const env = { OPENAI_API_KEY: "none", OPENAI_BASE_URL: "http://localhost:11434/v1" };
    expect(await providerAndLog(env)).toEqual({ provider: "openai_compatible", lines: [] });
  });

  it("is the deterministic one without a key", async () => {
    expect(await providerAndLog({})).toEqual({ provider: "deterministic", lines: [] });
  });

  it("is not the server that is named without a key, and the log says what to do", async () => {
    const { provider, lines } = await providerAndLog({ OPENAI_BASE_URL: "http://localhost:11434/v1" });
    expect(provider).toBe("deterministic");
    expect(lines).toEqual([expect.stringContaining("OPENAI_API_KEY=none")]);
  });
});
