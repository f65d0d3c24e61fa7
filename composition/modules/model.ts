import { ContainerModule } from "inversify";
import { DeterministicChatModel } from "../../adapters/deterministic/deterministic-model.ts";
import { OpenAiChatModel } from "../../adapters/openai/openai-chat-model.ts";
import { TOKENS } from "../tokens.ts";

/** The model that answers: a real one when there is a key, the deterministic one otherwise. */
export function modelModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.model)
      .toResolvedValue(
        ({ model: { api_key, ...options } }) =>
          api_key === null ? new DeterministicChatModel() : new OpenAiChatModel({ api_key, ...options }),
        [TOKENS.config],
      )
      .inSingletonScope();
  });
}
