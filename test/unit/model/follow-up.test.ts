import { describe, expect, it } from "vitest";
import { antecedents, isFollowUp, standaloneQuery } from "../../../domain/model/follow-up.ts";

const EARLIER = [
  { message: "What is a run?", answer: "A run is …" },
  { message: "How do I start Baton?", answer: "Run npm start." },
];

describe("a message that leans on the one before", () => {
  it.each([
    ["and how do I stop it?"],
    ["What about workers?"],
    ["how about tool workers"],
    ["why?"],
    ["What does it cost?"],
    ["Where are they stored?"],
    ["so what then"],
  ])("%s", (message) => {
    expect(isFollowUp(message)).toBe(true);
    expect(standaloneQuery(message, EARLIER)).toBe(`How do I start Baton?\n${message}`);
  });

  it.each([
    ["What is a lease?"],
    ["How is a run retried?"],
    ["And what happens to the effects ledger of a run when its tool worker is killed?"],
    ["17 + 32"],
  ])("not: %s", (message) => {
    expect(isFollowUp(message)).toBe(false);
    expect(standaloneQuery(message, EARLIER)).toBe(message);
  });

  it("leans on all of a chain, back to the question that stands on its own, small talk passed over", () => {
    const earlier = ["What is a run?", "What is a lease?", "how long does it last?", "Thanks!"].map(
      (message) => ({ message, answer: "…" }),
    );
    expect(antecedents("why?", earlier)).toEqual(["What is a lease?", "how long does it last?"]);
    expect(antecedents("What is a worker?", earlier)).toEqual([]);
  });

  it("searches for no more than the beginning of a long text that came before", () => {
    const earlier = [{ message: "word ".repeat(5_000), answer: "…" }];
    expect(standaloneQuery("why?", earlier).length).toBeLessThan(1_100);
  });

  it("searches for the message alone when nothing came before", () => {
    expect(standaloneQuery("and how do I stop it?", [])).toBe("and how do I stop it?");
  });
});
