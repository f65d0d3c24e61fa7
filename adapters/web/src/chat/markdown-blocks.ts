import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";

const PARSER = unified().use(remarkParse).use(remarkGfm);
/** What a text says anywhere of another part of it, which is then not to be taken apart: `[name]: …`, `[^1]: …`. */
const DEFINITION = /^[ >]*\[[^\]\n]+\]:/m;
/** What comes next changes at most so many: the last, which may turn out to belong to the one before ("2" to "2."). */
const OPEN = 2;

/**
 * A growing Markdown text as its blocks, one after the other: those that are complete stay as they are, so that a
 * long answer costs no more to follow than a short one. Joined they are the text.
 */
export class MarkdownBlocks {
  #complete: string[] = [];
  #length = 0;

  of(text: string): readonly string[] {
    if (DEFINITION.test(text)) return [text];
    if (!text.startsWith(this.#complete.join(""))) {
      this.#complete = [];
      this.#length = 0;
    }
    const open = text.slice(this.#length);
    const blocks = split(open);
    const done = blocks.slice(0, -OPEN);
    this.#complete = [...this.#complete, ...done];
    this.#length += done.join("").length;
    return [...this.#complete, ...blocks.slice(-OPEN)];
  }
}

function split(text: string): readonly string[] {
  const starts = PARSER.parse(text).children.map(
    ({ position }) =>
      // From the beginning of its line: the indentation counts.
      1 + text.lastIndexOf("\n", (position?.start.offset ?? 0) - 1),
  );
  return starts.map((start, index) => text.slice(index === 0 ? 0 : start, starts[index + 1]));
}
