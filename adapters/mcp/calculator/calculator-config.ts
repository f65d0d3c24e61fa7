import type { McpServerConfig } from "../server-config.ts";

let loaded: Promise<typeof import("./calculator-server.ts")> | undefined;

/** Not every process that knows of the calculator calculates. */
function server() {
  loaded ??= import("./calculator-server.ts");
  return loaded;
}

/** The built-in calculator, in this process. */
export const CALCULATOR: McpServerConfig = {
  server_id: "calculator",
  source: "builtin",
  target: {
    kind: "memory",
    create: async () => (await server()).createCalculatorServer(),
    call: async (_name, { expression }) => (await server()).calculate(String(expression)),
  },
  tools: [],
  expected_tools: [],
  secrets: [],
};
