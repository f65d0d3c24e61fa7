import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MarkdownDocumentSource } from "../../../adapters/knowledge/markdown-source.ts";

describe("MarkdownDocumentSource", () => {
  let root: string;
  let directory: string;

  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), "baton-documents-"));
    directory = path.join(root, "docs");
    mkdirSync(directory);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("reads Markdown and text below the directory, in the order of the paths", async () => {
    write("z.md", "# Zebra\n\ntext");
    write("a/b/deep.markdown", "text");
    write("Notes.TXT", "# no heading\n\n  as it is");
    write("a.md", "text");
    write("image.png", "text");
    write("page.html", "text");
    const { documents, unreadable } = await read();
    expect(unreadable).toEqual([]);
    expect(documents.map(({ location, document_id, title }) => [location, document_id, title])).toEqual([
      ["Notes.TXT", "notes", "Notes"],
      ["a.md", "a", "A"],
      ["a/b/deep.markdown", "deep", "Deep"],
      ["z.md", "z", "Zebra"],
    ]);
    expect(documents[0]?.sections).toEqual([{ path: ["Notes"], text: "# no heading\n\n  as it is" }]);
  });

  it("makes a title of the file's name where the file has none", async () => {
    write("getting_started-now.md", "text");
    expect((await read()).documents[0]?.title).toBe("Getting started now");
  });

  it("gives files of the same name ids of their own", async () => {
    write("README.md", "text");
    write("api/README.md", "text");
    const ids = (await read()).documents.map(({ document_id }) => document_id);
    expect(ids).toEqual(["readme", "api-readme"]);
  });

  it("leaves out hidden files, hidden folders and node_modules", async () => {
    write(".hidden.md", "text");
    write(".git/a.md", "text");
    write("node_modules/b/c.md", "text");
    expect(await read()).toEqual({ documents: [], unreadable: [] });
  });

  it("reads Windows line ends and a byte order mark", async () => {
    writeFileSync(path.join(directory, "a.md"), "\ufeff# Title\r\n\r\none\r\ntwo\r\n");
    writeFileSync(path.join(directory, "b.txt"), "\ufeffone\r\ntwo");
    const { documents } = await read();
    expect(documents.map(({ sections }) => sections.at(-1)?.text)).toEqual(["one two", "one\ntwo"]);
    expect(documents[0]?.title).toBe("Title");
  });

  it("says which files it could not read and why, and reads the others", async () => {
    write("fine.md", "text");
    writeFileSync(path.join(directory, "latin1.md"), Buffer.from("caf\xe9", "latin1"));
    writeFileSync(path.join(directory, "binary.txt"), Buffer.from([65, 0, 66]));
    writeFileSync(path.join(directory, "huge.md"), Buffer.alloc(5 * 1024 * 1024 + 1, "x"));
    symlinkSync(path.join(directory, "gone"), path.join(directory, "broken.md"));
    const { documents, unreadable } = await read();
    expect(documents.map(({ location }) => location)).toEqual(["fine.md"]);
    expect(Object.fromEntries(unreadable.map(({ location, reason }) => [location, reason]))).toEqual({
      "binary.txt": expect.stringContaining("binary"),
      "broken.md": expect.stringContaining("no such file"),
      "huge.md": expect.stringContaining("5 MiB"),
      "latin1.md": expect.stringContaining("UTF-8"),
    });
  });

  it("follows links to files inside the directory, but not out of it", async () => {
    write("real.md", "# Real\n\ntext");
    writeFileSync(path.join(root, "secret.md"), "secret");
    symlinkSync("real.md", path.join(directory, "link.md"));
    symlinkSync("../secret.md", path.join(directory, "out.md"));
    const { documents, unreadable } = await read();
    expect(documents.map(({ location }) => location)).toEqual(["link.md", "real.md"]);
    expect(unreadable).toEqual([
      { location: "out.md", reason: expect.stringContaining("out of the directory") },
    ]);
  });

  it("does not go round in circles", async () => {
    write("a.md", "text");
    symlinkSync("..", path.join(directory, "loop"));
    symlinkSync(".", path.join(directory, "self.md"));
    const { documents, unreadable } = await read();
    expect(documents.map(({ location }) => location)).toEqual(["a.md"]);
    expect(unreadable.map(({ location }) => location)).toEqual(["self.md"]);
  });

  it("reads a directory that is itself a link", async () => {
    write("a.md", "text");
    symlinkSync(directory, path.join(root, "link"));
    const { documents } = await new MarkdownDocumentSource(path.join(root, "link")).documents();
    expect(documents).toHaveLength(1);
  });

  it.each(["missing", "docs/file.md"])("reports %s, which is no directory", async (name) => {
    write("file.md", "text");
    const location = path.join(root, name);
    const { documents, unreadable } = await new MarkdownDocumentSource(location).documents();
    expect(documents).toEqual([]);
    expect(unreadable).toEqual([{ location, reason: expect.stringMatching(/no such file|not a directory/) }]);
  });

  it("reads the same twice", async () => {
    for (const name of ["b.md", "a.md", "c/a.md"]) write(name, `# ${name}\n\ntext`);
    expect(await read()).toEqual(await read());
  });

  function write(name: string, text: string): void {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  }

  function read() {
    return new MarkdownDocumentSource(directory).documents();
  }
});
