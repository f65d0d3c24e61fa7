import type { ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import type { ToolInvoker } from "../../domain/ports/tool-invoker.ts";
import { scopeOf } from "../../domain/tools/permission.ts";
import type {
  ServerFault,
  ToolAnnotations,
  ToolDescriptor,
  ToolOutput,
  ToolProgress,
  ToolRequest,
} from "../../domain/tools/tool.ts";

export interface ScriptedTool {
  readonly annotations?: ToolAnnotations;
  readonly descriptor?: Partial<ToolDescriptor>;
  run(
    request: ToolRequest,
    signal: AbortSignal,
    onProgress: (progress: ToolProgress) => void,
  ): Promise<string>;
}

/** Tools whose moments a test controls; `executions` are the requests that reached one. */
export class ScriptedToolbox implements ToolCatalog, ToolInvoker {
  readonly executions: ToolRequest[] = [];
  readonly #tools: ReadonlyMap<string, ScriptedTool>;

  readonly #faults: readonly ServerFault[];

  constructor(tools: Readonly<Record<string, ScriptedTool>>, faults: readonly ServerFault[] = []) {
    this.#faults = faults;
    this.#tools = new Map(Object.entries(tools));
  }

  async list(): Promise<readonly ToolDescriptor[]> {
    return [...this.#tools].map(([name, { annotations = {}, descriptor }]) => ({
      name,
      source: "mcp",
      server_id: "scripted",
      permission_scope: scopeOf(annotations),
      description: `the scripted tool ${name}`,
      input_schema: { type: "object" },
      annotations,
      available: true,
      unavailable_reason: null,
      ...descriptor,
    }));
  }

  async faults(): Promise<readonly ServerFault[]> {
    return this.#faults;
  }

  async invoke(
    request: ToolRequest,
    signal: AbortSignal,
    onProgress: (progress: ToolProgress) => void = () => undefined,
  ): Promise<ToolOutput> {
    const tool = this.#tools.get(request.tool_name);
    if (tool === undefined) throw new Error(`no scripted tool ${request.tool_name}`);
    this.executions.push(request);
    return { content: [{ type: "text", text: await tool.run(request, signal, onProgress) }] };
  }

  onChange(): () => void {
    return () => undefined;
  }

  async start(): Promise<void> {
    this.executions.length = 0;
  }

  async close(): Promise<void> {
    this.executions.length = 0;
  }
}
