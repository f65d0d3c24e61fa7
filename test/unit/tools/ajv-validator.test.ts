import { describe, expect, it } from "vitest";
import { AjvSchemaValidator } from "../../../adapters/json-schema/ajv-validator.ts";
import type { Json, JsonObject } from "../../../domain/json.ts";

const validator = new AjvSchemaValidator();
const messages = (schema: JsonObject, value: Json) =>
  validator.validate(schema, value).map(({ pointer, message }) => `${pointer} | ${message}`);

const SEARCH: JsonObject = {
  type: "object",
  properties: {
    query: { type: "string", minLength: 1 },
    limit: { type: ["integer", "null"], maximum: 100 },
    order: { enum: ["newest", "oldest"] },
    tags: { type: "array", items: { type: "string" } },
    "a/b": { type: "boolean" },
  },
  required: ["query"],
  additionalProperties: false,
};

describe("what a value breaks is told with the field and what would be right", () => {
  it.each<[string, Json, readonly string[]]>([
    ["nothing", { query: "x", limit: null, order: "newest" }, []],
    ["a missing field", {}, ["/query | query is required and must be a string"]],
    ["a wrong type", { query: 5 }, ["/query | query must be a string, not a number"]],
    [
      "several types",
      { query: "x", limit: "9" },
      ["/limit | limit must be an integer or null, not a string"],
    ],
    ["an enum", { query: "x", order: "best" }, ['/order | order must be one of "newest", "oldest"']],
    ["a nested value", { query: "x", tags: ["a", 1] }, ["/tags/1 | tags[1] must be a string, not a number"]],
    ["a bound", { query: "x", limit: 101 }, ["/limit | limit must be <= 100"]],
    ["the whole", [], [" | the value must be an object, not an array"]],
    ["a name that needs escaping", { query: "x", "a/b": 1 }, ["/a~1b | a/b must be a boolean, not a number"]],
    [
      "an unknown field",
      { query: "x", q: 1 },
      ["/q | q is not a known field; known fields: query, limit, order, tags, a/b"],
    ],
    [
      "several at once",
      { query: "", limit: 1.5 },
      [
        "/query | query must NOT have fewer than 1 characters",
        "/limit | limit must be an integer or null, not a number",
      ],
    ],
  ])("%s", (_what, value, expected) => {
    expect(messages(SEARCH, value)).toEqual(expected);
  });

  it("but at most twenty times", () => {
    const schema: JsonObject = { type: "array", items: { type: "string" } };
    expect(validator.validate(schema, Array(1000).fill(1))).toHaveLength(20);
  });

  it("without quoting the value, which may be a secret", () => {
    expect(JSON.stringify(messages({ type: "string", const: "a" }, "s3cret"))).not.toContain("s3cret");
  });
});

describe("dialects", () => {
  const tuple = { prefixItems: [{ type: "string" }] };
  const oldTuple = { items: [{ type: "string" }] };

  it("2020-12 is the default", () => {
    expect(messages(tuple, [1])).toHaveLength(1);
    expect(messages({ $schema: "https://json-schema.org/draft/2020-12/schema", ...tuple }, [1])).toHaveLength(
      1,
    );
  });

  it.each([
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-07/schema",
    "https://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-06/schema#",
    "https://json-schema.org/draft/2019-09/schema",
  ])("%s is understood", ($schema) => {
    expect(messages({ $schema, ...oldTuple }, [1])).toHaveLength(1);
    expect(messages({ $schema, ...oldTuple }, ["x"])).toEqual([]);
    expect(messages({ $schema, ...tuple }, [1])).toEqual([]);
  });

  it("an unknown one is read as 2020-12", () => {
    expect(messages({ $schema: "https://example.com/my-dialect", ...tuple }, [1])).toHaveLength(1);
  });
});

describe("schemas of strangers", () => {
  it("may use keywords and formats that nobody knows", () => {
    expect(
      messages({ type: "string", format: "color", "x-order": 1, markdownDescription: "…" }, "red"),
    ).toEqual([]);
  });

  it("have their formats checked", () => {
    expect(messages({ format: "email" }, "nobody")).toEqual([' | the value must match format "email"']);
    expect(messages({ format: "date-time" }, "2025-01-01T00:00:00Z")).toEqual([]);
  });

  it("may refer to themselves", () => {
    const tree: JsonObject = {
      type: "object",
      properties: { children: { type: "array", items: { $ref: "#" } }, id: { $ref: "#/$defs/id" } },
      $defs: { id: { type: "integer" } },
    };
    expect(messages(tree, { children: [{ children: [], id: 1 }] })).toEqual([]);
    expect(messages(tree, { children: [{ id: "one" }] })).toEqual([
      "/children/0/id | children[0].id must be an integer, not a string",
    ]);
  });

  it("may share an $id", () => {
    expect(messages({ $id: "https://example.com/args", type: "string" }, 1)).toHaveLength(1);
    expect(messages({ $id: "https://example.com/args", type: "number" }, 1)).toEqual([]);
    expect(messages({ $id: "https://example.com/args", type: "string" }, "x")).toEqual([]);
  });

  it("are never fetched from elsewhere", () => {
    expect(messages({ $ref: "http://127.0.0.1:9/schema.json" }, 1)).toEqual([
      " | the schema cannot be used: it refers to http://127.0.0.1:9/schema.json, which is not part of it, and nothing is fetched",
    ]);
  });

  it.each<[string, JsonObject, RegExp]>([
    ["is no schema", { type: "text" }, /cannot be used: schema is invalid/],
    ["has a broken pattern", { pattern: "(" }, /cannot be used: Invalid regular expression/],
    ["has a $schema that is no text", { $schema: 7, type: "nope" }, /cannot be used/],
    ["is asynchronous", { $async: true, type: "string" }, /asynchronous/],
    [
      "hides an asynchronous part",
      { properties: { a: { $async: true, type: "string" } } },
      /cannot be used: async/,
    ],
    ["is enormous", { description: "x".repeat(600_000) }, /too large/],
    ["refers to itself only", { $ref: "#" }, /nested too deeply/],
  ])("make an issue when one %s", (_what, schema, expected) => {
    const issues = validator.validate(schema, {});
    expect(issues).toHaveLength(1);
    expect(issues[0]?.message).toMatch(expected);
    // A schema that cannot be used must not spoil the ones that can.
    expect(messages(SEARCH, { query: "x" })).toEqual([]);
    expect(messages({ $schema: "http://json-schema.org/draft-07/schema#", type: "string" }, "x")).toEqual([]);
  });

  it("nested beyond the stack make an issue", () => {
    let deepSchema: JsonObject = {};
    let deepValue: JsonObject = {};
    for (let depth = 0; depth < 100_000; depth += 1) {
      deepSchema = { properties: { a: deepSchema } };
      deepValue = { a: deepValue };
    }
    expect(validator.validate(deepSchema, {})).toHaveLength(1);
    expect(validator.validate({ properties: { a: { $ref: "#" } } }, deepValue)).toHaveLength(1);
  });

  const exponential: JsonObject = {
    $ref: "#/$defs/d0",
    $defs: Object.fromEntries([
      ...Array.from({ length: 40 }, (_, i) => {
        const next = { $ref: `#/$defs/d${i + 1}` };
        return [`d${i}`, { anyOf: [next, next] }];
      }),
      ["d40", { type: "string" }],
    ]),
  };

  it.each<[string, JsonObject, Json]>([
    ["a backtracking pattern", { type: "string", pattern: "^(a+)+$" }, `${"a".repeat(50)}!`],
    [
      "a backtracking property pattern",
      { patternProperties: { "^(a+)+$": {} } },
      { [`${"a".repeat(50)}!`]: 1 },
    ],
    ["exponential alternatives", exponential, 1],
    ["uniqueness among very many", { uniqueItems: true }, Array.from({ length: 200_000 }, (_, i) => ({ i }))],
  ])("are given up on in time: %s", (_what, schema, value) => {
    const impatient = new AjvSchemaValidator({ time_limit_ms: 100 });
    const started = performance.now();
    expect(impatient.validate(schema, value)[0]?.message).toMatch(
      /takes too long \(not finished after 100 ms\)/,
    );
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("that took too long to compile in a busy moment are tried again later", async () => {
    let busy = true;
    const schema = {
      properties: {
        get name() {
          const until = performance.now() + (busy ? 300 : 0);
          while (performance.now() < until);
          return { type: "string" };
        },
      },
    };
    const tooLong = [{ pointer: "", message: expect.stringContaining("takes too long") }];
    const patient = new AjvSchemaValidator({ time_limit_ms: 100, retry_after_ms: 60_000 });
    const eager = new AjvSchemaValidator({ time_limit_ms: 100, retry_after_ms: 0 });
    for (const one of [patient, eager]) expect(one.validate(schema, { name: "x" })).toEqual(tooLong);
    // Our own schemas have no limit: a busy machine makes nothing invalid.
    const trusting = new AjvSchemaValidator({ time_limit_ms: null });
    expect(trusting.validate(schema, { name: "x" })).toEqual([]);
    busy = false;
    expect(patient.validate(schema, { name: "x" })).toEqual(tooLong);
    // The machine may still be busy with something else.
    await expect.poll(() => eager.validate(schema, { name: "x" })).toEqual([]);
  });

  it("are not given up on because the machine had no time for them", () => {
    let stalls = 2;
    const schema = {
      properties: {
        get name() {
          // Waits without using the processor, as a process does that is not given any.
          if (stalls-- > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000);
          return { type: "string" };
        },
      },
    };
    const impatient = new AjvSchemaValidator({ time_limit_ms: 100 });
    expect(impatient.validate(schema, { name: "x" })).toEqual([]);
    expect(impatient.validate(schema, { name: 1 })).toMatchObject([{ pointer: "/name" }]);
  });

  it("are compiled once: the thousandth check is cheap", () => {
    const check = () => validator.validate(SEARCH, { query: "x" });
    check();
    const started = performance.now();
    for (let i = 0; i < 1000; i += 1) check();
    expect((performance.now() - started) / 1000).toBeLessThan(1);
  });
});
