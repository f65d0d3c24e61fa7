import type { Json, JsonObject } from "../../json.ts";
import type { RetrievedChunk } from "../../knowledge/chunk.ts";
import { endingText } from "../call-ending.ts";
import type { EarlierTurn, FinishedCall } from "../chat.ts";
import { fenced } from "../fence.ts";
import { JUDGE_BY_MATERIAL, objectSchema, type Question, shortened } from "./question.ts";

export interface VerificationMaterial {
  readonly message: string;
  readonly answer: string;
  readonly context: string | null;
  readonly earlier: readonly EarlierTurn[];
  readonly evidence: readonly RetrievedChunk[];
  readonly calls: readonly Omit<FinishedCall, "call_id">[];
}

export interface JudgedClaims {
  readonly claims: number;
  /** Those that nothing in the material shows. */
  readonly unsupported: readonly string[];
}

const INSTRUCTIONS = `You check whether an answer is supported by the material that it was written from. Take the answer apart into the claims that it makes about the world, the documents or what was done, and say of each whether it is supported.
- Supported: the material says it, or it follows from the material by rewording, summing up or simple arithmetic.
- Not supported: the material says nothing about it, or something else. That it may be true all the same does not matter.
- No claims: greetings, questions, offers, and the statement that something is not in the material.
- Chunk ids in square brackets name the passage that a claim goes back to; a wrong one makes the claim unsupported.
- Where the material says that its rest is left out, take what may well stand in the rest for supported.
Answer with one JSON object: {"claims": [{"claim": "…", "supported": true or false}, …]}.
${JUDGE_BY_MATERIAL}`;

const SCHEMA = objectSchema({
  claims: {
    type: "array",
    items: objectSchema({ claim: { type: "string" }, supported: { type: "boolean" } }),
  },
});

const LONGEST_PART = 60_000;
const LONGEST_RESULT = 20_000;

/** Whether an answer's claims are supported by what it rests on. */
export function verificationQuestion(material: VerificationMaterial): Question<JudgedClaims> {
  const { message, answer, context, earlier, evidence, calls } = material;
  const passages = evidence.map(({ chunk_id, text }) => `[${chunk_id}]\n${text}`);
  const results = calls.map(({ tool_name, arguments: args, ending }) => {
    const result = shortened(endingText(ending), LONGEST_RESULT);
    return `${tool_name}(${JSON.stringify(args)}) gave:\n${result}`;
  });
  const turns = earlier.map((turn) => {
    const told = (turn.tools ?? []).map(({ tool_name, result }) => `${tool_name} gave: ${result}\n`);
    return `User: ${turn.message}\n${told.join("")}Assistant: ${turn.answer}`;
  });
  const part = (name: Parameters<typeof fenced>[0], texts: readonly string[]) =>
    texts.length === 0 ? [] : [fenced(name, shortened(texts.join("\n\n"), LONGEST_PART))];
  return {
    capability: "verification",
    instructions: INSTRUCTIONS,
    message: [
      ...part("conversation", turns),
      ...part("context", context === null ? [] : [context]),
      ...part("evidence", passages),
      ...part("results", results),
      fenced("message", message),
      fenced("answer", answer),
    ].join("\n\n"),
    schema: SCHEMA,
    read: readClaims,
  };
}

function readClaims({ claims }: JsonObject): JudgedClaims | null {
  if (!Array.isArray(claims)) return null;
  const judged = claims.map(readClaim);
  if (judged.some((claim) => claim === null)) return null;
  const unsupported = judged.flatMap((claim) => (claim?.supported === false ? [claim.text] : []));
  return { claims: judged.length, unsupported };
}

function readClaim(value: Json): { readonly text: string; readonly supported: boolean } | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { claim, supported } = value as JsonObject;
  return typeof claim === "string" && typeof supported === "boolean" ? { text: claim, supported } : null;
}
