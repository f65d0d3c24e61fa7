import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gate } from "../support/engine.ts";
import { HttpApi } from "../support/http-api.ts";
import { ScriptedModel } from "../support/scripted-model.ts";

interface RunBody {
  readonly run_id: string;
  readonly status: string;
  readonly final_text?: string;
  readonly [field: string]: unknown;
}

const json = async (response: Response) => (await response.json()) as RunBody;

/** A model whose only answer does not come before the gate opens. */
function held() {
  const answer = gate();
  return { model: new ScriptedModel([[{ wait: answer.opened }, { say: "Done." }]]) };
}

describe("POST /runs", () => {
  let api: HttpApi;
  beforeAll(async () => {
    api = await HttpApi.start();
  });
  afterAll(() => api.close());

  const stateOf = async (run_id: string) => json(await api.get(`/runs/${run_id}/state`));

  it("answers 201 with the run's place, and the run is there", async () => {
    const response = await api.post("/runs", { message: "hi" });
    expect(response.status).toBe(201);
    const body = await json(response);
    expect(body).toEqual({ ok: true, run_id: expect.any(String), status: "queued" });
    expect(response.headers.get("location")).toBe(`/runs/${body.run_id}`);
    expect((await api.get(`/runs/${body.run_id}`)).status).toBe(200);
  });

  it("takes what it is given, and defaults for the rest", async () => {
    const given = {
      message: "hi",
      mode: "summarize",
      context: "about leases",
      conversation_id: "c-1",
      identity: { tenant_id: "acme", user_id: "ann" },
      metadata: { ticket: "42", ["__proto__"]: "odd" },
    };
    const { run_id } = await json(await api.post("/runs", given));
    expect(await stateOf(run_id)).toMatchObject({
      message: "hi",
      mode: "summarize",
      context: "about leases",
      conversation_id: "c-1",
      tenant_id: "acme",
      user_id: "ann",
    });
    const [started] = await api.engine.history(run_id as never);
    expect(started?.data).toMatchObject({ metadata: { ticket: "42" } });

    const plain = await stateOf(await api.ask("hi"));
    expect(plain).toMatchObject({
      mode: "answer",
      context: null,
      tenant_id: "default",
      user_id: "anonymous",
    });
  });

  it.each([
    ["unknown fields", { message: "hi", temperature: 1, nested: { a: [1] } }],
    [
      "null for what could be left out",
      { message: "hi", mode: null, context: null, identity: null, metadata: null, conversation_id: null },
    ],
    ["half an identity", { message: "hi", identity: { tenant_id: "acme", user_id: null } }],
    ["white space alone", { message: " \n" }],
    ["32,000 characters, each outside the basic plane", { message: "😀".repeat(32_000) }],
    [
      "16 pairs of metadata",
      { message: "hi", metadata: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`k${n}`, "v"])) },
    ],
  ])("accepts %s", async (_what, body) => {
    expect((await api.post("/runs", body)).status).toBe(201);
  });

  it.each([["text/plain"], ["application/x-www-form-urlencoded"], ["application/json; charset=iso-8859-1"]])(
    "reads JSON that is called %s",
    async (content_type) => {
      const response = await api.post("/runs", '\ufeff{"message": "hi"}', { "content-type": content_type });
      expect(response.status).toBe(201);
    },
  );

  it.each(["X-Run-Id", "X_Run_Id"])("lets the client choose the id by %s, once", async (header) => {
    const run_id = `chosen_by-${header.toLowerCase()}`;
    const response = await api.post("/runs", { message: "hi" }, { [header]: run_id });
    expect([response.status, (await json(response)).run_id]).toEqual([201, run_id]);
    const again = await api.post("/runs", { message: "hi" }, { [header]: run_id });
    expect([again.status, await json(again)]).toMatchObject([409, { type: "urn:baton:problem:run_exists" }]);
  });

  it.each(["short", "a".repeat(65), "with space", "slash/slash", "dots.are.not", "ümläute-"])(
    "refuses %j as a run id",
    async (run_id) => {
      const response = await api.post("/runs", { message: "hi" }, { "X-Run-Id": encodeLatin1(run_id) });
      expect([response.status, await json(response)]).toMatchObject([
        400,
        { errors: [{ in: "header", pointer: "/X-Run-Id" }] },
      ]);
    },
  );

  it("gives the caller's trace on when it is one, and ignores it when not", async () => {
    const trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
    const traced = await api.ask("hi", { traceparent: `00-${trace_id}-00f067aa0ba902b7-01` });
    const { trace } = await json(await api.get(`/runs/${traced}/trace`));
    expect(trace).toMatchObject({ trace_id });
    const other = await api.ask("hi", { traceparent: "00-not-a-trace-01" });
    const [started] = await api.engine.history(other as never);
    expect(started?.data).not.toHaveProperty("traceparent");
  });

  describe("with an Idempotency-Key", () => {
    it("leads to one run, also when two requests race", async () => {
      const racing = Array.from({ length: 20 }, () =>
        api.post("/runs", { message: "hi", mode: "answer" }, { "Idempotency-Key": "race" }),
      );
      const responses = await Promise.all(racing);
      expect(responses.map(({ status }) => status).toSorted()).toEqual([...Array(19).fill(200), 201]);
      const bodies = await Promise.all(responses.map(json));
      expect(new Set(bodies.map(({ run_id }) => run_id)).size).toBe(1);
      const locations = responses.map(({ headers }) => headers.get("location"));
      expect(new Set(locations)).toEqual(new Set([`/runs/${bodies[0]?.run_id}`]));
    });

    it("tells the run's status as it is by then", async () => {
      const ask = () => api.post("/runs", { message: "hi" }, { "Idempotency-Key": "later" });
      const first = await json(await ask());
      await api.engine.until(first.run_id as never);
      const again = await ask();
      expect([again.status, await json(again)]).toMatchObject([
        200,
        { ok: true, run_id: first.run_id, status: "completed", final_text: expect.any(String) },
      ]);
    });

    it("is the same body when only spelling differs, and refuses another", async () => {
      const key = { "Idempotency-Key": "spelled" };
      const first = await json(await api.post("/runs", '{"message":"hi","mode":"answer"}', key));
      const same = await api.post("/runs", '{ "mode":"answer", "message":"h\\u0069", "unknown": 1 }', key);
      expect([same.status, (await json(same)).run_id]).toEqual([200, first.run_id]);
      const other = await api.post("/runs", { message: "hello" }, key);
      expect([other.status, await json(other)]).toMatchObject([
        422,
        { type: "urn:baton:problem:idempotency_mismatch" },
      ]);
    });

    it("belongs to its tenant", async () => {
      const ask = (tenant_id: string) =>
        api.post("/runs", { message: "hi", identity: { tenant_id } }, { "Idempotency-Key": "shared" });
      const [one, other] = [await json(await ask("one")), await json(await ask("other"))];
      expect(one.run_id).not.toBe(other.run_id);
    });

    it("refuses a key of more than 255 characters", async () => {
      const response = await api.post("/runs", { message: "hi" }, { "Idempotency-Key": "k".repeat(256) });
      expect(response.status).toBe(400);
    });
  });

  it("refuses more runs than may be active, and says so in both ways", async () => {
    const { model } = held();
    await using limited = await HttpApi.start({ model, env: { RATE_LIMIT_TENANT_CONCURRENCY: "1" } });
    await limited.ask("Tell me a thing");
    const refused = await limited.post("/runs", { message: "hi" });
    expect([refused.status, await json(refused)]).toMatchObject([
      429,
      { type: "urn:baton:problem:rate_limited", status: 429, ok: false, reason: "rate_limited" },
    ]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const elsewhere = await limited.post("/runs", { message: "hi", identity: { tenant_id: "other" } });
    expect(elsewhere.status).toBe(201);
  });
});

describe("POST /runs with Prefer: wait", () => {
  it("holds the answer until the run ends", async () => {
    await using api = await HttpApi.start();
    const response = await api.post("/runs", { message: "hi" }, { Prefer: "wait=30" });
    expect(response.status).toBe(200);
    expect(response.headers.get("preference-applied")).toBe("wait=30");
    const body = await json(response);
    expect(body).toMatchObject({
      ok: true,
      status: "completed",
      outcome: "success",
      final_text: expect.stringContaining("Hello"),
    });
    expect(response.headers.get("location")).toBe(`/runs/${body.run_id}`);
  });

  it.each([0, 1])("answers 202 when the run takes longer than %s seconds", async (seconds) => {
    const { model } = held();
    await using api = await HttpApi.start({ model });
    const start = performance.now();
    const response = await api.post("/runs", { message: "Tell me a thing" }, { Prefer: `wait=${seconds}` });
    expect(performance.now() - start).toBeGreaterThanOrEqual(seconds * 1000 - 5);
    expect(response.status).toBe(202);
    const body = await json(response);
    expect(response.headers.get("location")).toBe(`/runs/${body.run_id}`);
    expect(body).not.toHaveProperty("final_text");
    expect(["queued", "running"]).toContain(body.status);
  });

  it("answers at once for a run that has ended, and grants at most 60 seconds", async () => {
    await using api = await HttpApi.start();
    const ask = () => api.post("/runs", { message: "hi" }, { Prefer: "wait=3600", "Idempotency-Key": "k" });
    const first = await ask();
    const again = await ask();
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.headers.get("preference-applied")).toBe("wait=60");
    expect((await json(again)).run_id).toBe((await json(first)).run_id);
  });

  it("ignores a preference it does not know", async () => {
    await using api = await HttpApi.start();
    const response = await api.post("/runs", { message: "hi" }, { Prefer: "respond-async, wait=soon" });
    expect([response.status, response.headers.get("preference-applied")]).toEqual([201, null]);
  });
});

describe("GET /runs", () => {
  let api: HttpApi;
  const ids: string[] = [];
  beforeAll(async () => {
    api = await HttpApi.start();
    for (let n = 0; n < 7; n += 1) {
      const identity = { tenant_id: n % 2 === 0 ? "even" : "odd", user_id: "ann" };
      const response = await api.post(
        "/runs",
        { message: "hi", identity, conversation_id: `c${n % 3}` },
        { Prefer: "wait=10" },
      );
      ids.unshift((await json(response)).run_id);
    }
  });
  afterAll(() => api.close());

  const list = async (query: string) => {
    const response = await api.get(`/runs?${query}`);
    expect(response.status).toBe(200);
    return (await response.json()) as { runs: RunBody[]; next_cursor: string | null };
  };
  const idsOf = ({ runs }: { runs: RunBody[] }) => runs.map(({ run_id }) => run_id);

  it("lists the newest first", async () => {
    const { runs, next_cursor } = await list("");
    expect(idsOf({ runs })).toEqual(ids);
    expect(next_cursor).toBeNull();
    expect(runs[0]).toMatchObject({
      id: ids[0],
      status: "completed",
      outcome: "success",
      message: "hi",
      mode: "answer",
    });
  });

  it.each(Array.from({ length: 8 }, (_, index) => index + 1))(
    "gives every run once in pages of %s",
    async (limit) => {
      const seen: string[] = [];
      let cursor: string | null = "";
      for (let pages = 0; cursor !== null && pages < 10; pages += 1) {
        const page: { runs: RunBody[]; next_cursor: string | null } = await list(
          `limit=${limit}&cursor=${cursor}`,
        );
        expect(page.runs.length).toBeLessThanOrEqual(limit);
        seen.push(...idsOf(page));
        cursor = page.next_cursor;
      }
      expect(seen).toEqual(ids);
    },
  );

  it("filters by tenant, conversation and status; an empty filter is none", async () => {
    expect(idsOf(await list("tenant_id=odd"))).toHaveLength(3);
    expect(idsOf(await list("conversation_id=c0"))).toHaveLength(3);
    expect(idsOf(await list("tenant_id=even&conversation_id=c0"))).toHaveLength(2);
    expect(idsOf(await list("status=completed"))).toEqual(ids);
    expect(idsOf(await list("status=running"))).toEqual([]);
    expect(idsOf(await list("status=&tenant_id=&conversation_id=&limit=&cursor="))).toEqual(ids);
    expect(idsOf(await list("unknown=1"))).toEqual(ids);
  });

  it.each([
    ["limit=0", "/limit"],
    ["limit=201", "/limit"],
    ["limit=-1", "/limit"],
    ["limit=1.5", "/limit"],
    ["limit=ten", "/limit"],
    ["limit=1&limit=2", "/limit"],
    ["status=done", "/status"],
    ["cursor=nonsense", "/cursor"],
    [`cursor=${"x".repeat(300)}`, "/cursor"],
  ])("refuses ?%s", async (query, pointer) => {
    const response = await api.get(`/runs?${query}`);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { errors: [{ in: "query", pointer }] },
    ]);
  });
});

describe("GET /runs/{id}", () => {
  it("links to everything about the run, and each link leads somewhere", async () => {
    await using api = await HttpApi.start();
    const run_id = await api.ask("hi", { Prefer: "wait=10" });
    const run = await json(await api.get(`/runs/${run_id}`));
    expect(run).toMatchObject({
      id: run_id,
      run_id,
      status: "completed",
      final_text: expect.any(String),
      last_seq: expect.any(Number),
    });
    const links = run.links as Record<string, string>;
    for (const name of ["self", "state", "workflow", "trace", "spans", "diagnosis", "events"]) {
      expect((await api.get(links[name] ?? "", { accept: "application/json" })).status, name).toBe(200);
    }
    for (const name of ["cancel", "approval"]) {
      expect((await api.post(links[name] ?? "", { decision: "approved" })).status, name).toBe(409);
    }
  });

  it.each(["unknown-run-id", "x", "a%2Fb", "%F0%9F%98%80", "%00", "..%2F..", "__proto__", "constructor"])(
    "answers 404 for %s, on every route of a run",
    async (id) => {
      await using api = await HttpApi.start();
      for (const path of ["", "/events", "/state", "/workflow", "/trace", "/spans", "/diagnosis"]) {
        const response = await api.get(`/runs/${id}${path}`);
        expect(response.status, path).toBe(404);
        expect(await json(response)).toMatchObject({ type: "urn:baton:problem:unknown_run" });
      }
      expect((await api.post(`/runs/${id}/cancel`)).status).toBe(404);
      expect((await api.post(`/runs/${id}/approval`, { decision: "approved" })).status).toBe(404);
    },
  );
});

/** fetch takes header values as bytes; this is how a client would send others. */
function encodeLatin1(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
