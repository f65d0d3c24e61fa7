import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { CalculationError } from "./calculation-error.ts";
import { evaluate } from "./evaluate.ts";
import { formatNumber, plainNumber } from "./format.ts";

/** Long enough for what people and models write, also for a column of numbers to add. */
const MAX_EXPRESSION_LENGTH = 2_000;

/**
 * The MCP server behind the built-in tool `calculator`. A CalculationError comes back as the tool's own
 * error (`isError`), with its message.
 */
export function createCalculatorServer(): McpServer {
  const server = new McpServer({ name: "baton-calculator", title: "Calculator", version: "1.0.0" });
  server.registerTool(
    "calculator",
    {
      title: "Calculator",
      description:
        "Evaluates an arithmetic expression exactly: + - * / ^ ! and parentheses, % as modulo (10 % 3) or percent " +
        "(200 + 10%), sqrt cbrt abs sign round(x, places) floor ceil trunc min max sum mean pow mod exp ln log(x, base) " +
        "sin cos tan asin acos atan in radians, the constants pi, e, tau, and deg for degrees (sin(30 deg)).",
      inputSchema: {
        expression: z
          .string()
          .min(1)
          .max(MAX_EXPRESSION_LENGTH)
          .describe("Arithmetic only, for example (17 + 32) * 2^10 / sqrt(2)"),
      },
      outputSchema: {
        expression: z.string().describe("The expression as it was given"),
        result: z.string().describe("The result: exact, or its nearest double when it has no end"),
        value: z.number().optional().describe("The result as a number, when a double holds it"),
      },
      annotations: { readOnlyHint: true, idempotentHint: true, destructiveHint: false, openWorldHint: false },
    },
    ({ expression }) => calculate(expression),
  );
  return server;
}

/** The tool itself: what the server answers to a call whose arguments are valid. */
export function calculate(expression: string): CallToolResult {
  try {
    const value = evaluate(expression);
    const result = formatNumber(value);
    const number = plainNumber(value);
    return {
      content: [{ type: "text", text: result }],
      structuredContent: { expression, result, ...(number !== undefined && { value: number }) },
    };
  } catch (error) {
    if (!(error instanceof CalculationError)) throw error;
    return { isError: true, content: [{ type: "text", text: error.message }] };
  }
}
