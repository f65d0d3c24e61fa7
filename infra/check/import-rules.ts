/**
 * Who may import whom. An allow-list by folder: what is not named here is forbidden, so a new adapter folder or
 * a new package in one needs a line, and a vendor's package stays in the one folder that names it.
 */
export interface ImportRule {
  /** The folder the rule is about; the longest match wins. "" is the top level itself. */
  readonly folder: string;
  /** Folders it may import from, besides itself. */
  readonly folders: readonly string[];
  /** Packages it may import; "declared" = whatever package.json names. */
  readonly packages: readonly string[] | "declared";
  /** May it import `node:*`? */
  readonly builtins: boolean;
  /** Does it run where only production dependencies are installed? */
  readonly production: boolean;
}

const drivenAdapter = (name: string, packages: readonly string[] = []): ImportRule => ({
  folder: `adapters/${name}`,
  folders: ["domain"],
  packages,
  builtins: true,
  production: true,
});

const drivingAdapter = (name: string, packages: readonly string[] = []): ImportRule => ({
  ...drivenAdapter(name, packages),
  folders: ["domain", "application"],
});

export const IMPORT_RULES: readonly ImportRule[] = [
  { folder: "domain", folders: [], packages: [], builtins: false, production: true },
  { folder: "application", folders: ["domain"], packages: [], builtins: false, production: true },

  drivingAdapter("http", ["koa", "@koa/router", "@koa/cors", "typebox", "swagger-ui-dist"]),
  drivingAdapter("cli", ["eventsource-parser", "typebox"]),

  drivenAdapter("memory"),
  drivenAdapter("replay"),
  drivenAdapter("redis", ["ioredis"]),
  drivenAdapter("openai", ["openai", "eventsource-parser"]),
  drivenAdapter("deterministic", ["stemmer"]),
  drivenAdapter("json-schema", ["ajv", "ajv-formats"]),
  drivenAdapter("mcp", ["@modelcontextprotocol/sdk", "zod", "cross-spawn", "decimal.js"]),
  drivenAdapter("knowledge", ["markdown-it", "minisearch", "stemmer"]),
  drivenAdapter("telemetry", ["pino", "pino-pretty", "prom-client"]),

  // The page is bundled for browsers: it may import what it is made of and the domain, and nothing of the server.
  {
    folder: "adapters/web",
    folders: [],
    packages: ["vite", "@vitejs/plugin-react"],
    builtins: true,
    production: false,
  },
  {
    folder: "adapters/web/src",
    folders: ["domain"],
    packages: [
      "react",
      "react-dom",
      "wouter",
      "@tanstack/react-query",
      "@tanstack/react-virtual",
      "@base-ui/react",
      "lucide-react",
      "react-markdown",
      "remark-gfm",
      "remark-parse",
      "unified",
      "eventsource-parser",
    ],
    builtins: false,
    production: false,
  },

  {
    folder: "composition",
    folders: ["domain", "application", "adapters"],
    packages: ["inversify", "reflect-metadata"],
    builtins: true,
    production: true,
  },
  { folder: "infra", folders: [], packages: ["oxc-parser"], builtins: true, production: false },
  {
    folder: "test",
    folders: ["domain", "application", "adapters", "composition", "infra"],
    packages: "declared",
    builtins: true,
    production: false,
  },
  { folder: "", folders: [], packages: ["vitest"], builtins: true, production: false },
];
