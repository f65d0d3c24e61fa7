import type { EvalCase } from "../../../domain/evaluation/case.ts";

/** Messages that are sent one after the other: the turns of a conversation, or a single message. */
export interface Thread {
  readonly is_conversation: boolean;
  readonly turns: readonly Turn[];
}

export interface Turn extends Pick<EvalCase, "message" | "mode" | "context" | "approve"> {
  /** The case that the turn's run is judged by; null for a message that is only there for what follows it. */
  readonly judged: EvalCase | null;
}

/**
 * What has to be sent to try the selected cases, once. A conversation is sent up to its last selected case:
 * a follow-up means nothing without what came before.
 */
export function threadsOf(
  cases: readonly EvalCase[],
  isSelected: (one: EvalCase) => boolean,
): readonly Thread[] {
  const groups = Map.groupBy(cases, (one) =>
    typeof one.conversation === "string" ? `key ${one.conversation}` : `case ${one.id}`,
  );
  return [...groups.values()].flatMap((group) => {
    const upTo = group.slice(0, group.findLastIndex(isSelected) + 1);
    const turns = upTo.flatMap((one) => turnsOf(one, isSelected(one)));
    const is_conversation = group.some(({ conversation }) => conversation !== undefined);
    return turns.length === 0 ? [] : [{ is_conversation, turns }];
  });
}

function turnsOf(one: EvalCase, isSelected: boolean): readonly Turn[] {
  const { message, mode, context, approve, conversation } = one;
  const before = typeof conversation === "string" ? [] : (conversation ?? []);
  const common = { ...(mode !== undefined && { mode }), ...(approve !== undefined && { approve }) };
  return [
    ...before.map((earlier) => ({ message: earlier, ...common, judged: null })),
    { message, ...common, ...(context !== undefined && { context }), judged: isSelected ? one : null },
  ];
}
