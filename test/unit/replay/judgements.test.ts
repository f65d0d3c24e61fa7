import { describe, expect, it } from "vitest";
import { all, TestEngine } from "../../support/engine.ts";
import { openAiModel, TEST_KEY } from "../../support/openai-model.ts";
import { OpenAiServer, type WireAct } from "../../support/openai-server.ts";
import { replayOf } from "../../support/replaying.ts";
import { chunk } from "../deterministic/requests.ts";

const MODELS = {
  generation: "writer",
  planning: "planner",
  verification: "verifier",
  classification: "classifier",
};
const ROUTED = {
  OPENAI_API_KEY: TEST_KEY,
  MODEL_ROUTING_PLANNING_MODEL: "planner",
  MODEL_ROUTING_VERIFICATION_MODEL: "verifier",
  MODEL_ROUTING_CLASSIFICATION_MODEL: "classifier",
};
const said = (text: string): readonly WireAct[] => [{ text }, { finish: "stop" }];
const JUDGED: Readonly<Record<string, readonly WireAct[]>> = {
  writer: said("A lease lasts as long as its owner [leases#what-1]."),
  classifier: said('{"attack": false, "threat_type": null, "confidence": "high"}'),
  planner: said('{"plan_type": "direct_answer", "reason": "clear", "reply": ""}'),
  verifier: said('{"claims": [{"claim": "It lasts.", "supported": true}]}'),
};

async function record(played: typeof JUDGED) {
  await using server = await OpenAiServer.start(({ model }) => played[model] ?? [{ status: 500 }]);
  await using engine = await TestEngine.start({
    model: openAiModel(server.url, { models: MODELS }),
    evidence: [chunk("leases#what-1", "A lease lasts as long as its owner is alive.")],
    env: ROUTED,
  });
  return await engine.until(await engine.ask("How long does a lease last?"));
}

describe("a replay of a run with judgements", () => {
  it.each<[string, typeof JUDGED]>([
    ["that were made", JUDGED],
    [
      "some of which failed, or made no sense",
      { ...JUDGED, planner: [{ status: 503 }], classifier: said("No idea.") },
    ],
    [
      "of which one ended the run",
      { ...JUDGED, planner: said('{"plan_type": "needs_clarification", "reason": "", "reply": "Which?"}') },
    ],
  ])("serves those %s from the record, asking nobody", async (_, played) => {
    const events = await record(played);
    expect(all(events, "model.started").length).toBeGreaterThan(1);
    const { divergence, not_recorded } = await replayOf(events);
    expect({ divergence, not_recorded }).toEqual({ divergence: null, not_recorded: [] });
  });
});
