import { describe, expect, it } from "vitest";
import { apiContainer } from "../../composition/api.ts";
import { readConfig } from "../../composition/config.ts";
import { TOKENS } from "../../composition/tokens.ts";

const DISTRIBUTED = { BACKEND_MODE: "distributed", REDIS_URL: "redis://127.0.0.1:6379/0" };

describe("the API process", () => {
  const container = apiContainer(readConfig(DISTRIBUTED));

  it("cannot drive a run: no worker, step, model or index is bound", () => {
    for (const name of ["workflowWorker", "steps", "model", "index", "ingestKnowledge"] as const) {
      expect(container.isBound(TOKENS[name]), name).toBe(false);
    }
  });

  it("cannot execute a tool: no tool worker and no toolbox is bound", () => {
    for (const name of ["toolWorker", "toolbox"] as const)
      expect(container.isBound(TOKENS[name]), name).toBe(false);
  });

  it("can do what clients ask for", () => {
    for (const name of ["startRun", "cancelRun", "approveRun", "followRun", "diagnoseRun"] as const) {
      expect(container.isBound(TOKENS[name]), name).toBe(true);
    }
  });
});
