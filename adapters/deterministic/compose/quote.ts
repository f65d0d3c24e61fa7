import { withoutCitations } from "../extraction/plain-text.ts";

/** Longer outputs are quoted in part; the whole stands in the run's events. */
const MOST_CHARACTERS = 4_000;
const SHORT = 200;

/** What a tool said, behind "returned": on the same line when it is short, else as a block. */
export function quote(output: string, language = ""): string {
  const text = withoutCitations(output.trim());
  if (text === "") return " nothing.";
  if (text.length <= SHORT && !text.includes("\n") && !text.startsWith("{")) return `: ${endSentence(text)}`;
  return `:\n\n${block(text, language)}`;
}

/** A code block that nothing in the text can close, cut to a readable length. */
export function block(text: string, language = ""): string {
  const json = pretty(text);
  const whole = withoutCitations(json ?? text);
  const excerpt = whole.length <= MOST_CHARACTERS ? whole : cut(whole);
  const longest = Math.max(2, ...(excerpt.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const more = excerpt.length < whole.length ? `\n\n(${whole.length - excerpt.length} more characters)` : "";
  return `${fence}${json === null ? language : "json"}\n${excerpt}\n${fence}${more}`;
}

/** With a full stop, unless it ends like a sentence already. */
export function endSentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]["'”’)`]*$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function pretty(text: string): string | null {
  if (!/^[[{]/.test(text)) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** At the end of a line where one is near, and never inside a character. */
function cut(text: string): string {
  const line = text.lastIndexOf("\n", MOST_CHARACTERS);
  const end = line > MOST_CHARACTERS / 2 ? line : MOST_CHARACTERS;
  return text.slice(0, end).replace(/[\ud800-\udbff]$/, "");
}
