import { describe, expect, it } from "vitest";
import { readConfig } from "../../../composition/config.ts";

const KEY = { OPENAI_API_KEY: "sk-test-0123456789" };
const model = (env: Readonly<Record<string, string>>) => readConfig({ ...KEY, ...env }).model;

describe("the configuration of models", () => {
  it("takes prices by model, in dollars per million tokens", () => {
    const { prices } = model({ MODEL_PRICES: "big=2.5/10, llama3:8b=0/0" });
    expect(prices).toEqual({ big: { input: 2.5, output: 10 }, "llama3:8b": { input: 0, output: 0 } });
  });

  it.each(["big", "big=2", "big=2/x", "big=-1/2", "=1/2", "big=1/2/3/4", "big=1/2/", "big=/2"])(
    "refuses %s as a price",
    (price) => {
      expect(() => model({ MODEL_PRICES: price })).toThrow("MODEL_PRICES takes model=input/output");
    },
  );

  it("takes a third price, for input that the server has in its cache", () => {
    expect(model({ MODEL_PRICES: "big=2.5/10/0.25" }).prices).toEqual({
      big: { input: 2.5, output: 10, cached: 0.25 },
    });
  });

  it("has those capabilities judged by a model that are routed to one by name", () => {
    const named = { MODEL_ROUTING_PLANNING_MODEL: "small", MODEL_ROUTING_CLASSIFICATION_MODEL: "small" };
    expect(model(named).judged).toEqual(["planning", "classification"]);
    expect(
      model({ MODEL_ROUTING_DEFAULT_MODEL: "big", MODEL_ROUTING_GENERATION_MODEL: "big" }).judged,
    ).toEqual([]);
    expect(model({ MODEL_ROUTING_PLANNING_MODEL: " " }).judged).toEqual([]);
    // Without a key there is no model that could judge.
    expect(readConfig(named).model.judged).toEqual([]);
  });

  it.each(["sk-…", "two words", "ключ"])("refuses %j as a key, without repeating it", (key) => {
    const refused = () => readConfig({ OPENAI_API_KEY: key });
    expect(refused).toThrow("OPENAI_API_KEY takes letters, digits and signs");
    expect(refused).not.toThrow(key);
  });

  it("wants no price of a model that is never asked", () => {
    const env = { MODEL_ROUTING_GENERATION_MODEL: "big", MODEL_ROUTING_DEFAULT_MODEL: "small" };
    const priced = { ...env, MODEL_PRICES: "big=1/2", RUN_MODEL_BUDGET_USD: "1" };
    expect(model(priced).budget_usd).toBe(1);
    expect(() => model({ ...priced, MODEL_ROUTING_VERIFICATION_MODEL: "small" })).toThrow(
      "no price for small",
    );
  });

  it("refuses a budget for models whose price nobody knows", () => {
    const env = { OPENAI_MODEL: "big", MODEL_ROUTING_PLANNING_MODEL: "small", RUN_MODEL_BUDGET_USD: "1" };
    expect(() => model({ ...env, MODEL_PRICES: "big=1/2" })).toThrow("has no price for small");
    expect(model({ ...env, MODEL_PRICES: "big=1/2,small=0/0" }).budget_usd).toBe(1);
  });

  it("takes a budget without prices when no model is asked", () => {
    expect(readConfig({ RUN_MODEL_BUDGET_USD: "1" }).model.budget_usd).toBe(1);
  });

  it("limits answers when there is a budget, and as it is told", () => {
    const priced = { OPENAI_MODEL: "big", MODEL_PRICES: "big=1/2", RUN_MODEL_BUDGET_USD: "1" };
    expect(model({}).max_output_tokens).toBeNull();
    expect(model(priced).max_output_tokens).toBe(4096);
    expect(model({ ...priced, MODEL_MAX_OUTPUT_TOKENS: "500" }).max_output_tokens).toBe(500);
  });

  it("takes the longest silence of a model in seconds", () => {
    const { first_token_ms, between_tokens_ms } = model({ MODEL_FIRST_TOKEN_SECONDS: "2.5" });
    expect([first_token_ms, between_tokens_ms]).toEqual([2500, 30_000]);
  });
});
