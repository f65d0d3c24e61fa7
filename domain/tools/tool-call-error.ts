import { DomainError } from "../errors.ts";
import type { ToolErrorCode } from "./tool.ts";

/** A tool call that did not give a result; `code` says who failed. */
export class ToolCallError extends DomainError {
  declare readonly code: ToolErrorCode;
  constructor(code: ToolErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(code, message, options);
  }
}
