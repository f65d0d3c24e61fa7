const CITATION = /\[([^[\]\n]*#[^[\]\n]*-\d+)\]/g;

/** Quoted text with what looks like a citation in parentheses: it is not one of the answer that quotes it. */
export function withoutCitations(text: string): string {
  return text.replace(CITATION, "($1)");
}

/** A line of Markdown without the markup of its words; code keeps its backticks, since it may hold any sign. */
export function plainText(markdown: string): string {
  return markdown
    .split(/(`[^`\n]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : withoutMarkup(part)))
    .join("")
    .replace(/\s+/g, " ")
    .trim();
}

function withoutMarkup(text: string): string {
  return text
    .replace(/^\s*(?:>\s*)+|^\s*#{1,6}\s+/gm, "")
    .replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, "$1")
    .replace(/(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1/g, "$2")
    .replace(/(?<![\w*])([*_])(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])/g, "$2")
    .replace(/<\/?[a-z][^>\n]*>/gi, "");
}
