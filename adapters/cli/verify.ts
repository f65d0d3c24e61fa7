import type { Proof, VerifyRuns } from "../../application/verify-runs.ts";
import { UnknownRunError } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import { INVARIANTS } from "../../domain/run/proof.ts";
import { parseOptions, UsageError } from "./usage.ts";

const USAGE = `usage: npm run verify -- RUN_ID…
       npm run verify -- --all

Reads what is stored of the runs at REDIS_URL and proves that each keeps every promise:
${INVARIANTS.map((invariant) => `  - ${invariant}`).join("\n")}
Exits 0 when all do, 1 when one does not, 2 on wrong usage.
`;

/** `npm run verify`: proves stored runs and prints a table. Returns the exit code. */
export async function verify(args: readonly string[], runs: VerifyRuns): Promise<number> {
  const asked = readArguments(args);
  if (asked === null) {
    process.stderr.write(USAGE);
    return 2;
  }
  const proofs = asked === "all" ? runs.all() : asked.map((run_id) => runs.one(run_id));
  let proven = 0;
  let broken = 0;
  try {
    for await (const proof of proofs) {
      process.stdout.write(row(proof));
      if (proof.violations.length === 0) proven += 1;
      else broken += 1;
    }
  } catch (error) {
    if (!(error instanceof UnknownRunError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  process.stdout.write(`${proven} proven, ${broken} broken\n`);
  return broken === 0 ? 0 : 1;
}

/** null: not usable. */
function readArguments(args: readonly string[]): readonly RunId[] | "all" | null {
  try {
    const { values, positionals } = parseOptions(args, { all: { type: "boolean", default: false } });
    if (values.all === positionals.length > 0) return null;
    return values.all ? "all" : (positionals as RunId[]);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return null;
  }
}

function row({ run_id, status, events, violations }: Proof): string {
  const verdict = violations.length === 0 ? "proven" : "BROKEN";
  const line = `${verdict}  ${run_id.padEnd(36)}  ${status.padEnd(20)}  ${String(events).padStart(5)} events\n`;
  return line + violations.map(({ invariant, found }) => `        not "${invariant}": ${found}\n`).join("");
}
