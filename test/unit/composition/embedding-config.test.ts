import path from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../../composition/config.ts";

const KEY = "sk-test-0123456789";
const OTHER_KEY = "sk-other-0123456789";
const GATEWAY = "https://gateway.example/v1";
const embedding = (env: Readonly<Record<string, string>>) => readConfig(env).embedding;

describe("what embeds documents and questions", () => {
  it("is nothing without a key", () => {
    expect(embedding({})).toBeNull();
    expect(embedding({ OPENAI_BASE_URL: GATEWAY, OPENAI_EMBEDDING_MODEL: "embed" })).toBeNull();
  });

  it("is nothing when it is off", () => {
    expect(embedding({ OPENAI_API_KEY: KEY, OPENAI_EMBEDDING_MODEL: "off" })).toBeNull();
  });

  it("is the model's server when there is a key, if it can", () => {
    expect(embedding({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: GATEWAY })).toEqual({
      api_key: KEY,
      base_url: GATEWAY,
      model: "text-embedding-3-small",
      optional: true,
    });
    expect(embedding({ OPENAI_API_KEY: KEY })).toMatchObject({ base_url: null, optional: true });
  });

  it("is the model that was asked for", () => {
    expect(embedding({ OPENAI_API_KEY: KEY, OPENAI_EMBEDDING_MODEL: "embed" })).toMatchObject({
      model: "embed",
      optional: false,
    });
  });

  it("is a server of its own, which gets no key but its own", () => {
    const env = { OPENAI_API_KEY: KEY, OPENAI_EMBEDDING_BASE_URL: "http://localhost:11434/v1" };
    expect(embedding(env)).toMatchObject({ api_key: "none", base_url: "http://localhost:11434/v1" });
    expect(embedding({ ...env, OPENAI_EMBEDDING_API_KEY: OTHER_KEY })).toMatchObject({ api_key: OTHER_KEY });
    expect(embedding(env)).toMatchObject({ optional: false });
  });

  it("shares the key where it is one server", () => {
    const env = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: GATEWAY };
    const url = "https://gateway.example/embed/v1";
    expect(embedding({ ...env, OPENAI_EMBEDDING_BASE_URL: url })).toMatchObject({ api_key: KEY });
    const openai = "https://api.openai.com/v1";
    expect(embedding({ ...env, OPENAI_EMBEDDING_BASE_URL: openai })).toMatchObject({ api_key: "none" });
    expect(embedding({ OPENAI_API_KEY: KEY, OPENAI_EMBEDDING_BASE_URL: openai })).toMatchObject({
      api_key: KEY,
    });
  });

  it("works beside the deterministic model", () => {
    const config = readConfig({ OPENAI_EMBEDDING_BASE_URL: "http://localhost:11434/v1" });
    expect(config.model.api_key).toBeNull();
    expect(config.embedding).toMatchObject({ api_key: "none" });
  });

  it("has a URL that is one, and a key that is never shown", () => {
    expect(() => readConfig({ OPENAI_EMBEDDING_BASE_URL: "localhost:11434" })).toThrow(
      "OPENAI_EMBEDDING_BASE_URL takes a URL",
    );
    expect(readConfig({ OPENAI_EMBEDDING_API_KEY: OTHER_KEY }).secrets).toContain(OTHER_KEY);
  });
});

it("keeps files that may be deleted in the user's cache, or where it is told", () => {
  expect(readConfig({}).cache_dir).toMatch(new RegExp(`\\${path.sep}\\.cache\\${path.sep}baton$`));
  expect(readConfig({ CACHE_DIR: "/var/cache/baton" }).cache_dir).toBe("/var/cache/baton");
});
