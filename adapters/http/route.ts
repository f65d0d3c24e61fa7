import type { Static, TObject, TSchema } from "typebox";
import type { Caller, Context } from "./context.ts";

/** Sections of the documentation. */
export type Tag = "Runs" | "Conversations" | "Decisions" | "Tools" | "Operations" | "Documentation";

export interface ResponseSpec {
  readonly description: string;
  readonly schema?: TSchema;
  /** `application/json` by default. */
  readonly content_type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further representations of the same answer. */
  readonly alternatives?: Readonly<Record<string, TSchema>>;
}

/**
 * One call of the API, in one place: its path, what it takes, what it answers, and the code. The schemas
 * validate requests and make /openapi.json; the router, the documentation and the tests read this table.
 */
export interface Route<
  in out Query extends TObject = TObject,
  in out Headers extends TObject = TObject,
  in out Body extends TObject = TObject,
> {
  readonly method: "GET" | "POST";
  /** With parameters in braces, as in OpenAPI. */
  readonly path: `/${string}`;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Needs no API key even when there are some. */
  readonly open?: boolean;
  /** Meant to be opened in a browser, which then asks for the key. */
  readonly browsable?: boolean;
  readonly query?: Query;
  readonly headers?: Headers;
  readonly body?: { readonly schema: Body; readonly required: boolean };
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  handle(ctx: Context, input: Input<Query, Headers, Body>): Promise<void>;
}

export interface Input<
  in out Query extends TObject,
  in out Headers extends TObject,
  in out Body extends TObject,
> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Static<Query>;
  readonly headers: Static<Headers>;
  readonly body: Static<Body>;
  readonly caller: Caller;
}

/** Ties a route's handler to its own schemas; the table then holds routes of all shapes. */
export function route<Query extends TObject, Headers extends TObject, Body extends TObject>(
  definition: Route<Query, Headers, Body>,
): Route {
  return definition as unknown as Route;
}
