import { describe, expect, it } from "vitest";
import { ABSTENTION } from "../../../domain/model/abstention.ts";
import type { Command } from "../../../domain/run/commands.ts";
import { type Grounding, verifyAnswer } from "../../../domain/run/verification.ts";
import { stateAfter } from "../../support/given.ts";
import {
  ALLOW,
  ANSWER,
  begin,
  COMPLETIONS,
  complete,
  request,
  result,
  say,
  start,
  through,
  upTo,
} from "../../support/run-commands.ts";

const calculated = [request({ c1: ALLOW }), result("c1"), begin("respond")];
const withContext = [
  start({ context: "A lease names its owner." }),
  ...[through("receive"), through("plan"), through("retrieve")].flat(),
  begin("respond"),
];
const nothingFound = [
  ...upTo("retrieve"),
  complete({ ...COMPLETIONS.retrieve, chunks: [] }),
  begin("respond"),
];

type Expected = readonly [grounding: Grounding, passed: boolean, overrulable: boolean];

const RULES: readonly (readonly [
  what: string,
  run: readonly Command[],
  answer: string,
  expected: Expected,
])[] = [
  ["cites what was retrieved", upTo("respond"), ANSWER, ["citations", true, false]],
  [
    "cites what was not retrieved",
    upTo("respond"),
    `${ANSWER} It expires [leases#when-2].`,
    ["ungrounded", false, true],
  ],
  [
    "cites what was not retrieved, though a tool was used",
    [...upTo("respond"), ...calculated],
    "It expires [leases#when-2].",
    ["ungrounded", false, true],
  ],
  [
    "cites nothing though there is evidence",
    upTo("respond"),
    "A lease expires.",
    ["ungrounded", false, true],
  ],
  [
    "cites nothing, after a tool was used",
    [...upTo("respond"), ...calculated],
    "17 + 32 = 49",
    ["tool_result", true, false],
  ],
  ["cites nothing, with the user's own context", withContext, "Its owner.", ["context", true, false]],
  ["cites nothing where nothing was found", nothingFound, "Hello!", ["nothing_to_cite", true, false]],
  [
    "says that the documents do not tell",
    upTo("respond"),
    `${ABSTENTION} Sorry.`,
    ["abstained", false, false],
  ],
  [
    "says so after a tool was used",
    [...upTo("respond"), ...calculated],
    ABSTENTION,
    ["abstained", false, false],
  ],
];

describe("an answer that", () => {
  it.each(RULES)("%s", (_, run, answer, [grounding, passed, overrulable]) => {
    const verified = verifyAnswer(stateAfter(...run, say(answer)));
    expect(verified).toMatchObject({ grounding, verification: { passed, overrulable } });
  });

  it("cites what does not exist is told which", () => {
    const { verification } = verifyAnswer(stateAfter(...upTo("respond"), say("Yes [leases#when-2].")));
    expect(verification.reason).toContain("leases#when-2");
  });
});
