import { DeterministicChatModel } from "../../adapters/deterministic/deterministic-model.ts";
import { chatModelContract } from "./chat-model.contract.ts";

chatModelContract("deterministic", async (behaviour) => ({
  model: new DeterministicChatModel({ delay_ms_per_word: behaviour === "streams_slowly" ? 200 : 0 }),
  async [Symbol.asyncDispose]() {
    // It holds nothing.
  },
}));
