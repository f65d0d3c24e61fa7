import { describe, expect, it } from "vitest";
import { RefusedError, TerminalError, TransientError } from "../../../domain/errors.ts";
import { retryAfterFailure } from "../../../domain/run/retry.ts";

const POLICY = { max_attempts: 4, initial_seconds: 1, max_seconds: 3 };
const UNAVAILABLE = new TransientError("model_unavailable", "503");

describe("the time to the next try of a step", () => {
  it("doubles with each failure up to the ceiling, the upper half of it left to chance", () => {
    const between = (failures: number) =>
      [0, 0.999_999].map(
        (random) => retryAfterFailure(failures, UNAVAILABLE, POLICY, random)?.backoff_seconds ?? Number.NaN,
      );
    for (const [failures, ceiling] of [1, 2, 3].entries()) {
      const [least = 0, most = 0] = between(failures);
      expect(least).toBe(ceiling / 2);
      expect(most).toBeCloseTo(ceiling, 4);
    }
  });

  it("never comes after the last attempt", () => {
    expect(retryAfterFailure(2, UNAVAILABLE, POLICY, 0)).not.toBeNull();
    expect(retryAfterFailure(3, UNAVAILABLE, POLICY, 0)).toBeNull();
    expect(retryAfterFailure(0, UNAVAILABLE, { ...POLICY, max_attempts: 1 }, 0)).toBeNull();
  });

  it("is what the other side asked for when that is longer, up to an hour", () => {
    const asked = (retry_after_seconds: number) =>
      retryAfterFailure(0, new TransientError("rate_limited", "429", { retry_after_seconds }), POLICY, 0);
    expect(asked(20)).toEqual({ backoff_seconds: 20 });
    expect(asked(0.1)).toEqual({ backoff_seconds: 0.5 });
    expect(asked(86_400)).toEqual({ backoff_seconds: 3600 });
  });

  it.each([
    ["a refusal", new RefusedError("out_of_order", "not now"), false],
    ["what will never succeed", new TerminalError("bad_request", "no"), false],
    ["what may succeed later", UNAVAILABLE, true],
    ["what nobody foresaw", new TypeError("undefined is not a function"), true],
    ["what is no error at all", "thrown text", true],
  ])("exists or not by what failed: %s", (_, error, retried) => {
    expect(retryAfterFailure(0, error, POLICY, 0) !== null).toBe(retried);
  });
});
