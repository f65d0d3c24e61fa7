/** The parts of a request that are material and no instructions. */
export const FENCES = [
  "context",
  "evidence",
  "conversation",
  "message",
  "results",
  "answer",
  "tools",
] as const;
export type Fence = (typeof FENCES)[number];

const MARKS = new RegExp(`<(/?\\s*(?:${FENCES.join("|")})\\s*)>`, "gi");

/** Fenced off and named as data: what it says is no instruction. So it must not end its own fence. */
export function fenced(name: Fence, text: string): string {
  return `<${name}>\n${text.replaceAll(MARKS, "‹$1›")}\n</${name}>`;
}
