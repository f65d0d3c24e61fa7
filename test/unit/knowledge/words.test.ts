import { describe, expect, it } from "vitest";
import { terms } from "../../../adapters/knowledge/terms.ts";
import { words } from "../../../domain/knowledge/words.ts";

describe("words", () => {
  it.each([
    ["are lower case", "The LEASE", ["the", "lease"]],
    ["have no accents", "Café naïve Ångström", ["cafe", "naive", "angstrom"]],
    [
      "have no possessive, and no apostrophe",
      "the worker's lease isn't ours’",
      ["the", "worker", "lease", "isnt", "ours"],
    ],
    ["are the parts of a setting", "WORKER_TTL_SECONDS=5", ["worker", "ttl", "seconds", "5"]],
    ["are an identifier and its parts", "RunSession", ["runsession", "run", "session"]],
    ["keep acronyms together", "parseJSONFile", ["parsejsonfile", "parse", "json", "file"]],
    ["are parts of a path", "ai:run:{id}/events-all", ["ai", "run", "id", "events", "all"]],
    ["keep letters and digits together", "sha256 v1.2", ["sha256", "v1", "2"]],
    ["are found where no spaces stand between them", "東京に行く", ["東京", "に", "行く"]],
    ["keep the marks that letters are made of", "हिन्दी 한국어", ["हिन्दी", "한국어"]],
    ["are none where there are none", "… — !?", []],
  ])("%s", (_, text, expected) => {
    expect(words(text)).toEqual(expected);
  });
});

describe("terms", () => {
  it("are the same for the forms of a word", () => {
    expect(terms("retrying retries")).toEqual(["retri", "retri"]);
    expect(terms("recovers recovered recovering")).toEqual(["recov", "recov", "recov"]);
  });

  it("are no function words, nor what wraps a question", () => {
    expect(terms("Please, could you tell me what a lease is?")).toEqual(terms("lease"));
    expect(terms("What's it? Don't they?")).toEqual([]);
  });
});
