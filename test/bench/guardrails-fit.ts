/**
 * Fits the weights of `domain/guardrails/wording.ts` to the labelled messages of a file:
 * `npm run guardrails:fit -- test/data/guardrails/fit.jsonl`. Logistic regression with an L2 penalty by
 * gradient descent over all messages at once: no randomness, the same file gives the same weights.
 */
import { writeFileSync } from "node:fs";
import { splitSentences } from "../../domain/guardrails/sentences.ts";
import { wordingFeatures } from "../../domain/guardrails/wording.ts";
import type { LabelledPrompt } from "./labelled-file.ts";
import { readLabelled } from "./labelled-file.ts";

const TARGET = new URL("../../domain/guardrails/wording-weights.ts", import.meta.url);
const DEFAULT_FILE = "test/data/guardrails/fit.jsonl";

/** A feature that one message alone has says more of that message than of attacks. */
const LEAST_MESSAGES = 2;
const PENALTY = 0.15;
const ROUNDS = 3000;
const STEP = 0.5;
/** Smaller weights are left out; the rest is rounded to a tenth. */
const LEAST_WEIGHT = 0.25;

interface Example {
  readonly label: 0 | 1;
  readonly features: readonly number[];
  readonly value: number;
}

export interface Model {
  readonly bias: number;
  readonly weights: ReadonlyMap<string, number>;
}

export function fitWording(prompts: readonly LabelledPrompt[]): Model {
  const messages = prompts.map(({ text, label }) => ({ label, ...wordingFeatures(splitSentences(text)) }));
  const counts = new Map<string, number>();
  for (const { features } of messages) {
    for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  }
  const names = [...counts].filter(([, count]) => count >= LEAST_MESSAGES).map(([feature]) => feature);
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const examples = messages.map(({ label, features, words }) => ({
    label,
    features: [...features].flatMap((feature) => indexOf.get(feature) ?? []),
    value: 1 / Math.sqrt(Math.max(1, words)),
  }));
  const { bias, weights } = descend(examples, names.length);
  const kept = names
    .map((name, index): [string, number] => [name, Math.round((weights[index] ?? 0) * 10) / 10])
    .filter((_, index) => Math.abs(weights[index] ?? 0) >= LEAST_WEIGHT);
  return { bias: Math.round(bias * 100) / 100, weights: new Map(kept) };
}

/** Gradient descent with momentum on the mean of the losses plus the penalty. */
function descend(examples: readonly Example[], size: number): { bias: number; weights: Float64Array } {
  const weights = new Float64Array(size);
  const velocity = new Float64Array(size);
  let bias = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const gradient = weights.map((weight) => weight * PENALTY);
    let biasGradient = 0;
    for (const { label, features, value } of examples) {
      let logOdds = bias;
      for (const feature of features) logOdds += (weights[feature] ?? 0) * value;
      const error = 1 / (1 + Math.exp(-logOdds)) - label;
      biasGradient += error;
      for (const feature of features) gradient[feature] = (gradient[feature] ?? 0) + error * value;
    }
    for (let index = 0; index < size; index++) {
      velocity[index] = 0.9 * (velocity[index] ?? 0) - (STEP / examples.length) * (gradient[index] ?? 0);
      weights[index] = (weights[index] ?? 0) + (velocity[index] ?? 0);
    }
    bias -= (STEP / examples.length) * biasGradient;
  }
  return { bias, weights };
}

function source({ bias, weights }: Model): string {
  const byWeight = new Map<number, string[]>();
  for (const [feature, weight] of weights) byWeight.set(weight, [...(byWeight.get(weight) ?? []), feature]);
  const lines = [...byWeight]
    .sort(([one], [other]) => other - one)
    .map(([weight, features]) => `  "${weight}": "${features.sort().join(",")}",`);
  return `// Written by \`npm run guardrails:fit\`; change the messages it is fitted to instead of a weight here.

export const WORDING_BIAS = ${bias};

/** Words and pairs of neighbours by the weight they have; \`^\` begins a sentence, \`$\` ends it. */
export const WORDING_WEIGHTS: Readonly<Record<string, string>> = {
${lines.join("\n")}
};
`;
}

if (import.meta.main) {
  const file = process.argv[2] ?? DEFAULT_FILE;
  const model = fitWording(readLabelled(file));
  writeFileSync(TARGET, source(model));
  console.log(`${model.weights.size} weights fitted to ${file}; now \`npm run format\``);
}
