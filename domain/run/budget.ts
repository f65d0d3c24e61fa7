import type { RunState } from "./state.ts";

/** A call that does not fit into what a run may still cost, in US dollars. */
export interface BudgetExcess {
  readonly reason: string;
  readonly worst_case_usd: number;
  readonly left_usd: number;
}

type Spending = Pick<RunState, "cost_limit_usd" | "cost" | "lost_usd" | "reserved_usd">;

/**
 * What is wrong with a model call that may cost so much; null when it fits, or the run has no budget. A run
 * has one driver at a time and a driver one call, so a call that fits reserves what it may take just by
 * being announced (`model.started`), and `model.completed` or `model.failed` settles it. What is still
 * reserved when a call is considered belongs to one whose driver died: it counts as spent.
 */
export function excessOf(
  worst_case_usd: number,
  { cost_limit_usd, cost, lost_usd, reserved_usd }: Spending,
): BudgetExcess | null {
  if (cost_limit_usd === null) return null;
  const left_usd = Math.max(0, cost_limit_usd - cost.total_cost_usd - lost_usd - reserved_usd);
  if (worst_case_usd <= left_usd) return null;
  const reason =
    `the next model call may cost up to ${dollars(worst_case_usd)}, ` +
    `and ${dollars(left_usd)} of the run's budget of ${dollars(cost_limit_usd)} is left`;
  return { reason, worst_case_usd, left_usd };
}

/** Precise enough that two amounts that were told apart do not look the same. */
function dollars(amount: number): string {
  return `$${Number(amount.toPrecision(6))}`;
}
