/** Where a guardrail stands: the user's message, retrieved chunks, tool results, the answer. */
export type GuardrailLayer = "input" | "context" | "tool" | "output";

/** Where injected instructions were found. */
export type InjectionLocation = "input" | "retrieval" | "tool" | "output";

export const CONFIDENCES = ["low", "medium", "high"] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** What a text that tries to steer the model is after. */
export const INJECTION_THREATS = [
  /** "ignore what you were told" */
  "instruction_override",
  /** "you are now …", "act as …" */
  "role_reassignment",
  /** a persona without rules, "developer mode" */
  "jailbreak",
  /** the system prompt, the context, a guarded secret */
  "prompt_exfiltration",
  /** "answer only with …", "say that …" */
  "output_forcing",
  /** "new task: …" after other content */
  "task_switch",
  /** text dressed as the end of the context or as another speaker */
  "delimiter_spoofing",
  /** text in a document or a tool result that addresses the model reading it */
  "indirect_injection",
  /** an answer or a link made to carry data out, or past the checks of the output */
  "data_exfiltration",
] as const;
export type InjectionThreat = (typeof INJECTION_THREATS)[number];

export type ThreatType =
  | InjectionThreat
  | "hidden_text"
  | "policy"
  | "secret_leak"
  | "system_prompt_leak"
  | "invalid_citation";

/** One reason to believe that a text tries to steer the model. `pattern` is the id of the rule. */
export interface InjectionFinding {
  readonly threat_type: InjectionThreat;
  readonly confidence: Confidence;
  readonly pattern: string;
}

/** What the input layer says of a message; a refusal's fields are those of `guardrail.triggered`. */
export type InputVerdict =
  | { readonly decision: "allow"; readonly findings: readonly InjectionFinding[] }
  | {
      readonly decision: "refuse";
      readonly layer: "input";
      readonly threat_type: ThreatType;
      readonly confidence: Confidence;
      /** A sentence for the user. */
      readonly reason: string;
      readonly findings: readonly InjectionFinding[];
    };
