/** What the inspector shows, as its address says: so that a link shows another person the same. */
export interface Selection {
  readonly view: View;
  /** The event looked at; null: the latest, moving on with the run. */
  readonly seq: number | null;
  readonly span_id: string | null;
}

export const VIEWS = ["trace", "events", "state"] as const;
export type View = (typeof VIEWS)[number];

export function selectionOf(search: URLSearchParams): Selection {
  const view = VIEWS.find((known) => known === search.get("view")) ?? "trace";
  const seq = search.get("seq") ?? "";
  return { view, seq: /^[1-9]\d{0,8}$/.test(seq) ? Number(seq) : null, span_id: search.get("span") };
}

export function searchOf({ view, seq, span_id }: Selection): Record<string, string> {
  return {
    view,
    ...(seq !== null && { seq: String(seq) }),
    ...(span_id !== null && { span: span_id }),
  };
}
