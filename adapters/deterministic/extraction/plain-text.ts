const CITATION = /\[([^[\]\n]{1,400}-\d+)\](?!\()/g;

/** Quoted text with what looks like a citation in parentheses: it is not one of the answer that quotes it. */
export function withoutCitations(text: string): string {
  return text.replace(CITATION, (bracketed, inside: string) =>
    inside.includes("#") ? `(${inside})` : bracketed,
  );
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

// The lengths are bounded so that the time is, too: "[[[[…" would be read to its end from every bracket.
function withoutMarkup(text: string): string {
  return text
    .replace(/^\s*(?:>\s*)+|^\s*#{1,6}\s+/gm, "")
    .replace(/!?\[([^[\]\n]{0,500})\]\([^)\n]{0,500}\)/g, "$1")
    .replace(/(\*\*|__|~~)(?=\S)(.{1,500}?)(?<=\S)\1/g, "$2")
    .replace(/(?<![\w*])([*_])(?=\S)([^*_\n]{1,500}?)(?<=\S)\1(?![\w*])/g, "$2")
    .replace(/<\/?[a-z][^<>\n]{0,500}>/gi, "");
}
