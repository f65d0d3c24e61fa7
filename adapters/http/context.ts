import type { ParameterizedContext } from "koa";

/** On whose behalf a request comes. */
export interface Caller {
  /** Whose runs it may see; null: all, since the deployment has no API keys. */
  readonly tenant_id: string | null;
  /** null: the request may name one. */
  readonly user_id: string | null;
}

/** What middleware learns about a request, for the route that answers it and for the log. */
export interface State {
  readonly request_id: string;
  /** null: no valid key came with the request, and one is needed. */
  caller: Caller | null;
  /** The pattern of the route that answers, such as `/runs/{run_id}`. */
  route?: string;
  run_id?: string;
  /** The answer is meant to take long (a stream, a held answer), so its duration is no measure. */
  long?: true;
}

export type Context = ParameterizedContext<State>;
