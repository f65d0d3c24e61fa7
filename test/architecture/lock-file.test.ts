import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { REPOSITORY } from "../support/planted-tree.ts";

interface LockedPackage {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (name: string) => readFileSync(path.join(REPOSITORY, name), "utf8");
const manifest = JSON.parse(read("package.json"));
const locked: Readonly<Record<string, LockedPackage>> = JSON.parse(read("package-lock.json")).packages;

describe("the lock file", () => {
  it("names no registry", () => {
    expect(read("package-lock.json")).not.toMatch(/"resolved"|"https?:\/\/[^"]*registry/);
  });

  it("pins every package, also those of other platforms: `npm ci` refuses one with gaps", () => {
    const packages = Object.keys(locked).filter((name) => name !== "");
    expect(packages.filter((name) => locked[name]?.version === undefined)).toEqual([]);

    const names = new Set(
      packages.map((name) => name.slice(name.lastIndexOf("node_modules/") + "node_modules/".length)),
    );
    const wanted = packages.flatMap((name) =>
      Object.keys({ ...locked[name]?.dependencies, ...locked[name]?.optionalDependencies }),
    );
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });

  it("belongs to a package.json of exact versions", () => {
    const wanted: string[] = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(wanted.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it("lets Node's own installer run, and no other install script", () => {
    const scripted = Object.entries(
      JSON.parse(read("package-lock.json")).packages as Record<string, { hasInstallScript?: true }>,
    )
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([name]) => name.replace(/^.*node_modules\//, ""));
    expect(Object.keys(manifest.allowScripts)).toEqual(expect.arrayContaining(scripted));
    expect(Object.entries(manifest.allowScripts).filter(([, allowed]) => allowed)).toEqual([["node", true]]);
  });
});
