/** What became of a line on the way from one text to another. */
export type Change = "same" | "gone" | "new";

export interface Aligned<Line> {
  readonly change: Change;
  readonly line: Line;
}

/**
 * Two lists side by side: the longest common subsequence stays, what it leaves out is gone or new. Takes time and
 * memory in proportion to the product of their lengths behind their common beginning.
 */
export function align<Line extends { readonly text: string }>(
  before: readonly Line[],
  after: readonly Line[],
): readonly Aligned<Line>[] {
  const shared = commonStart(before, after);
  const lengths = commonLengths(before, after, shared);
  const aligned: Aligned<Line>[] = before.slice(0, shared).map((line) => ({ change: "same", line }));
  let i = shared;
  let j = shared;
  for (;;) {
    const one = before[i];
    const other = after[j];
    if (one === undefined && other === undefined) return aligned;
    if (one !== undefined && one.text === other?.text) {
      aligned.push({ change: "same", line: one });
      i += 1;
      j += 1;
    } else if (other === undefined || (one !== undefined && at(lengths, i + 1, j) >= at(lengths, i, j + 1))) {
      if (one !== undefined) aligned.push({ change: "gone", line: one });
      i += 1;
    } else {
      aligned.push({ change: "new", line: other });
      j += 1;
    }
  }
}

function commonStart<Line extends { readonly text: string }>(
  one: readonly Line[],
  other: readonly Line[],
): number {
  const differs = one.findIndex(({ text }, index) => text !== other[index]?.text);
  return differs < 0 ? one.length : differs;
}

/** `lengths[i][j]`: how much the lists have in common from line i of the one and j of the other on. */
function commonLengths<Line extends { readonly text: string }>(
  before: readonly Line[],
  after: readonly Line[],
  from: number,
): readonly (readonly number[])[] {
  const lengths: number[][] = Array.from({ length: before.length + 1 }, () => []);
  for (let i = before.length - 1; i >= from; i -= 1) {
    for (let j = after.length - 1; j >= from; j -= 1) {
      const row = lengths[i];
      if (row === undefined) continue;
      row[j] =
        before[i]?.text === after[j]?.text
          ? at(lengths, i + 1, j + 1) + 1
          : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
    }
  }
  return lengths;
}

function at(lengths: readonly (readonly number[])[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}
