import { expect, it } from "vitest";
import { repositoryFiles } from "../support/repository-files.ts";

const LIMIT = 400;
const SOURCES = "{domain,application,adapters,composition,infra,test}/**/*.{ts,tsx,mjs,lua,css,sh}";

/** Files that may be longer: name → reason. One that no longer needs it must go. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

it(`no source file is longer than ${LIMIT} lines but the known exceptions`, () => {
  const long = repositoryFiles(SOURCES)
    .filter(({ name }) => !name.startsWith("test/data/"))
    .filter(({ text }) => text.trimEnd().split("\n").length > LIMIT)
    .map(({ name }) => name);
  expect(long).toEqual(Object.keys(EXCEPTIONS).sort());
});
