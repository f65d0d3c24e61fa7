import type { ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import { type RecordedTool, toolsAfter } from "../../domain/replay/tools.ts";
import type { ServerFault, ToolDescriptor } from "../../domain/tools/tool.ts";

/** A run without any tool at hand still had tools announced: without one it would have waited for a worker. */
const NOTHING_AT_HAND: ToolDescriptor = {
  name: "(not recorded)",
  source: "builtin",
  server_id: "recorded",
  permission_scope: "read",
  description: "",
  input_schema: { type: "object" },
  annotations: {},
  available: false,
  unavailable_reason: "it is not recorded",
};

export interface ReplayToolCatalogOptions {
  readonly tools: readonly RecordedTool[];
  readonly faults: readonly ServerFault[];
  /**
   * What is known of tools beside the record, by name: descriptions and schemas are taken from here, and tools that
   * are not available, which are not recorded.
   */
  readonly described: ReadonlyMap<string, ToolDescriptor>;
  /** Names of tools that were asked for: what the record shows of them is all there was. */
  readonly asked: ReadonlySet<string>;
  /** How many requests to a model there were so far: tools come and go while a run is under way. */
  readonly turns: () => number;
}

/** The tools that the record shows, as they were at each point of it. Nothing here can be executed. */
export class ReplayToolCatalog implements ToolCatalog {
  readonly #options: ReplayToolCatalogOptions;

  constructor(options: ReplayToolCatalogOptions) {
    this.#options = options;
  }

  async list(): Promise<readonly ToolDescriptor[]> {
    const { tools, described, asked, turns } = this.#options;
    const recorded = toolsAfter(turns(), tools).map((tool) => {
      const known = described.get(tool.name);
      if (known === undefined) return tool;
      const { description, input_schema, annotations } = known;
      return { ...tool, description, input_schema, annotations };
    });
    const shown = new Set([...asked, ...tools.map(({ descriptor }) => descriptor.name)]);
    const beside = [...described.values()].filter(({ name, available }) => !available && !shown.has(name));
    const listed = [...recorded, ...beside];
    return listed.length > 0 ? listed : [NOTHING_AT_HAND];
  }

  async faults(): Promise<readonly ServerFault[]> {
    return this.#options.faults;
  }
}
