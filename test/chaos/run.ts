/** `npm run chaos -- --minutes N [--seed S]`: random faults under load for as long as asked; exits 1 on a broken promise. */
import { parseArgs } from "node:util";
import { ensureRedisBinary } from "../support/redis-binary.ts";
import { chaos } from "./chaos.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string" },
    rate: { type: "string", default: "8" },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
console.log(`chaos for ${values.minutes} minutes, seed ${seed}`);
await ensureRedisBinary();
const { violations, ...report } = await chaos({
  seconds: Number(values.minutes) * 60,
  seed,
  rate: Number(values.rate),
  say: (line) => console.log(line),
});
console.log(report);
for (const violation of violations) console.error(`BROKEN: ${violation}`);
console.log(violations.length === 0 ? "every promise was kept" : `${violations.length} promises were broken`);
process.exitCode = violations.length === 0 ? 0 : 1;
