import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OUT_OF_REACH } from "../../../domain/run/out-of-reach.ts";
import { PLAN_RULES, type PlanInput, plan } from "../../../domain/run/planning.ts";

const planned = (message: string, given: Partial<PlanInput> = {}) =>
  plan({ message, context: null, mode: "answer", has_earlier_turns: false, ...given });

const typeOf = (message: string, given: Partial<PlanInput> = {}) => planned(message, given).plan_type;

describe("a message that asks for nothing needs clarification", () => {
  it.each([
    ["hi"],
    ["Hi!"],
    ["hello there"],
    ["hey!"],
    ["Hello 👋"],
    ["HELLO"],
    ["good morning"],
    ["Good evening, everyone"],
    ["hey baton"],
    ["how are you?"],
    ["Hi, how are you doing today?"],
    ["what's up?"],
    ["what’s up"],
    ["thanks"],
    ["Thank you very much!"],
    ["ok, thanks"],
    ["thx :)"],
    ["bye"],
    ["ok"],
    ["cool"],
    ["hola"],
    ["Bonjour !"],
    ["Guten Tag"],
    ["привет"],
    ["你好"],
    ["नमस्ते"],
    ["???"],
    ["..."],
    ["?"],
    ["🙂"],
    ["👍👍👍"],
    ["— … —"],
    ["\u200b"],
    ["help"],
    ["Help!"],
    ["info?"],
    ["test"],
    ["why?"],
    ["continue"],
    ["help me please"],
    ["I have a question"],
    ["can I ask you something?"],
    ["What can you do?"],
    ["who are you?"],
    ["fix it"],
    ["explain that"],
    ["Explain this in detail, please"],
    ["can you summarize this?"],
    ["tell me more about it"],
    ["what is that?"],
    ["how does it work?"],
    ["why is that"],
    ["translate it into German"],
    ["fix this bug"],
    ["what does this error mean?"],
  ])("%s", (message) => {
    expect(typeOf(message)).toBe("needs_clarification");
  });

  it("asks back and names two questions that work", () => {
    const greeting = planned("hi");
    expect(greeting).toMatchObject({
      plan_type: "needs_clarification",
      reason: expect.stringContaining("small talk"),
    });
    expect(greeting).toHaveProperty("reply", expect.stringMatching(/^Hello!.*\?.*“.+\?”.*“.+\?”\.$/));
  });

  it.each([
    ["explain that", { has_earlier_turns: true }],
    ["why?", { has_earlier_turns: true }],
    ["ok", { has_earlier_turns: true }],
    ["fix it", { context: "const a = ;" }],
    ["Summarize this", { context: "A long text.", mode: "summarize" }],
    ["...", { context: "A long text.", mode: "summarize" }],
  ] as const)("but %s is clear with %o", (message, given) => {
    expect(typeOf(message, given)).toBe("direct_answer");
  });

  it.each([["hi"], ["thanks"], ["???"], ["help"]])("and %s stays unclear after earlier turns", (message) => {
    expect(typeOf(message, { has_earlier_turns: true })).toBe("needs_clarification");
  });

  it("takes a blank context for none", () => {
    expect(typeOf("explain that", { context: " \n" })).toBe("needs_clarification");
  });
});

describe("what no document and no tool can give cannot be answered", () => {
  it.each([
    ["What's the weather in Paris?", "weather"],
    ["what is the weather like today", "weather"],
    ["Weather in New York tomorrow?", "weather"],
    ["Will it rain tomorrow in London?", "weather"],
    ["Is it raining outside?", "weather"],
    ["What time is it?", "date or time"],
    ["What time is it in Tokyo right now?", "date or time"],
    ["what's today's date", "date or time"],
    ["Tell me the current time", "date or time"],
    ["What is the current stock price of Apple?", "prices"],
    ["stock price of Tesla now", "prices"],
    ["How much is Bitcoin worth right now?", "prices"],
    ["What is the price of bitcoin?", "prices"],
    ["latest news about Ukraine", "news"],
    ["Who won the game last night?", "news"],
    ["Send an email to bob@example.com", "messages"],
    ["Please send an e-mail to my boss about the delay", "messages"],
    ["Could you send a message to Anna?", "messages"],
    ["Call my mom", "messages"],
    ["Text Anna that I am late", "messages"],
    ["call +1 555 123 4567", "messages"],
    ["Book a flight to Berlin", "bookings"],
    ["Can you book me a table for two?", "bookings"],
    ["Order me a pizza", "bookings"],
    ["Make a reservation for tonight", "bookings"],
    ["Schedule a meeting with Tom tomorrow", "bookings"],
    ["Set an alarm for 7am", "alarms"],
    ["Remind me to drink water", "alarms"],
    ["Play some music", "alarms"],
    ["turn off the lights", "alarms"],
    ["Generate an image of a cat", "images"],
    ["draw a dragon", "images"],
    ["Can you create a logo for my startup?", "images"],
  ])("%s", (message, what) => {
    const answer = planned(message);
    expect(answer.plan_type).toBe("cannot_answer");
    expect(answer).toHaveProperty("reply", expect.stringContaining(what));
  });

  it.each([
    ["How do I send an email in Python?"],
    ["Send an email in Python: show me the code"],
    ["Write a script that sends an email"],
    ["What is the weather API used in chapter 2?"],
    ["How does weather affect crops?"],
    ["What does the weather tool return?"],
    ["What is the time complexity of binary search?"],
    ["What is the time to live of a worker key?"],
    ["How is the current time passed to the decider?"],
    ["What happens at the current step?"],
    ["How do I set a timer for a run?"],
    ["What sends messages to queue:tools?"],
    ["Text files that are ingested"],
    ["Phone numbers that are redacted"],
    ['Call calculator with {"expression": "1 + 1"}'],
    ["call my function twice"],
    ["Create a Docker image of the API"],
    ["create an image tag for the release"],
    ["Draw a conclusion from the benchmark"],
    ["Draw a sequence diagram of a run"],
    ["Book recommendations about Redis"],
    ["Get me the README of octocat/hello-world"],
    ["Play is a framework, isn't it?"],
    ["Order of steps in a workflow"],
    ["What is the exchange of messages between workers?"],
    ["Who wins when two workers claim a run?"],
    ["Generate a summary of the images section"],
  ])("a question about such things is answered: %s", (message) => {
    expect(typeOf(message)).toBe("direct_answer");
  });

  it.each([
    ["What's the weather in Paris?", { name: "get_forecast", description: "Weather forecast by city" }],
    ["Send an email to Bob", { name: "send_email", description: "Sends mail" }],
    ["What time is it in Tokyo?", { name: "get_current_time", description: "Time in a time zone" }],
    ["Generate an image of a cat", { name: "generate_image", description: "" }],
  ])("an offered tool that could do it overrules: %s", (message, tool) => {
    expect(typeOf(message, { tools: [tool] })).toBe("direct_answer");
    expect(typeOf(message, { tools: [{ name: "calculator", description: "Evaluates arithmetic" }] })).toBe(
      "cannot_answer",
    );
  });

  it("live data may stand in the context; a deed never does", () => {
    expect(typeOf("What's the weather in Paris?", { context: "Paris: 21 °C, sunny" })).toBe("direct_answer");
    expect(typeOf("Send an email to Bob", { context: "bob@example.com" })).toBe("cannot_answer");
  });
});

describe("everything else is answered", () => {
  it.each([
    ["17 + 32"],
    ["What is a lease?"],
    ["lease"],
    ["Redis"],
    ["Hello, what is a lease?"],
    ["hi, 17 + 32"],
    ["Thanks! And how is a run retried?"],
    ["good run"],
    ["Was ist ein Lease?"],
    ["¿Qué es un lease?"],
    ["什么是租约？"],
    ["リースとは何ですか"],
    ["Как повторяется запуск?"],
    ["ما هو عقد الإيجار؟"],
    ["7"],
    ["List the files in octocat/hello-world"],
    ["What happens in phase one"],
    ["what is this lease about to do when the worker dies"],
  ])("%s", (message) => {
    expect(typeOf(message)).toBe("direct_answer");
  });

  it("whatever the message is, it is planned quickly and never throws", () => {
    const hostile = [
      "a".repeat(32_000),
      "hi ".repeat(10_000),
      `weather ${"in a ".repeat(60)}!`,
      `${"please ".repeat(4_000)}fix`,
      "\ud800".repeat(1_000),
      "\u0301".repeat(32_000),
      "👩‍👩‍👧‍👦".repeat(1_000),
    ];
    for (const message of hostile) {
      const started = performance.now();
      planned(message);
      expect(performance.now() - started).toBeLessThan(2_000);
    }
    const codePoints = fc.array(fc.integer({ min: 0, max: 0x10ffff }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(codePoints, (message) => {
        expect(planned(String.fromCodePoint(...message)).reason).not.toBe("");
      }),
    );
  });

  it("each rule has its own id", () => {
    const ids = [...PLAN_RULES, ...OUT_OF_REACH].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
