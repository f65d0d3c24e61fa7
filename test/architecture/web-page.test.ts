import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { buildPage } from "../../infra/build-page.ts";
import { REPOSITORY } from "../support/planted-tree.ts";

const DIST = path.join(REPOSITORY, "adapters/web/dist");
const FIRST_LOAD_LIMIT = 300_000;

describe("the built web page", () => {
  beforeAll(() => buildPage(() => undefined));
  const read = (name: string) => readFileSync(path.join(DIST, name));
  const index = () => read("index.html").toString();
  /** What index.html makes a browser load at once. */
  const loaded = () => [...index().matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name = ""]) => name);

  it(`is there after less than ${FIRST_LOAD_LIMIT / 1000} KB, compressed`, () => {
    const files = loaded().filter((name) => /\.(?:js|css|svg)$/.test(name));
    expect(files.length).toBeGreaterThan(2);
    const bytes = files.map((name) => gzipSync(read(name), { level: 9 }).length);
    expect(bytes.reduce((sum, size) => sum + size, gzipSync(index()).length)).toBeLessThan(FIRST_LOAD_LIMIT);
  });

  it("loads nothing from elsewhere and holds no script of its own, as its policy wants it", () => {
    expect(loaded().filter((name) => !name.startsWith("/"))).toEqual([]);
    expect(index()).not.toMatch(/<script[^>]*>[^<]/);
    expect(index()).not.toMatch(/\son\w+=/);
  });

  it("brings its files compressed, so that no server has to do it for each reader", () => {
    for (const name of loaded().filter((file) => file.startsWith("/assets/"))) {
      for (const ending of [".gz", ".br"]) {
        const worth = read(name).length >= 1024;
        expect(existsSync(path.join(DIST, name + ending)), name + ending).toBe(worth);
      }
    }
  });

  it("is not built again while its sources are the same", async () => {
    const said: string[] = [];
    await buildPage((line) => said.push(line));
    expect(said).toEqual([]);
  });
});
