import { describe, expect, it } from "vitest";
import type { RunId } from "../../../domain/ids.ts";
import { ABSTENTION } from "../../../domain/model/abstention.ts";
import type { Command } from "../../../domain/run/commands.ts";
import type { RecalledTurn } from "../../../domain/run/events.ts";
import { type Grounding, verifyAnswer } from "../../../domain/run/verification.ts";
import { stateAfter } from "../../support/given.ts";
import {
  ALLOW,
  ANSWER,
  begin,
  COMPLETIONS,
  complete,
  observe,
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

const EARLIER: readonly RecalledTurn[] = [
  { run_id: "run-1" as RunId, message: "My name is Ada, I have a cat called Mimi", answer: "Hello Ada." },
  { run_id: "run-2" as RunId, message: "When does a lease end?", answer: "In time [leases#when-2]." },
];
const inConversation = (message: string) => [
  start({ message, continues: true }),
  begin("receive"),
  observe("receive", { type: "conversation.recalled", data: { turns: EARLIER, omitted: 0 } }),
  complete(COMPLETIONS.receive),
  ...[through("plan"), through("retrieve")].flat(),
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
    "goes on from an earlier turn",
    inConversation("And in other words?"),
    "Somebody has it.",
    ["conversation", true, false],
  ],
  [
    "tells what was said before",
    inConversation("What did I ask you before?"),
    "About leases.",
    ["conversation", true, false],
  ],
  [
    "says again what earlier turns hold",
    inConversation("Please recall Ada's pet"),
    "Ada has a cat called Mimi.",
    ["conversation", true, false],
  ],
  [
    "cites what an earlier answer cited",
    inConversation("What is a lease?"),
    "It expires [leases#when-2].",
    ["citations", true, false],
  ],
  [
    "cites nothing and has nothing to do with the conversation",
    inConversation("What is a worker?"),
    "A worker is a person with a job.",
    ["ungrounded", false, true],
  ],
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
    const verified = verifyAnswer(stateAfter(...run, say(answer)), "ask");
    expect(verified).toMatchObject({ grounding, verification: { passed, overrulable } });
  });

  it("cites nothing though there is evidence passes as what the model knows, unless a person is to be asked", () => {
    const state = stateAfter(...upTo("respond"), say("A lease expires."));
    expect(verifyAnswer(state, "pass")).toMatchObject({
      grounding: "own_knowledge",
      verification: { passed: true },
    });
    expect(verifyAnswer(state, "ask")).toMatchObject({
      grounding: "ungrounded",
      verification: { passed: false, overrulable: true },
    });
  });

  it("cites what does not exist is told which", () => {
    const { verification } = verifyAnswer(
      stateAfter(...upTo("respond"), say("Yes [leases#when-2].")),
      "pass",
    );
    expect(verification.reason).toContain("leases#when-2");
  });
});
