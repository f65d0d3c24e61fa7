import type { Capability, ChatDelta, ChatRequest, ModelInfo } from "../../domain/model/chat.ts";
import type { ChatModel } from "../../domain/ports/chat-model.ts";

/** A model that is given other instructions than the engine's for its answers; its judgements are asked for as ever. */
export class InstructedChatModel implements ChatModel {
  readonly #model: ChatModel;
  readonly #instructions: string;

  constructor(model: ChatModel, instructions: string) {
    this.#model = model;
    this.#instructions = instructions;
  }

  describe(capability: Capability): ModelInfo {
    return this.#model.describe(capability);
  }

  worstCaseUsd(request: ChatRequest): number {
    return this.#model.worstCaseUsd(this.#instructed(request));
  }

  stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatDelta> {
    return this.#model.stream(this.#instructed(request), signal);
  }

  #instructed(request: ChatRequest): ChatRequest {
    return request.capability === "generation" ? { ...request, instructions: this.#instructions } : request;
  }
}
