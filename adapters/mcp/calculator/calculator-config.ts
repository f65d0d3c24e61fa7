import type { McpServerConfig } from "../server-config.ts";

/** The built-in calculator, in this process. */
export const CALCULATOR: McpServerConfig = {
  server_id: "calculator",
  source: "builtin",
  target: {
    kind: "memory",
    create: async () => (await import("./calculator-server.ts")).createCalculatorServer(),
  },
  tools: [],
  expected_tools: [],
  secrets: [],
};
