import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutputGuard } from "../../../domain/guardrails/output-guard.ts";
import { redact } from "../../../domain/guardrails/secrets.ts";

const SECRETS = ["hunter2-and-more", "pass phrase with spaces", "p@ss!w0rd#1", "hunter2-and"];
const SENSITIVE = [
  ...SECRETS,
  `ghp_${"a1B2".repeat(9)}`,
  "AKIAIOSFODNN7EXAMPLE",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
  "-----BEGIN RSA PRIVATE KEY-----\nMIIE ow\nIBAAKC\n-----END RSA PRIVATE KEY-----",
];
/** Beginnings of secrets, and what surrounds them: the places where a cut hurts. */
const PIECES = fc.oneof(
  fc.constantFrom(...SENSITIVE),
  fc.constantFrom(
    "hunter2",
    "pass phrase",
    "p@ss",
    "-----BEGIN",
    "-----BEGIN X",
    "-----END RSA PRIVATE KEY-----",
    "sk-",
    "eyJ",
  ),
  fc.constantFrom(" ", "\n", ". ", '"', "-", "你好", "word ", "é"),
  fc.string({ maxLength: 12 }),
);
const TEXT = fc.array(PIECES, { maxLength: 12 }).map((pieces) => pieces.join(""));

function stream(text: string, cuts: readonly number[]): { emitted: string[]; guard: OutputGuard } {
  const guard = new OutputGuard({ secrets: SECRETS });
  const places = [
    0,
    ...cuts.map((cut) => cut % (text.length + 1)).toSorted((one, other) => one - other),
    text.length,
  ];
  const deltas = places.slice(1).map((place, index) => text.slice(places[index], place));
  return { emitted: [...deltas.map((delta) => guard.push(delta)), guard.flush()], guard };
}

describe("OutputGuard", () => {
  it("lets out, however the text is cut, what redact makes of the whole", () => {
    fc.assert(
      fc.property(TEXT, fc.array(fc.nat(), { maxLength: 20 }), (text, cuts) => {
        expect(stream(text, cuts).emitted.join("")).toBe(redact(text, SECRETS));
      }),
      { numRuns: 2000 },
    );
  });

  it("lets out the same when every character comes alone", () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        const each = Array.from({ length: text.length }, (_, index) => index);
        expect(stream(text, each).emitted.join("")).toBe(redact(text, SECRETS));
      }),
    );
  });

  it("never lets out a secret", () => {
    fc.assert(
      fc.property(
        TEXT,
        fc.constantFrom(...SECRETS),
        TEXT,
        fc.array(fc.nat()),
        (before, secret, after, cuts) => {
          expect(stream(before + secret + after, cuts).emitted.join("")).not.toContain(secret);
        },
      ),
    );
  });

  it("lets words out as soon as they have ended", () => {
    const guard = new OutputGuard({ secrets: SECRETS });
    expect(guard.push("Hello wor")).toBe("Hello ");
    expect(guard.push("ld, this")).toBe("world, ");
    expect(guard.flush()).toBe("this");
  });

  it("does not hold back text that is written without spaces", () => {
    expect(new OutputGuard({ secrets: [] }).push("租约每两秒续订一次")).toBe("租约每两秒续订一次");
  });

  it("holds back a bounded text, and drops the rest of a run that is no prose", () => {
    const guard = new OutputGuard({ secrets: [] });
    const emitted = Array.from({ length: 400 }, () => guard.push("A1".repeat(50)));
    expect([...emitted, guard.push(" end"), guard.flush()].join("")).toBe("[redacted] end");
  });

  it("counts what it took out", () => {
    const { guard } = stream(
      `a ${SECRETS[0]} b AKIAIOSFODNN7EXAMPLE c -----BEGIN PRIVATE KEY-----\nxyz`,
      [3, 10, 30, 60],
    );
    expect(guard.redactions).toBe(3);
  });
});
