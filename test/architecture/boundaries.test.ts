import { globSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkBoundaries } from "../../infra/check/boundaries.ts";
import { PlantedTree, REPOSITORY } from "../support/planted-tree.ts";

const EMPTY = "export {};\n";

/** Each row: what is planted, where, and what the check says about it. */
const FORBIDDEN: readonly (readonly [what: string, file: string, source: string, reason: string])[] = [
  [
    "a package in the domain",
    "domain/run/a.ts",
    'import ajv from "ajv";',
    "domain may not import the package ajv",
  ],
  ["node: in the domain", "domain/a.ts", 'import "node:fs";', "domain may not import node:fs"],
  ["a built-in without node:", "domain/a.ts", 'import "fs";', "domain may not import fs"],
  [
    "an outer layer in the domain",
    "domain/a.ts",
    'import "../application/there.ts";',
    "domain may not import application/there.ts",
  ],
  ["node: in the application", "application/a.ts", 'import "node:fs";', "application may not import node:fs"],
  [
    "an adapter in the application",
    "application/a.ts",
    'import "../adapters/memory/there.ts";',
    "application may not import adapters/memory/there.ts",
  ],
  [
    "a type from an adapter",
    "application/a.ts",
    'import type { T } from "../adapters/memory/there.ts";',
    "application may not import adapters/memory/there.ts",
  ],
  [
    "a type of an import() type",
    "application/a.ts",
    'export type T = import("../adapters/memory/there.ts").T;',
    "application may not import adapters/memory/there.ts",
  ],
  [
    "a re-export",
    "application/a.ts",
    'export * from "../adapters/memory/there.ts";',
    "application may not import adapters/memory/there.ts",
  ],
  [
    "a named re-export",
    "application/a.ts",
    'export { t } from "../adapters/memory/there.ts";',
    "application may not import adapters/memory/there.ts",
  ],
  [
    "a re-exported type",
    "application/a.ts",
    'export type { T } from "../adapters/memory/there.ts";',
    "application may not import adapters/memory/there.ts",
  ],
  [
    "a dynamic import",
    "application/a.ts",
    'await import("../adapters/memory/there.ts");',
    "application may not import adapters/memory/there.ts",
  ],
  [
    "a dynamic import in a template",
    "application/a.ts",
    "await import(`../adapters/memory/there.ts`);",
    "application may not import adapters/memory/there.ts",
  ],
  [
    "a computed import",
    "adapters/memory/a.ts",
    "export const load = (name: string) => import(name);",
    "a computed import cannot be checked; write the module's name",
  ],
  ["a require", "domain/a.ts", 'require("ioredis");', "domain may not import the package ioredis"],
  [
    "a resolved path",
    "domain/a.ts",
    'import.meta.resolve("ioredis");',
    "domain may not import the package ioredis",
  ],
  [
    "a reference to ambient types",
    "domain/a.ts",
    '/// <reference types="node" />\nexport {};',
    "domain may not import the package node",
  ],
  [
    "another adapter",
    "adapters/redis/a.ts",
    'import "../memory/there.ts";',
    "adapters/redis may not import adapters/memory/there.ts",
  ],
  [
    "the application in a driven adapter",
    "adapters/redis/a.ts",
    'import "../../application/there.ts";',
    "adapters/redis may not import application/there.ts",
  ],
  [
    "composition in an adapter",
    "adapters/http/a.ts",
    'import "../../composition/there.ts";',
    "adapters/http may not import composition/there.ts",
  ],
  [
    "tests in production code",
    "composition/a.ts",
    'import "../test/there.ts";',
    "composition may not import test/there.ts",
  ],
  [
    "ioredis out of its home",
    "adapters/http/a.ts",
    'import "ioredis";',
    "adapters/http may not import the package ioredis",
  ],
  [
    "koa out of its home",
    "adapters/redis/a.ts",
    'import "koa";',
    "adapters/redis may not import the package koa",
  ],
  [
    "@koa/router out of its home",
    "composition/a.ts",
    'import "@koa/router";',
    "composition may not import the package @koa/router",
  ],
  [
    "openai out of its home",
    "adapters/deterministic/a.ts",
    'import "openai/resources";',
    "adapters/deterministic may not import the package openai",
  ],
  [
    "the MCP SDK out of its home",
    "adapters/http/a.ts",
    'import "@modelcontextprotocol/sdk/types.js";',
    "adapters/http may not import the package @modelcontextprotocol/sdk",
  ],
  [
    "inversify out of its home",
    "application/a.ts",
    'import "inversify";',
    "application may not import the package inversify",
  ],
  [
    "reflect-metadata out of its home",
    "adapters/memory/a.ts",
    'import "reflect-metadata";',
    "adapters/memory may not import the package reflect-metadata",
  ],
  ["an undeclared package", "test/a.ts", 'import "left-pad";', "left-pad is not declared in package.json"],
  ["a file that is not there", "domain/a.ts", 'import "./b.ts";', "./b.ts does not exist"],
  [
    "a folder that nobody allowed",
    "adapters/surprise/a.ts",
    EMPTY,
    "its folder has no line in infra/check/import-rules.ts",
  ],
  [
    "a folder at the top level",
    "helpers/a.ts",
    EMPTY,
    "its folder has no line in infra/check/import-rules.ts",
  ],
];

const TARGETS = Object.fromEntries(
  ["application", "adapters/memory", "composition", "test"].map((folder) => [`${folder}/there.ts`, EMPTY]),
);

describe("import boundaries", () => {
  it.each(FORBIDDEN)("refuse %s", (_what, file, source, reason) => {
    using tree = new PlantedTree({ ...TARGETS, [file]: source });
    const { violations } = checkBoundaries(tree.root);
    expect(violations.map((violation) => violation.reason)).toEqual([reason]);
  });

  it("refuse a production import of a package that only development installs", () => {
    using tree = new PlantedTree({
      "package.json": '{ "devDependencies": { "ioredis": "1.0.0" } }',
      "adapters/redis/a.ts": 'import "ioredis";',
    });
    expect(checkBoundaries(tree.root).violations).toEqual([
      { at: "adapters/redis/a.ts:1", reason: "ioredis is not declared in package.json's dependencies" },
    ]);
  });

  it("refuse a cycle, also one of types", () => {
    using tree = new PlantedTree({
      "domain/a.ts": 'import type { B } from "./b.ts";\nexport type A = B;',
      "domain/b.ts": 'export * from "./c.ts";\nexport type B = 1;',
      "domain/c.ts": 'export const load = () => import("./a.ts");',
    });
    expect(checkBoundaries(tree.root).violations).toEqual([
      { at: "domain/a.ts", reason: "import cycle: domain/a.ts → domain/b.ts → domain/c.ts → domain/a.ts" },
    ]);
  });

  it("say where the import stands", () => {
    using tree = new PlantedTree({ "domain/a.ts": '// one\n// two\nimport "node:fs";' });
    expect(checkBoundaries(tree.root).violations).toEqual([
      { at: "domain/a.ts:3", reason: "domain may not import node:fs" },
    ]);
  });

  it("let pass what the layers allow", () => {
    using tree = new PlantedTree({
      ...TARGETS,
      "domain/there.ts": EMPTY,
      "application/a.ts": 'import "../domain/there.ts";\nimport "./there.ts";',
      "adapters/http/a.ts": 'import "koa";\nimport "node:http";\nimport "../../application/there.ts";',
      "adapters/redis/a.ts": 'import "ioredis";\nimport "../../domain/there.ts";',
      "adapters/knowledge/a.ts": 'import type MarkdownIt from "markdown-it";\nexport type M = MarkdownIt;',
      "composition/a.ts":
        'import "inversify";\nimport "../adapters/memory/there.ts";\nimport "../application/there.ts";',
      "test/a.ts": 'import "vitest";\nimport "../composition/there.ts";',
    });
    expect(checkBoundaries(tree.root)).toEqual({ modules: 11, violations: [] });
  });

  it("read every module of this repository, and find nothing forbidden", () => {
    const written = globSync("**/*.{ts,tsx,mjs,js}", {
      cwd: REPOSITORY,
      exclude: ["**/node_modules/**", "**/dist/**"],
    });
    const report = checkBoundaries(REPOSITORY);
    expect(report.violations).toEqual([]);
    expect(report.modules).toBe(written.length);
    expect(report.modules).toBeGreaterThan(50);
  });
});
