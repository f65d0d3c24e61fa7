import { outputText } from "../tools/tool.ts";
import type { CallEnding } from "./chat.ts";

/** How a call ended, in the words that a model reads. */
export function endingText(ending: CallEnding): string {
  switch (ending.status) {
    case "completed":
      return outputText(ending.output);
    case "failed":
      return `The call failed (${ending.error.code}): ${ending.error.message}`;
    case "denied":
      return `The call was denied: ${ending.reason}`;
    default:
      return ending satisfies never;
  }
}
