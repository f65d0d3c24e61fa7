import { z } from "zod";
import { TerminalError } from "../../domain/errors.ts";
import { isSecretName, secretsIn } from "./secrets.ts";
import type { ClientCredentials, McpServerConfig, ServerTarget, ToolSettings } from "./server-config.ts";
import { type Environment, substitute } from "./substitute.ts";

/** The `mcpServers` file is not as it must be. The message names every server and field; it holds no values. */
export class McpConfigError extends TerminalError {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super("invalid_mcp_config", `the MCP configuration is not valid: ${problems.join("; ")}`);
    this.problems = problems;
  }
}

export interface McpConfig {
  readonly servers: readonly McpServerConfig[];
  /** Ids of entries with `"disabled": true`. */
  readonly disabled: readonly string[];
}

const ToolSettingsSchema = z.strictObject({
  policy: z.enum(["allow", "ask", "deny"]).optional(),
  scope: z.enum(["read", "write", "destructive"]).optional(),
  on_unknown_outcome: z.enum(["tell_model", "ask"]).optional(),
});

const TRANSPORTS = ["stdio", "http", "streamable-http", "streamableHttp", "sse"] as const;

/** Fields that other MCP hosts know and Baton does not are let pass. */
const EntrySchema = z.looseObject({
  type: z.enum(TRANSPORTS).optional(),
  command: z.string().min(1).optional(),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  cwd: z.string().min(1).optional(),
  url: z.string().min(1).optional(),
  headers: z.record(z.string(), z.string()).default({}),
  oauth: z
    .strictObject({
      client_id: z.string().min(1),
      client_secret: z.string().min(1),
      issuer: z.string().min(1).optional(),
      scope: z.string().min(1).optional(),
    })
    .optional(),
  tools: z.record(z.string().min(1), ToolSettingsSchema).default({}),
});

type Entry = z.infer<typeof EntrySchema>;

const FileSchema = z.looseObject({
  mcpServers: z.record(z.string(), z.looseObject({ disabled: z.boolean().optional() })),
});

const SERVER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Reads the `mcpServers` format of other MCP hosts, with Baton's own `tools` in an entry: name pattern → policy, scope,
 * on_unknown_outcome. `${VAR}` and `${VAR:-default}` are replaced in every text of an entry. A server that needs a
 * variable which is not set becomes one that cannot be reached, and says so. Throws McpConfigError.
 */
export function parseMcpConfig(text: string, environment: Environment): McpConfig {
  const file = FileSchema.safeParse(parseJson(text));
  if (!file.success) throw new McpConfigError(file.error.issues.map((issue) => describeIssue([], issue)));

  const entries = Object.entries(file.data.mcpServers);
  const enabled = entries.filter(([, { disabled }]) => disabled !== true);
  const parsed = enabled.map(([name, entry]) => parseEntry(name, entry, environment));
  const problems = parsed.flatMap((one) => ("problems" in one ? one.problems : []));
  if (problems.length > 0) throw new McpConfigError(problems);
  return {
    servers: parsed.flatMap((one) => ("problems" in one ? [] : [one])),
    disabled: entries.filter(([, { disabled }]) => disabled === true).map(([name]) => name),
  };
}

function parseEntry(
  name: string,
  entry: unknown,
  environment: Environment,
): McpServerConfig | { readonly problems: readonly string[] } {
  const path = ["mcpServers", name];
  if (!SERVER_ID.test(name)) {
    const wanted =
      "a server's name has 1 to 64 letters, digits, _ or -, since it stands in front of tool names";
    return { problems: [`${path.join(".")}: ${wanted}`] };
  }
  const result = EntrySchema.safeParse(entry);
  if (!result.success) return { problems: result.error.issues.map((issue) => describeIssue(path, issue)) };

  const texts = new EntryTexts(environment);
  const target = targetOf(result.data, texts);
  if (typeof target === "string") return { problems: [`${path.join(".")}${target}`] };
  const tools = Object.entries(result.data.tools).map(([pattern, settings]) => ({ pattern, ...settings }));
  return {
    server_id: name,
    source: "mcp",
    target: texts.complaint === undefined ? target : { kind: "none", reason: texts.complaint },
    tools: tools as readonly ToolSettings[],
    expected_tools: [],
    secrets: texts.secrets,
  };
}

/** How the entry's server is reached, or what is wrong with the entry. */
function targetOf(entry: Entry, texts: EntryTexts): ServerTarget | string {
  const { type, command, url, oauth } = entry;
  if (command !== undefined && url !== undefined)
    return ': has both "command" and "url"; a server has one of them';
  if (command !== undefined) {
    if (type !== undefined && type !== "stdio") return `.type: a server with a "command" is of type "stdio"`;
    return {
      kind: "stdio",
      command: texts.resolve("command", command),
      args: entry.args.map((text, index) => texts.resolve(`args[${index}]`, text)),
      env: texts.resolveAll("env", entry.env),
      ...(entry.cwd !== undefined && { cwd: texts.resolve("cwd", entry.cwd) }),
    };
  }
  if (url !== undefined) {
    if (type === "stdio") return `.type: a server with a "url" is of type "http" or "sse"`;
    const address = texts.resolve("url", url);
    if (texts.complaint === undefined && !isHttpUrl(address))
      return ".url: must be a URL with http:// or https://";
    texts.hideIn(address);
    return {
      kind: type === "sse" ? "sse" : "http",
      url: address,
      headers: texts.resolveAll("headers", entry.headers),
      ...(oauth !== undefined && { oauth: credentialsOf(oauth, texts) }),
      ...(type === undefined && { either: true }),
    };
  }
  return ': needs "command" (a program to start) or "url" (a server to reach)';
}

function credentialsOf(oauth: NonNullable<Entry["oauth"]>, texts: EntryTexts): ClientCredentials {
  const given = Object.entries(oauth).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]]));
  const {
    client_id = "",
    client_secret = "",
    issuer,
    scope,
  } = texts.resolveAll("oauth", Object.fromEntries(given));
  return {
    client_id,
    client_secret,
    ...(issuer !== undefined && { issuer }),
    ...(scope !== undefined && { scope }),
  };
}

/** The texts of one entry with variables put in; remembers what was missing and what must not be shown. */
class EntryTexts {
  readonly #environment: Environment;
  readonly #secrets = new Set<string>();
  readonly #missing = new Map<string, string>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  get secrets(): readonly string[] {
    return [...this.#secrets];
  }

  /** Which variables are not set, and where they are needed. */
  get complaint(): string | undefined {
    if (this.#missing.size === 0) return undefined;
    return [...this.#missing].map(([name, field]) => `${name} is not set (needed for ${field})`).join(", ");
  }

  resolve(field: string, text: string): string {
    const { text: resolved, missing, used } = substitute(text, this.#environment);
    for (const name of missing) this.#missing.set(name, field);
    for (const { name, value } of used) if (isSecretName(name)) this.#hide(value);
    return resolved;
  }

  resolveAll(field: string, values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const resolved = Object.entries(values).map(
      ([name, value]) => [name, this.resolve(`${field}.${name}`, value)] as const,
    );
    for (const [name, value] of resolved) if (isSecretName(name)) this.#hide(value);
    return Object.fromEntries(resolved);
  }

  /** A URL can carry a password or a key. */
  hideIn(url: string): void {
    if (!isHttpUrl(url)) return;
    const { password, searchParams } = new URL(url);
    this.#hide(decodeURIComponent(password));
    for (const [name, value] of searchParams) if (isSecretName(name)) this.#hide(value);
  }

  #hide(value: string): void {
    for (const secret of secretsIn(value)) this.#secrets.add(secret);
  }
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** JSON.parse quotes the text around an error, and with it perhaps a token: only the place is told. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    const position = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length);
    const lines = text.slice(0, position).split("\n");
    throw new McpConfigError([
      `it is not JSON: see line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`,
    ]);
  }
}

function describeIssue(path: readonly string[], issue: z.core.$ZodIssue): string {
  return `${[...path, ...issue.path.map(String)].join(".") || "the file"}: ${issue.message}`;
}
