import type { Json } from "../../../../../domain/json.ts";
import type { RunState } from "../../../../../domain/run/state.ts";
import { toRunStateView } from "../../../../../domain/run/views.ts";

export interface StateField {
  readonly name: string;
  readonly value: Json;
  /** What it was before the event; undefined when the event left it as it was. */
  readonly before?: Json;
}

/** What every event changes, and so says nothing. */
const CLOCKWORK = new Set(["last_seq", "updated_at"]);

/** The fields of a state as clients know them, with what each was before. */
export function fieldsOf(before: RunState | null, after: RunState): readonly StateField[] {
  const old = before === null ? null : view(before);
  return Object.entries(view(after)).map(([name, value]) => {
    const was = old?.[name];
    const changed =
      was !== undefined && !CLOCKWORK.has(name) && JSON.stringify(was) !== JSON.stringify(value);
    return changed ? { name, value, before: was } : { name, value };
  });
}

/** Fields that hold nothing yet. */
export function isEmpty(value: Json): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** As it is on the wire: what is undefined is not there. */
function view(state: RunState): Readonly<Record<string, Json>> {
  return JSON.parse(JSON.stringify(toRunStateView(state))) as Record<string, Json>;
}
