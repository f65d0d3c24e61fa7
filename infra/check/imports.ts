import { parseSync, Visitor } from "oxc-parser";

export interface ImportedModule {
  /** As written; null when it is computed, so that nobody can say what it imports. */
  readonly specifier: string | null;
  /** Type imports vanish when the file runs. */
  readonly typeOnly: boolean;
  /** Counted from 1. */
  readonly line: number;
}

/** What a module imports in any way TypeScript knows: statements, re-exports, `import()`, `require`, types. */
export function importsOf(fileName: string, source: string): readonly ImportedModule[] {
  const { program, comments, errors } = parseSync(fileName, source);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${fileName}: ${error.message}`);

  const imports: ImportedModule[] = [];
  const add = (specifier: string | null, start: number, typeOnly = false) => {
    imports.push({ specifier, typeOnly, line: source.slice(0, start).split("\n").length });
  };

  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.start, node.importKind === "type"),
    ExportAllDeclaration: (node) => add(node.source.value, node.start, node.exportKind === "type"),
    ExportNamedDeclaration: (node) => {
      if (node.source) add(node.source.value, node.start, node.exportKind === "type");
    },
    ImportExpression: (node) => add(literal(node.source), node.start),
    TSImportType: (node) => add(node.source.value, node.start, true),
    TSExternalModuleReference: (node) => add(node.expression.value, node.start),
    CallExpression: (node) => {
      const callee = source.slice(node.callee.start, node.callee.end);
      if (["require", "require.resolve", "import.meta.resolve"].includes(callee)) {
        add(literal(node.arguments[0]), node.start);
      }
    },
  }).visit(program);

  for (const comment of comments) {
    const reference = /^\/\s*<reference\s+(?:types|path|lib)\s*=\s*["'](.+?)["']/.exec(comment.value);
    if (reference?.[1] !== undefined) add(reference[1], comment.start, true);
  }
  return imports;
}

function literal(
  node: { type: string; value?: unknown; quasis?: { value: { cooked: string | null } }[] } | undefined,
) {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type === "TemplateLiteral" && node.quasis?.length === 1)
    return node.quasis[0]?.value.cooked ?? null;
  return null;
}
