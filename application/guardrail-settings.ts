/** Which guardrail layers are on, and what must never be shown. */
export interface GuardrailSettings {
  readonly input: boolean;
  readonly context: boolean;
  readonly tool: boolean;
  readonly output: boolean;
  /** Values, such as API keys, that are redacted wherever they would appear. */
  readonly secrets: readonly string[];
}
