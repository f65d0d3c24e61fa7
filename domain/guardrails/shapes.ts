import type { InjectionThreat } from "./types.ts";

/** Text that is an attack by its shape rather than by its words: forged ends, speakers and templates. */
export interface Shape {
  readonly id: string;
  readonly threat_type: InjectionThreat;
  readonly weight: number;
  /** Global, and linear in the text. */
  readonly pattern: RegExp;
  /** Has no business in a document or a tool result: taken out there wherever it stands. */
  readonly forged?: true;
}

const SPOOFING = "delimiter_spoofing";

export const SHAPES: readonly Shape[] = [
  {
    id: "delimiter.chat-template",
    threat_type: SPOOFING,
    weight: 1,
    pattern: /<\|[a-z_]{2,24}\|>|\[\/?INST\]|<<\/?SYS>>|<(?:start|end)_of_turn>/gi,
    forged: true,
  },
  {
    id: "delimiter.fence-tag",
    threat_type: SPOOFING,
    weight: 0.9,
    pattern:
      /<\/?(?:system|system_prompt|evidence|tool_results?|tool_response|function_results?|user_input|untrusted_\w{1,20})(?: [^<>\n]{0,80})?>|<\/(?:context|user|assistant|instructions)>/gi,
    forged: true,
  },
  {
    id: "delimiter.system-heading",
    threat_type: SPOOFING,
    weight: 0.8,
    pattern:
      /^[ \t]*(?:#{1,6} {0,3}|\*\*|\[)(?:system|developer)(?: prompt| message| override| instructions?| note)?(?:\*\*|\])? {0,3}:(?:\*\*)?/gim,
    forged: true,
  },
  {
    id: "delimiter.instruction-heading",
    threat_type: SPOOFING,
    weight: 0.8,
    pattern: /^[ \t]*#{2,6} {0,3}(?:new )?(?:instructions?|responses?|assistant|human|user) {0,3}:/gim,
    forged: true,
  },
  {
    id: "delimiter.system-turn",
    threat_type: SPOOFING,
    weight: 0.6,
    pattern: /^[ \t]*(?:system|developer)(?: prompt| message| override| instructions?| note)? {0,3}:/gim,
  },
  {
    id: "delimiter.assistant-turn",
    threat_type: SPOOFING,
    weight: 0.5,
    pattern: /^[ \t]*(?:assistant|ai|chatgpt|bot) {0,3}:/gim,
  },
  {
    id: "delimiter.end-of-context",
    threat_type: SPOOFING,
    weight: 0.9,
    pattern:
      /[-=%#*_+~]{3,40} {0,3}(?:the )?end(?:ing)? (?:of )?(?:the )?(?:[a-z]{2,12} ){0,2}(?:context|document|documents|input|prompt|instructions|data|text|result|results|conversation|session|ambiguity) {0,3}[-=%#*_+~]{3,40}/gi,
    forged: true,
  },
  {
    id: "delimiter.system-override",
    threat_type: SPOOFING,
    weight: 0.8,
    pattern: /\bSYSTEM (?:OVERRIDE|PROMPT|MESSAGE|ALERT|UPDATE|NOTICE)\b {0,3}:/g,
  },
];
