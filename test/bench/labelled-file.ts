import { readFileSync } from "node:fs";

export interface LabelledPrompt {
  readonly text: string;
  /** 1 = an attack, 0 = an ordinary message. */
  readonly label: 0 | 1;
  readonly source: string;
}

interface Row {
  readonly prompt?: unknown;
  readonly text?: unknown;
  readonly label?: unknown;
  readonly source?: unknown;
}

/** Reads a JSON array or JSON lines of `{prompt | text, label, source?}`. Throws on a row of another shape. */
export function readLabelled(file: string): LabelledPrompt[] {
  const content = readFileSync(file, "utf8").trim();
  const rows: Row[] = content.startsWith("[")
    ? JSON.parse(content)
    : content.split("\n").map((line) => JSON.parse(line));
  return rows.map(({ prompt, text = prompt, label, source }, index) => {
    const number = Number(label);
    if (typeof text !== "string" || (number !== 0 && number !== 1)) {
      throw new TypeError(`${file}, row ${index + 1}: a prompt or text and a label 0 or 1 are needed`);
    }
    return { text, label: number, source: typeof source === "string" ? source : "(none)" };
  });
}
