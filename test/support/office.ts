import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { RunClient } from "../../adapters/cli/run-client.ts";
import { readConfig } from "../../composition/config.ts";
import { createLocalProcess } from "../../composition/local.ts";
import type { RunId } from "../../domain/ids.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import type { Script } from "./openai-model.ts";
import { OpenAiServer } from "./openai-server.ts";

const OFFICE = fileURLToPath(new URL("./mcp/office-server.ts", import.meta.url));

/** What else is in the documents: a search finds nothing special in a single text. */
const OTHER_NOTES = ["Leases expire.", "Queues are durable.", "Workers drain.", "Tools ask.", "Events stay."]
  .map((text, index) => `## Note ${index}\n\n${text}\n\n`)
  .join("");

export interface OfficeOptions {
  readonly model: Script;
  /** What the office's reading tools return. */
  readonly text?: string;
  /** What the documents say about reports. */
  readonly document?: string;
  /** More of the environment of the tools' server, and of its entry. */
  readonly server_env?: Readonly<Record<string, string>>;
  readonly server_entry?: object;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Baton in one process, asked over HTTP, with a model behind OpenAI's wire format and the tools of `office-server.ts`, a
 * process whose effects are counted.
 */
export class Office implements AsyncDisposable {
  readonly client: RunClient;
  readonly model: OpenAiServer;
  readonly #directory: string;
  readonly #close: () => Promise<void>;

  private constructor(directory: string, model: OpenAiServer, url: string, close: () => Promise<void>) {
    this.#directory = directory;
    this.model = model;
    this.client = new RunClient(url, null);
    this.#close = close;
  }

  static async open(options: OfficeOptions): Promise<Office> {
    const directory = await mkdtemp(path.join(tmpdir(), "baton-office-"));
    const file = (name: string) => path.join(directory, name);
    const { text = "", document = "It rained." } = options;
    await mkdir(file("docs"));
    await writeFile(file("docs/notes.md"), `# Notes\n\n${OTHER_NOTES}## Reports\n\n${document}\n`);
    await writeFile(file("text"), text);
    await writeFile(file("effects"), "");
    const env = { TEXT_FILE: file("text"), EFFECTS_FILE: file("effects"), ...options.server_env };
    const office = { command: process.execPath, args: [OFFICE], env, ...options.server_entry };
    await writeFile(file("mcp.json"), JSON.stringify({ mcpServers: { office } }));
    const model = await OpenAiServer.start(options.model);
    const engine = await createLocalProcess(
      readConfig({
        PORT: "0",
        LOG_LEVEL: "silent",
        DRAIN_SECONDS: "0",
        KNOWLEDGE_DIR: file("docs"),
        MCP_CONFIG: file("mcp.json"),
        OPENAI_API_KEY: "sk-test-0123456789abcdef",
        OPENAI_BASE_URL: model.url,
        ...options.env,
      }),
    );
    await engine.start();
    return new Office(directory, model, `http://127.0.0.1:${engine.port}`, () => engine.close());
  }

  /** Follows a run to its end, or until `enough` holds. */
  async follow(
    run_id: RunId,
    enough: (event: RunEvent) => boolean = () => false,
  ): Promise<readonly RunEvent[]> {
    const events: RunEvent[] = [];
    for await (const event of this.client.follow(run_id, AbortSignal.timeout(20_000))) {
      events.push(event);
      if (enough(event)) break;
    }
    return events;
  }

  /** What the office's tools did to the world, in order: `tool to`. */
  async effects(): Promise<readonly string[]> {
    const lines = (await readFile(path.join(this.#directory, "effects"), "utf8")).split("\n");
    return lines.filter(Boolean).map((line) => {
      const { tool, to } = JSON.parse(line) as { readonly tool: string; readonly to: string };
      return `${tool} ${to}`;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await this.model[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
