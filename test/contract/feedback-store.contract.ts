import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunId } from "../../domain/ids.ts";
import type { Feedback } from "../../domain/ports/feedback-store.ts";
import { at } from "../support/run-commands.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { newRunId } from "./test-run.ts";

export function feedbackStoreContract(open: OpenDeployment): void {
  describe("FeedbackStore", () => {
    let deployment: Deployment;
    let ports: SharedPorts;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    it("keeps what was said of a run, oldest first, with every field", async () => {
      const run_id = newRunId();
      const said = [feedback(run_id, 1), { ...feedback(run_id, 2), score: "down", reason: "wrong" } as const];
      for (const one of said) await ports.feedback.record(one);
      await ports.feedback.record(feedback(newRunId(), 3));
      expect(await ports.feedback.of(run_id)).toEqual(said);
    });

    it("knows nothing of a run that nobody spoke of", async () => {
      expect(await ports.feedback.of(newRunId())).toEqual([]);
    });
  });
}

function feedback(run_id: RunId, seconds: number): Feedback {
  return {
    run_id,
    tenant_id: "acme",
    user_id: "ada",
    score: "up",
    final_text: "It names its owner. ü 漢",
    message: "What is a lease?",
    mode: "answer",
    recorded_at: at(seconds),
  };
}
