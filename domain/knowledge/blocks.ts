/** A stretch of Markdown between blank lines; a fenced code block is one, whatever it holds. */
export interface Block {
  readonly kind: "prose" | "code" | "table";
  readonly text: string;
}

const FENCE = /^\s*(`{3,}|~{3,})/;
const LIST_MARKER = /^\s*(?:[-*+•]|\d{1,9}[.)])\s/;

export function splitBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let fence: string | null = null;
  const close = () => {
    const content = lines.join("\n").trimEnd();
    if (content !== "") blocks.push({ kind: kindOf(lines), text: content });
    lines = [];
  };
  for (const line of text.split(/\r?\n/)) {
    const mark = fenceOf(line);
    if (fence !== null) {
      lines.push(line);
      if (mark.startsWith(fence) && line.trim() === mark) {
        fence = null;
        close();
      }
    } else if (mark !== "") {
      close();
      fence = mark;
      lines.push(line);
    } else if (line.trim() === "") {
      close();
    } else {
      lines.push(line);
    }
  }
  close();
  return blocks;
}

/** The lines inside a code block, and the fences around them. The last fence may be missing. */
export function codeParts({ text }: Block): { open: string; body: string[]; close: string } {
  const [open = "", ...body] = text.split("\n");
  const close = fenceOf(open);
  if (body.at(-1)?.trim() === close) body.pop();
  return { open, body, close };
}

/** The first two lines of a table: names of the columns and the rule below them. */
export function tableHead({ text }: Block): string {
  return text.split("\n", 2).join("\n");
}

/** The rows of a table below its head. */
export function tableRows({ text }: Block): string[] {
  return text.split("\n").slice(2);
}

/** List items with their markers, each with the lines that continue it; other prose is one item. */
export function itemLines({ text }: Block): string[] {
  const found: string[] = [];
  for (const line of text.split("\n")) {
    const last = found.pop();
    if (last === undefined) found.push(line);
    else if (LIST_MARKER.test(line)) found.push(last, line);
    else found.push(`${last}\n${line}`);
  }
  return found;
}

function kindOf(lines: readonly string[]): Block["kind"] {
  if (fenceOf(lines[0] ?? "") !== "") return "code";
  return lines.length > 1 && lines.every((line) => line.trimStart().startsWith("|")) ? "table" : "prose";
}

/** The backticks or tildes that open or close a code block; "" when the line does neither. */
function fenceOf(line: string): string {
  return FENCE.exec(line)?.[1] ?? "";
}
