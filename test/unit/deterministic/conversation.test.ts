import { describe, expect, it } from "vitest";
import { tellConversation } from "../../../adapters/deterministic/compose/conversation.ts";
import { request } from "./requests.ts";

const earlier = [
  { message: "What is a lease?", answer: "A lease is the right to drive a run. [concepts#lease-1]" },
  { message: "17 + 32", answer: "17 + 32 = 49." },
];
const told = (message: string) => tellConversation(request(message, { earlier }));

describe("what was said before", () => {
  it.each([
    ["What did I ask before?"],
    ["what was my last question?"],
    ["What did I just say?"],
    ["sorry, what did I ask you?"],
  ])("the question: %s", (message) => {
    expect(told(message)).toBe("You asked: “17 + 32”");
  });

  it.each([["What was my first question?"], ["what did I ask you first?"]])(
    "the first question: %s",
    (message) => {
      expect(told(message)).toBe("You asked: “What is a lease?”");
    },
  );

  it.each([["What did you say?"], ["repeat that please"], ["Say it again"], ["what was your last answer?"]])(
    "the answer: %s",
    (message) => {
      expect(told(message)).toBe("17 + 32 = 49.");
    },
  );

  it("the first answer, with what it cites", () => {
    expect(told("What was your first answer?")).toBe(earlier[0]?.answer);
  });

  it.each([["what have I asked so far?"], ["What did we talk about?"], ["show me this conversation"]])(
    "all questions: %s",
    (message) => {
      expect(told(message)).toBe("You asked:\n\n- “What is a lease?”\n- “17 + 32”");
    },
  );

  it.each([
    ["What is a lease?"],
    ["What did I need to install before?"],
    ["What does a worker say?"],
    ["repeat 17 + 32"],
    ["and times 3?"],
  ])("is not what is meant by: %s", (message) => {
    expect(told(message)).toBeNull();
  });

  it("is nothing at the beginning of a conversation", () => {
    expect(tellConversation(request("What did I ask before?"))).toBeNull();
  });
});
