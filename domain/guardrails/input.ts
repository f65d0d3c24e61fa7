import type { JudgedThreat } from "../model/judgements/classification.ts";
import { assess, confidence, findings, REFUSE_AT } from "./injection.ts";
import { brokenPolicy } from "./policy.ts";
import type { InjectionThreat, InputVerdict } from "./types.ts";
import { wordingEvidence } from "./wording.ts";

/** A message with this much evidence passes, and what it shows is told. */
const TELL_AT = 0.7;

/** Each continues "I can't help with that: …". */
const REASONS: Readonly<Record<InjectionThreat, string>> = {
  instruction_override: "it asks me to set my instructions aside",
  role_reassignment: "it asks me to take on another role and its rules",
  jailbreak: "it asks me to answer as if I had no rules",
  prompt_exfiltration: "it asks for my instructions or for something I have to keep",
  output_forcing: "it dictates what I am to say whatever the facts are",
  task_switch: "it replaces the task I am here for",
  delimiter_spoofing: "it imitates the marks between the parts of a conversation",
  indirect_injection: "it holds orders addressed to a model",
  data_exfiltration: "it asks for an answer in a form that hides what it says",
};

/**
 * Whether a user's message is let in. Refused are requests that break a policy, and messages that try to
 * steer the model: the evidence of the rules and of the wording, together, reaches `REFUSE_AT`. Time is
 * linear in the message.
 */
export function inspectInput(message: string): InputVerdict {
  const policy = brokenPolicy(message);
  if (policy !== null) {
    const { reason } = policy;
    return {
      decision: "refuse",
      layer: "input",
      threat_type: "policy",
      confidence: "high",
      reason,
      findings: [],
    };
  }
  const assessment = assess(message, "user");
  const score = assessment.score + wordingEvidence(assessment.sentences);
  if (score < TELL_AT) return { decision: "allow", findings: [] };

  const found = findings(assessment.evidence);
  const shown = found.length > 0 ? found : [WORDING];
  if (score < REFUSE_AT) return { decision: "allow", findings: shown };
  const threat_type = shown[0]?.threat_type ?? WORDING.threat_type;
  return {
    decision: "refuse",
    layer: "input",
    threat_type,
    confidence: confidence(score),
    reason: REASONS[threat_type],
    findings: shown,
  };
}

/**
 * What a model's second opinion means for a message that the rules let in. A weak suspicion is told and no
 * more; the user reads the same words as when the rules refuse.
 */
export function judgedInput({ threat }: JudgedThreat): InputVerdict {
  if (threat === null) return { decision: "allow", findings: [] };
  const { threat_type, confidence } = threat;
  const findings = [{ threat_type, confidence, pattern: "model" }];
  if (confidence === "low") return { decision: "allow", findings };
  const reason = REASONS[threat_type];
  return { decision: "refuse", layer: "input", threat_type, confidence, reason, findings };
}

/** What is told of a message that no rule names, and that is worded like an attack all the same. */
const WORDING = { threat_type: "instruction_override", confidence: "medium", pattern: "wording" } as const;
