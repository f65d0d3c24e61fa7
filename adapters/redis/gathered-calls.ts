import { storeError } from "./errors.ts";
import type { ScriptArgument, ScriptCall } from "./scripts.ts";

/** Calls of one script that are sent together; each has its own answer. */
export class GatheredCalls {
  readonly calls: ScriptCall[] = [];
  readonly #answers: PromiseWithResolvers<unknown>[] = [];

  /** Resolves with the reply to this call. */
  add(keys: readonly string[], args: readonly ScriptArgument[]): Promise<unknown> {
    this.calls.push({ keys, args });
    const answer = Promise.withResolvers<unknown>();
    this.#answers.push(answer);
    return answer.promise;
  }

  /** `replies` in the order of the calls; an Error among them is the answer to its call alone. */
  answer(replies: readonly unknown[]): void {
    for (const [index, { resolve, reject }] of this.#answers.entries()) {
      const reply = replies[index];
      if (reply instanceof Error) reject(storeError(reply));
      else resolve(reply);
    }
  }

  fail(error: unknown): void {
    for (const { reject } of this.#answers) reject(error);
  }
}
