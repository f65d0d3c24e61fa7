import type { Span } from "../../../../../domain/trace/span.ts";

/** A span on the time axis; times are milliseconds since the run's start. */
export interface Bar {
  readonly span: Span;
  /** 0 for the run itself. */
  readonly depth: number;
  readonly start_ms: number;
  readonly end_ms: number;
}

/** What part of the time axis is shown. */
export interface Range {
  readonly from_ms: number;
  readonly to_ms: number;
}

/** As near as it makes sense to look. */
const SHORTEST_MS = 1;
/** About so many lines divide the axis. */
const TICKS = 6;

/** Each span below the one it belongs to, children in the order of their start. Open spans last until `now_ms`. */
export function barsOf(spans: readonly Span[], now_ms: number): readonly Bar[] {
  const [root] = spans;
  if (root === undefined) return [];
  const origin = Date.parse(root.start_time);
  const children = Map.groupBy(spans, ({ parent_span_id }) => parent_span_id);
  const below = (span: Span, depth: number): readonly Bar[] => {
    const start_ms = Date.parse(span.start_time) - origin;
    const end_ms = span.end_time === null ? now_ms - origin : Date.parse(span.end_time) - origin;
    const bar = { span, depth, start_ms, end_ms: Math.max(start_ms, end_ms) };
    const inside = (children.get(span.span_id) ?? []).toSorted(
      (one, other) => Date.parse(one.start_time) - Date.parse(other.start_time),
    );
    return [bar, ...inside.flatMap((child) => below(child, depth + 1))];
  };
  return below(root, 0);
}

/** From the run's start to the end of what is known. */
export function wholeOf(bars: readonly Bar[]): Range {
  const to_ms = Math.max(SHORTEST_MS, ...bars.map(({ end_ms }) => end_ms));
  return { from_ms: 0, to_ms };
}

/** Where a bar stands within the range, in percent; null when it is outside. What is short stays visible. */
export function place(
  { start_ms, end_ms }: Bar,
  { from_ms, to_ms }: Range,
): { readonly left: number; readonly width: number } | null {
  if (end_ms < from_ms || start_ms > to_ms) return null;
  const length = to_ms - from_ms;
  const left = ((Math.max(start_ms, from_ms) - from_ms) / length) * 100;
  const right = ((Math.min(end_ms, to_ms) - from_ms) / length) * 100;
  return { left, width: right - left };
}

/** The range `factor` times as long, with the moment `at_ms` where it was, within the whole. */
export function zoomed(range: Range, factor: number, at_ms: number, whole: Range): Range {
  const length = range.to_ms - range.from_ms;
  const longest = whole.to_ms - whole.from_ms;
  const wanted = Math.min(longest, Math.max(SHORTEST_MS, length * factor));
  const share = length === 0 ? 0.5 : (at_ms - range.from_ms) / length;
  return within(whole, at_ms - share * wanted, wanted);
}

/** The range moved by a share of its length, within the whole. */
export function moved(range: Range, share: number, whole: Range): Range {
  const length = range.to_ms - range.from_ms;
  return within(whole, range.from_ms + share * length, length);
}

/** Round moments that divide the range: 1, 2 or 5 times a power of ten apart. */
export function ticksOf({ from_ms, to_ms }: Range): readonly number[] {
  const rough = (to_ms - from_ms) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((multiple) => multiple * power >= rough) ?? 10);
  const ticks: number[] = [];
  for (let tick = Math.ceil(from_ms / step) * step; tick <= to_ms; tick += step) ticks.push(tick);
  return ticks;
}

function within(whole: Range, from_ms: number, length: number): Range {
  const latest = Math.max(whole.from_ms, whole.to_ms - length);
  const from = Math.min(latest, Math.max(whole.from_ms, from_ms));
  return { from_ms: from, to_ms: from + length };
}
