/** snake_case of the wire as words. */
export function plain(name: string): string {
  return name.replaceAll(/[_.-]/g, " ");
}

/** 1 tool · 3 tools */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
