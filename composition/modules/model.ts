import { ContainerModule } from "inversify";
import { DeterministicChatModel } from "../../adapters/deterministic/deterministic-model.ts";
import { OpenAiChatModel } from "../../adapters/openai/openai-chat-model.ts";
import { TOKENS } from "../tokens.ts";

const UNUSED_SERVER =
  "OPENAI_BASE_URL is set and OPENAI_API_KEY is not, so the server is not asked and the deterministic model answers; " +
  "a server that checks no key takes any, such as OPENAI_API_KEY=none";

/** The model that answers: a real one when there is a key, the deterministic one otherwise. */
export function modelModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.model)
      .toResolvedValue(
        ({ model: { api_key, ...options } }, log) => {
          if (api_key !== null) return new OpenAiChatModel({ api_key, ...options });
          if (options.base_url !== null) log.warn(UNUSED_SERVER);
          return new DeterministicChatModel();
        },
        [TOKENS.config, TOKENS.log],
      )
      .inSingletonScope();
  });
}
