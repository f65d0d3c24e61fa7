/** snake_case of the wire as words. */
export function plain(name: string): string {
  return name.replaceAll(/[_.-]/g, " ");
}

/** 1 tool · 3 tools */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** With a full stop at its end, whatever it came with. */
export function fullStop(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** With a capital to begin with, and a full stop at its end. */
export function sentence(text: string): string {
  return fullStop(text.charAt(0).toUpperCase() + text.slice(1));
}

const LONGEST = 120;

/** The beginning of what would not fit. */
export function clipped(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
