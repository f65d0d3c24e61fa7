import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DocumentId } from "../../../domain/ids.ts";
import type { Chunk, Section } from "../../../domain/knowledge/chunk.ts";
import { CHUNK_LIMIT, chunkDocument, WHOLE_LIMIT } from "../../../domain/knowledge/chunking.ts";

const SENTENCE = "The worker that holds the lease is the only one that may drive the run.";

describe("chunkDocument", () => {
  it("makes one chunk of each section, named after document and heading", () => {
    const chunks = chunk(section("Lease", SENTENCE), section("Commit protocol", SENTENCE));
    expect(ids(chunks)).toEqual(["guide#lease-1", "guide#commit-protocol-1"]);
  });

  it("says where a chunk stands", () => {
    const [only] = chunkDocument({
      document_id: "guide" as DocumentId,
      title: "Guide",
      location: "docs/guide.md",
      sections: [{ path: ["Guide", "Workers", "Lease"], text: SENTENCE }],
    });
    expect(only?.metadata).toEqual({
      title: "Guide",
      heading_path: ["Guide", "Workers", "Lease"],
      location: "docs/guide.md",
    });
    expect(only?.text).toBe(SENTENCE);
  });

  it("renames no chunk when other sections grow, vanish or come", () => {
    const lease = section("Lease", paragraphs(30));
    const before = chunk(section("Intro", SENTENCE), lease, section("End", SENTENCE));
    const after = chunk(section("New", SENTENCE), section("Intro", paragraphs(50)), lease);
    const leases = (chunks: readonly Chunk[]) =>
      chunks.filter(({ chunk_id }) => chunk_id.includes("#lease-"));
    expect(leases(before).length).toBeGreaterThan(1);
    expect(leases(after)).toEqual(leases(before));
  });

  it("numbers sections under the same heading, so that ids are unique", () => {
    const chunks = chunk(
      section("Example", SENTENCE),
      section("Other", SENTENCE),
      section("Example", SENTENCE),
    );
    expect(ids(chunks)).toEqual(["guide#example-1", "guide#other-1", "guide#example-2"]);
  });

  it("leaves out sections without text", () => {
    expect(ids(chunk(section("Empty", " \n"), section("Full", SENTENCE)))).toEqual(["guide#full-1"]);
    expect(chunk()).toEqual([]);
  });

  it("puts a section that cannot stand alone behind the one before it, heading first", () => {
    const [only, ...others] = chunk(section("Lease", SENTENCE), section("Fence", "See above."));
    expect(others).toEqual([]);
    expect(only).toMatchObject({ chunk_id: "guide#lease-1", text: `${SENTENCE}\n\nFence\n\nSee above.` });
  });

  it("keeps a tiny section that has nothing before it", () => {
    expect(ids(chunk(section("Fence", "See below."), section("Lease", SENTENCE)))).toEqual([
      "guide#fence-1",
      "guide#lease-1",
    ]);
  });
});

describe("a section that is too long", () => {
  it("is cut between paragraphs", () => {
    const pieces = texts(chunk(section("Lease", paragraphs(30))));
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(CHUNK_LIMIT);
      for (const paragraph of piece.split("\n\n")) expect(paragraph).toMatch(/^Paragraph \d+\..*run\.$/);
    }
  });

  it("is cut between sentences where a paragraph is too long", () => {
    const pieces = texts(chunk(section("Lease", `${SENTENCE} `.repeat(40))));
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) expect(piece).toMatch(/^The worker .* run\.$/);
  });

  it("is cut between the items of a list", () => {
    const items = Array.from({ length: 40 }, (_, n) => `- item ${n}: ${SENTENCE}\n  and a second line`);
    const pieces = texts(chunk(section("List", items.join("\n"))));
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) expect(piece).toMatch(/^- item [\s\S]*a second line$/);
    expect(pieces.join("\n")).toBe(items.join("\n"));
  });

  it("keeps a code block whole, blank lines and all", () => {
    const code = `\`\`\`ts\n${"const lease = claim(run);\n\n".repeat(60)}\`\`\``;
    expect(code.length).toBeGreaterThan(CHUNK_LIMIT);
    const pieces = texts(chunk(section("Code", `${paragraphs(15)}\n\n${code}\n\n${paragraphs(15)}`)));
    expect(pieces).toContain(code);
  });

  it("keeps a table whole", () => {
    const table = `| key | what |\n| --- | --- |\n${`| lease | ${SENTENCE} |\n`.repeat(20)}`.trim();
    expect(table.length).toBeGreaterThan(CHUNK_LIMIT);
    expect(texts(chunk(section("Keys", `${paragraphs(15)}\n\n${table}\n\n${paragraphs(15)}`)))).toContain(
      table,
    );
  });

  it("keeps what leads up to a code block with it", () => {
    const command = "Then start the stack:\n\n```bash\ndocker compose up\n```";
    const text = `${"x".repeat(CHUNK_LIMIT - 30)}\n\n${command}`;
    expect(texts(chunk(section("Start", text)))).toContain(command);
  });

  it("repeats the fences of a code block that no chunk can hold", () => {
    const pieces = texts(
      chunk(section("Code", `\`\`\`sh\n${"echo a line of a long script\n".repeat(300)}\`\`\``)),
    );
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) expect(piece).toMatch(/^```sh\necho [\s\S]*script\n```$/);
  });

  it("repeats the head of a table that no chunk can hold", () => {
    const rows = Array.from({ length: 100 }, (_, n) => `| ${n} | ${SENTENCE} |`);
    const pieces = texts(chunk(section("Keys", `| n | what |\n| --- | --- |\n${rows.join("\n")}`)));
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) expect(piece).toMatch(/^\| n \| what \|\n\| --- \| --- \|\n\| \d/);
  });

  it("is cut anywhere when it has no place for it, but not inside a character", () => {
    const pieces = texts(chunk(section("Emoji", "🎺".repeat(2 * CHUNK_LIMIT))));
    expect(pieces.join("")).toBe("🎺".repeat(2 * CHUNK_LIMIT));
    for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
  });
});

describe("whatever the text", () => {
  const line = fc.oneof(
    fc.lorem({ maxCount: 60, mode: "words" }),
    fc.constantFrom("", "```", "~~~~", "- item", "| a | b |", "| --- | --- |", "1. one", "> said", "Then:"),
    fc.string({ unit: "grapheme", maxLength: 50 }),
    fc.string({ unit: fc.constantFrom("word", "x", " "), minLength: 300, maxLength: 3000 }),
  );
  const text = fc.array(line, { maxLength: 60 }).map((lines) => lines.join("\n"));

  it("chunks have unique ids, some text and a bounded size", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("A", "B", "C d"), text), { maxLength: 5 }),
        (sections) => {
          const chunks = chunk(...sections.map(([heading, body]) => section(heading, body)));
          expect(new Set(ids(chunks)).size).toBe(chunks.length);
          for (const piece of texts(chunks)) {
            expect(piece.trim()).not.toBe("");
            expect(piece.length).toBeLessThanOrEqual(WHOLE_LIMIT);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("no word is lost", () => {
    fc.assert(
      fc.property(text, (body) => {
        const numbered = body.replace(/\b\w+\b/g, (word, at) => `${word}${at}`);
        const kept = new Set(
          texts(chunk(section("A", numbered)))
            .join("\n")
            .match(/\b[a-z]+\d+\b/g),
        );
        const lost = (numbered.match(/\b[a-z]+\d+\b/g) ?? []).filter((word) => !kept.has(word));
        expect(lost.filter((word) => word.length < CHUNK_LIMIT / 2)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

function chunk(...sections: Section[]): Chunk[] {
  return chunkDocument({
    document_id: "guide" as DocumentId,
    title: "Guide",
    location: "guide.md",
    sections,
  });
}

function section(heading: string, text: string): Section {
  return { path: ["Guide", heading], text };
}

function paragraphs(count: number): string {
  return Array.from({ length: count }, (_, n) => `Paragraph ${n}. ${SENTENCE}`).join("\n\n");
}

function ids(chunks: readonly Chunk[]): string[] {
  return chunks.map(({ chunk_id }) => chunk_id);
}

function texts(chunks: readonly Chunk[]): string[] {
  return chunks.map(({ text }) => text);
}
