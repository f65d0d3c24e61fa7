import { existsSync, globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { IMPORT_RULES, type ImportRule } from "./import-rules.ts";
import { type ImportedModule, importsOf } from "./imports.ts";

export interface Violation {
  /** `file:line`, relative to the root. */
  readonly at: string;
  readonly reason: string;
}

export interface BoundaryReport {
  /** How many modules were read: a check that read none has proved nothing. */
  readonly modules: number;
  readonly violations: readonly Violation[];
}

interface Module {
  readonly file: string;
  readonly rule: ImportRule;
  readonly imports: readonly ImportedModule[];
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const CODE = "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}";
const NOT_OURS = ["**/node_modules/**", "**/dist/**"];

/** Reads every module below `root` and holds its imports against `IMPORT_RULES`. */
export function checkBoundaries(root: string): BoundaryReport {
  const manifest: Manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const modules: Module[] = [];
  const violations: Violation[] = [];

  for (const file of globSync(CODE, { cwd: root, exclude: NOT_OURS }).map(toPosix).sort()) {
    const rule = ruleFor(file);
    if (rule === undefined) {
      violations.push({ at: file, reason: "its folder has no line in infra/check/import-rules.ts" });
      continue;
    }
    const imports = importsOf(file, readFileSync(path.join(root, file), "utf8"));
    modules.push({ file, rule, imports });
    for (const imported of imports) {
      const reason = judge({ root, manifest, file, rule, imported });
      if (reason !== null) violations.push({ at: `${file}:${imported.line}`, reason });
    }
  }
  violations.push(...cycles(modules));
  return { modules: modules.length, violations };
}

interface Question {
  readonly root: string;
  readonly manifest: Manifest;
  readonly file: string;
  readonly rule: ImportRule;
  readonly imported: ImportedModule;
}

/** Why the import is forbidden, or null. */
function judge({ root, manifest, file, rule, imported }: Question): string | null {
  const { specifier, typeOnly } = imported;
  if (specifier === null) {
    return rule.production ? "a computed import cannot be checked; write the module's name" : null;
  }
  if (specifier.startsWith(".")) {
    const target = localTarget(file, specifier);
    if (!existsSync(path.join(root, target))) return `${specifier} does not exist`;
    const allowed = [rule.folder, ...rule.folders];
    return allowed.some((folder) => contains(folder, target))
      ? null
      : `${name(rule)} may not import ${target}`;
  }
  if (isBuiltin(specifier)) return rule.builtins ? null : `${name(rule)} may not import ${specifier}`;

  const packageName = packageOf(specifier);
  if (rule.packages !== "declared" && !rule.packages.includes(packageName)) {
    return `${name(rule)} may not import the package ${packageName}`;
  }
  return isDeclared(packageName, manifest, typeOnly || !rule.production)
    ? null
    : `${packageName} is not declared in package.json${rule.production ? "'s dependencies" : ""}`;
}

function ruleFor(file: string): ImportRule | undefined {
  const rules = IMPORT_RULES.filter((rule) => contains(rule.folder, file));
  return rules.sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** "" is the top level: the files there, not what lies in folders below. */
function contains(folder: string, file: string): boolean {
  return folder === "" ? !file.includes("/") : file.startsWith(`${folder}/`);
}

function name(rule: ImportRule): string {
  return rule.folder === "" ? "the top level" : rule.folder;
}

/** The imported file relative to the root, without what a bundler reads after `?`. */
function localTarget(file: string, specifier: string): string {
  return toPosix(path.join(path.dirname(file), specifier.replace(/\?.*$/, "")));
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function isDeclared(packageName: string, manifest: Manifest, developmentToo: boolean): boolean {
  const { dependencies = {}, devDependencies = {} } = manifest;
  if (packageName in dependencies) return true;
  const typesPackage = `@types/${packageName.replace(/^@/, "").replace("/", "__")}`;
  return developmentToo && (packageName in devDependencies || typesPackage in devDependencies);
}

/** One violation per cycle found; type imports count, since a reader has to follow them all the same. */
function cycles(modules: readonly Module[]): Violation[] {
  const targets = new Map(
    modules.map(({ file, imports }) => [
      file,
      imports.flatMap(({ specifier }) => (specifier?.startsWith(".") ? [localTarget(file, specifier)] : [])),
    ]),
  );
  const found: Violation[] = [];
  const finished = new Set<string>();
  const visit = (file: string, trail: readonly string[]) => {
    const start = trail.indexOf(file);
    if (start >= 0) {
      found.push({ at: file, reason: `import cycle: ${[...trail.slice(start), file].join(" → ")}` });
      return;
    }
    if (finished.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...trail, file]);
    finished.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return found;
}

function toPosix(file: string): string {
  return file.split(path.sep).join("/");
}
