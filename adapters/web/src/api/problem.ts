/** One invalid field of a request, as the API tells it. */
export interface FieldProblem {
  readonly in: "body" | "query" | "header";
  /** JSON Pointer (RFC 6901). */
  readonly pointer: string;
  readonly detail: string;
}

/** The API answered, and not with what was asked for (RFC 9457). */
export class ApiProblem extends Error {
  readonly status: number;
  /** The last part of `urn:baton:problem:<code>`; "" when the answer was no problem document. */
  readonly code: string;
  readonly fields: readonly FieldProblem[];
  readonly retry_after_seconds: number | null;

  constructor(
    status: number,
    detail: string,
    options: {
      readonly code?: string;
      readonly fields?: readonly FieldProblem[];
      readonly retry_after_seconds?: number | null;
    } = {},
  ) {
    super(detail);
    this.name = "ApiProblem";
    this.status = status;
    this.code = options.code ?? "";
    this.fields = options.fields ?? [];
    this.retry_after_seconds = options.retry_after_seconds ?? null;
  }

  /** The same request may succeed later: the engine, or what stands before it, is away or overloaded. */
  get isTransient(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** There was no answer at all. */
export class ApiUnreachable extends Error {
  constructor(cause: unknown) {
    super("The API does not answer.", { cause });
    this.name = "ApiUnreachable";
  }
}

/** Whether it is worth trying the same again. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiUnreachable || (error instanceof ApiProblem && error.isTransient);
}

/** Whether it was the way to the API that failed, and not the request. */
export function isOutage(error: unknown): boolean {
  return (
    error instanceof ApiUnreachable || (error instanceof ApiProblem && [502, 503, 504].includes(error.status))
  );
}

export async function readProblem(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);
  const told = (typeof body === "object" && body !== null ? body : {}) as {
    readonly type?: unknown;
    readonly detail?: unknown;
    readonly errors?: readonly FieldProblem[];
  };
  const detail = typeof told.detail === "string" ? told.detail : `The API answered ${response.status}.`;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ApiProblem(response.status, detail, {
    code: typeof told.type === "string" ? told.type.replace(/^.*:/, "") : "",
    fields: Array.isArray(told.errors) ? told.errors : [],
    retry_after_seconds: Number.isFinite(seconds) ? seconds : null,
  });
}
