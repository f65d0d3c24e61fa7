import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** What was asked for is not something that can be done; the message says what is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A command's arguments by its options, and what stands beside them. Throws UsageError. */
export function parseOptions<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
