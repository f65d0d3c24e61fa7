import type { ChatRequest, RequestedCall } from "../../../domain/model/chat.ts";

/** A call that the message asks for, and the part of the message that does. */
export interface Intention {
  readonly call: RequestedCall;
  readonly start: number;
  readonly end: number;
}

/** Recognises one kind of wish in a request's message; asks only for tools that the request offers. */
export type Intent = (request: ChatRequest) => readonly Intention[];
