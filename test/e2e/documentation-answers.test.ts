import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../composition/config.ts";
import { createLocalProcess } from "../../composition/local.ts";

/** What newcomers ask, and what the answer must say. */
const QUESTIONS: readonly (readonly [question: string, answer: string])[] = [
  ["What is Baton?", "run engine for AI agents"],
  ["What is a run?", "one message being worked on"],
  ["What is a step?", "one stage of the workflow"],
  ["What is an event?", "a recorded fact about a run"],
  ["What is a commit?", "one atomic change to a run"],
  ["What is a lease?", "the right to drive a run"],
  ["What is an epoch?", "grows by one with every claim"],
  ["What is a permission scope?", "what a call may do to the world"],
  ["What is the default port?", "8000"],
  ["What does GITHUB_TOKEN do?", "enables GitHub's hosted MCP server"],
  ["What does outcome_unknown mean?", "had its effect"],
  ["How does Baton recover when a worker dies?", "letting another worker take its runs over"],
  ["What happens when a tool worker is killed?", "by another tool worker"],
  ["What happens when Redis is down?", "every process waits, reconnects"],
  ["How do I start Baton?", "npm start"],
  ["How do I add an MCP server?", "MCP_CONFIG"],
  ["How do I use my own model?", "OPENAI_API_KEY"],
  ["How do I use my own documents?", "KNOWLEDGE_DIR"],
  ["How do I run Baton distributed?", "docker compose -f infra/compose.distributed.yaml up -d --build"],
  ["How do I cancel a run?", "/runs/{id}/cancel"],
  ["How are events streamed?", "server-sent events"],
  ["How does verification work?", "it checks what the answer rests on"],
  ["What is a conversation?", "runs that belong together"],
  ["What does multitask_strategy do?", "while an earlier run of the conversation has not ended"],
  ["How do I interrupt a run?", "interrupt"],
  ["How do I add a step?", "one line in `next`"],
];

const CITATION = /\[[a-z0-9-]+#[a-z0-9-]+-\d+\]/;

describe("without an API key, from the shipped documentation", () => {
  let engine: Awaited<ReturnType<typeof createLocalProcess>>;

  beforeAll(async () => {
    engine = await createLocalProcess(readConfig({ PORT: "0", LOG_LEVEL: "error" }));
    await engine.start();
  });
  afterAll(() => engine?.close());

  it.each(QUESTIONS)("answers “%s”", async (message, answer) => {
    const run = await ask(message);
    expect(run).toMatchObject({ outcome: "success", final_text: expect.stringContaining(answer) });
    expect(run.final_text).toMatch(CITATION);
  });

  it("says so when the documents do not hold the answer", async () => {
    const run = await ask("Who painted the Mona Lisa?");
    expect(run.outcome).toBe("failure");
    expect(run.final_text).toContain("The documents do not answer this.");
    expect(run.final_text).not.toMatch(CITATION);
  });

  async function ask(message: string) {
    const response = await fetch(`http://127.0.0.1:${engine.port}/runs`, {
      method: "POST",
      headers: { "content-type": "application/json", prefer: "wait=20" },
      body: JSON.stringify({ message }),
      signal: AbortSignal.timeout(25_000),
    });
    return (await response.json()) as { readonly outcome: string; readonly final_text: string };
  }
});
