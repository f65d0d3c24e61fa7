/** On one line and without control characters: what a model says must not steer the terminal. */
export function printable(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\p{Cc}\p{Cf}]/gu, "�");
}
