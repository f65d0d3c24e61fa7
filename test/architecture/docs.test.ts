import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync, type TSPropertySignature, type TSSignature, Visitor } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { MarkdownDocumentSource } from "../../adapters/knowledge/markdown-source.ts";
import { COUNTERS, HISTOGRAMS } from "../../adapters/telemetry/metrics.ts";
import { sanitize } from "../../domain/guardrails/sanitize.ts";
import { chunkDocument } from "../../domain/knowledge/chunking.ts";
import { REPOSITORY } from "../support/planted-tree.ts";
import { type RepositoryFile, repositoryFiles } from "../support/repository-files.ts";

const PAGES = repositoryFiles("{README,CHANGELOG}.md").concat(repositoryFiles("docs/**/*.md"));
const PROSE = PAGES.map((page) => ({ ...page, text: withoutCode(page.text) }));

describe("the documentation", () => {
  it("links only to what exists, down to the heading", () => {
    expect(PROSE.flatMap(linksOf).length).toBeGreaterThan(20);
    expect(PROSE.flatMap(linksOf).filter((link) => !resolves(link))).toEqual([]);
  });

  it("is reachable from the README, page by page", () => {
    const linked = PROSE.filter(({ name }) => name === "README.md").flatMap(linksOf);
    const guides = PAGES.map(({ name }) => name).filter((name) => /^docs\/[^/]+\.md$/.test(name));
    expect(linked).toEqual(expect.arrayContaining(guides));
  });

  it("names only files and folders of the repository that exist", () => {
    const named = PAGES.flatMap(({ text }) =>
      matches(text, /`((?:domain|application|adapters|composition|infra|test|docs)\/[\w./-]*)`/g),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(unique(named).filter((name) => !existsSync(path.join(REPOSITORY, name)))).toEqual([]);
  });

  it("mentions only npm scripts that exist", () => {
    const npmsOwn = ["ci", "install", "rebuild"];
    const { scripts } = JSON.parse(read("package.json"));
    const mentioned = PAGES.flatMap(({ text }) => matches(text, /(?:^|`)npm (?:run )?([a-z][\w:-]*)/gm));
    expect(unique(mentioned)).toEqual(expect.arrayContaining(["start", "test", "check", "ask"]));
    expect(unique(mentioned).filter((name) => !(name in scripts || npmsOwn.includes(name)))).toEqual([]);
  });

  it("explains every metric, and no other", () => {
    const explained = PAGES.flatMap(({ text }) => matches(text, /`(baton_\w+)`/g));
    expect(unique(explained)).toEqual(Object.keys({ ...COUNTERS, ...HISTOGRAMS }).sort());
  });
});

describe("docs/configuration.md", () => {
  const documented = matches(read("docs/configuration.md"), /^\| `([A-Z][A-Z0-9_]*)` \|/gm);

  it("has a row for every variable of .env.example, and no other", () => {
    const offered = matches(read(".env.example"), /^# ?([A-Z][A-Z0-9_]*)=/gm);
    expect(offered.length).toBeGreaterThan(20);
    expect(unique(documented)).toEqual(unique(offered));
  });

  it("has a row for every variable that a process reads", () => {
    const asked = [
      ...matches(
        read("composition/config.ts") + read("composition/embedding-config.ts"),
        /(?<!routed\()"([A-Z][A-Z0-9_]+)"/g,
      ),
      ...repositoryFiles("composition/*.ts").flatMap(({ text }) => matches(text, /process\.env\.([A-Z_]+)/g)),
    ];
    expect(asked.length).toBeGreaterThan(20);
    expect(unique(asked).filter((name) => !documented.includes(name))).toEqual([]);
  });

  it("has one row per variable", () => {
    expect(documented.toSorted()).toEqual(unique(documented));
  });
});

describe("docs/events.md", () => {
  const documented = new Map(
    read("docs/events.md")
      .replace(/\n {2,}/g, " ")
      .split("\n")
      .flatMap((line) => {
        const [, type, data] = /^- `([a-z]+(?:\.[a-z_]+)+)` .*?Data: (.*)$/.exec(line) ?? [];
        return type === undefined || data === undefined ? [] : [[type, fieldsNamed(data)] as const];
      }),
  );

  it("has every event type of the domain with its fields, and no other", () => {
    const defined = eventData();
    expect(defined.size).toBeGreaterThan(30);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(defined));
  });
});

describe("docs/http-api.md", () => {
  it("has every route of the API, and no other", () => {
    const served = repositoryFiles("adapters/http/routes/*.ts")
      .flatMap(({ text }) => [...text.matchAll(/method: "([A-Z]+)",\s+path: "([^"]+)"/g)])
      .map(([, method, path]) => `${method} ${path?.replace(/\{\w+_id\}/, "{id}")}`)
      .filter((route) => route !== "GET /docs/{file}");
    expect(served.length).toBeGreaterThan(15);
    expect(unique(matches(read("docs/http-api.md"), /`((?:GET|POST) \/[^`]*)`/g))).toEqual(unique(served));
  });
});

describe("as the knowledge that answers are drawn from, the documentation", () => {
  it("holds nothing that the guardrails would take out", async () => {
    const { documents } = await new MarkdownDocumentSource(path.join(REPOSITORY, "docs")).documents();
    const chunks = documents.flatMap(chunkDocument);
    expect(chunks.length).toBeGreaterThan(100);
    expect(chunks.filter(({ text }) => sanitize(text).applied.length > 0)).toEqual([]);
  });
});

/** Fields before explanations in parentheses: "`error` (`code`, `message`); optional: `step`" are error and step?. */
function fieldsNamed(data: string): string[] {
  const sentence = data.replace(/\([^)]*\)/g, "").split(/\.(?:\s|$)/)[0] ?? "";
  const [always = "", sometimes = ""] = sentence.split("optional:");
  const fieldsIn = (part: string) => matches(part, /`(\w+)`/g);
  return [...fieldsIn(always), ...fieldsIn(sometimes).map((field) => `${field}?`)].sort();
}

/** The fields of each event's data as `EventData` declares them, optional ones with a question mark. */
function eventData(): Map<string, string[]> {
  const file = "domain/run/events.ts";
  const interfaces = new Map<string, TSSignature[]>();
  new Visitor({
    TSInterfaceDeclaration: (node) => {
      interfaces.set(node.id.name, node.body.body);
    },
  }).visit(parseSync(file, read(file)).program);

  const fields = (members: readonly TSSignature[]) =>
    members
      .filter((member) => member.type === "TSPropertySignature")
      .map((member) => `${keyOf(member)}${member.optional ? "?" : ""}`)
      .sort();
  const members = (interfaces.get("EventData") ?? []).filter(
    (member) => member.type === "TSPropertySignature",
  );
  return new Map(
    members.map((member) => {
      const type = member.typeAnnotation?.typeAnnotation;
      if (type?.type === "TSTypeLiteral") return [keyOf(member), fields(type.members)];
      const name =
        type?.type === "TSTypeReference" && type.typeName.type === "Identifier" ? type.typeName.name : "";
      return [keyOf(member), fields(interfaces.get(name) ?? [])];
    }),
  );
}

function keyOf({ key }: TSPropertySignature): string {
  if (key.type === "Identifier") return key.name;
  return key.type === "Literal" ? String(key.value) : "";
}

/** Targets of a page's links within the repository, relative to its root, with their fragment. */
function linksOf({ name, text }: Pick<RepositoryFile, "name" | "text">): string[] {
  return matches(text, /\]\(([^)\s]+)\)/g)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) =>
      target.startsWith("#")
        ? name + target
        : path.posix.normalize(path.posix.join(path.posix.dirname(name), target)),
    );
}

function resolves(link: string): boolean {
  const [file = "", fragment] = link.split("#");
  if (!existsSync(path.join(REPOSITORY, file))) return false;
  return fragment === undefined || anchorsOf(read(file)).includes(fragment);
}

/** As GitHub makes them: lower case, without punctuation, spaces as hyphens. */
function anchorsOf(markdown: string): string[] {
  return matches(withoutCode(markdown), /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^(`{3,})[\s\S]*?^\1$/gm, "");
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, group]) => group ?? "");
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function read(name: string): string {
  return readFileSync(path.join(REPOSITORY, name), "utf8");
}
