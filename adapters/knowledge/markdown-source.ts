import { readdir, readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { DocumentId } from "../../domain/ids.ts";
import type { Document, Section } from "../../domain/knowledge/chunk.ts";
import { documentSlugs } from "../../domain/knowledge/slug.ts";
import type { DocumentSource, UnreadableDocument } from "../../domain/ports/document-source.ts";
import { parseMarkdown } from "./markdown.ts";

/** Larger files are hardly prose, and would hold up the process while they are parsed. */
const LARGEST_MEBIBYTES = 5;
const EXTENSIONS = [".md", ".markdown", ".txt"];

/**
 * The Markdown and text files below a directory, in the order of their paths. Hidden files and folders and
 * node_modules are left out; links are followed to files inside the directory, not out of it nor to folders.
 */
export class MarkdownDocumentSource implements DocumentSource {
  readonly location: string;

  constructor(directory: string) {
    this.location = directory;
  }

  async documents(): Promise<{
    readonly documents: readonly Document[];
    readonly unreadable: readonly UnreadableDocument[];
  }> {
    const unreadable: UnreadableDocument[] = [];
    const report = (location: string, error: unknown) =>
      unreadable.push({ location, reason: error instanceof Error ? error.message : String(error) });

    const files = await this.#files("", report);
    const slugs = documentSlugs(files);
    const documents: Document[] = [];
    for (const location of files) {
      try {
        const { title, sections } = parse(await this.#read(location), location);
        documents.push({ document_id: slugs.get(location) as DocumentId, title, location, sections });
      } catch (error) {
        report(location, error);
      }
    }
    return { documents, unreadable };
  }

  /** Paths of files below `folder`, relative to the directory, with forward slashes. */
  async #files(folder: string, report: (location: string, error: unknown) => void): Promise<string[]> {
    try {
      const entries = await readdir(path.join(this.location, folder), { withFileTypes: true });
      const found: string[] = [];
      for (const entry of entries) {
        if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
        const location = path.posix.join(folder, entry.name);
        if (entry.isDirectory()) found.push(...(await this.#files(location, report)));
        else if (EXTENSIONS.includes(extensionOf(location))) found.push(location);
      }
      return found.sort();
    } catch (error) {
      report(folder || this.location, error);
      return [];
    }
  }

  async #read(location: string): Promise<string> {
    const root = await realpath(this.location);
    const file = await realpath(path.join(root, location));
    if (!file.startsWith(root + path.sep)) throw new Error("the link leads out of the directory");
    const stats = await stat(file);
    if (!stats.isFile()) throw new Error("it is not a file");
    if (stats.size > LARGEST_MEBIBYTES * 1024 * 1024) {
      throw new Error(`it is larger than ${LARGEST_MEBIBYTES} MiB`);
    }
    return decode(await readFile(file));
  }
}

function parse(text: string, location: string): { title: string; sections: readonly Section[] } {
  const name = titleFromName(location);
  if (extensionOf(location) === ".txt") return { title: name, sections: [{ path: [name], text }] };
  try {
    return parseMarkdown(text, name);
  } catch (error) {
    throw new Error("it cannot be parsed; is it nested thousands of levels deep?", { cause: error });
  }
}

function decode(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (text.includes("\0")) throw new Error("it holds NUL characters: is it a binary file?");
    return text.replaceAll("\r\n", "\n");
  } catch (error) {
    throw error instanceof TypeError ? new Error("it is not UTF-8 text", { cause: error }) : error;
  }
}

function extensionOf(location: string): string {
  return path.posix.extname(location).toLowerCase();
}

/** "guides/getting_started.md" → "Getting started". */
function titleFromName(location: string): string {
  const name = path.posix
    .basename(location, path.posix.extname(location))
    .replace(/[-_\s]+/g, " ")
    .trim();
  return name.charAt(0).toUpperCase() + name.slice(1);
}
