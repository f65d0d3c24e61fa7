import type { RunState } from "../../../../domain/run/state.ts";
import { formatCost, formatCount } from "../ui/format.ts";
import { Duration } from "../ui/time.tsx";
import "./totals.css";

interface TotalsProps {
  readonly state: RunState;
  /** Nothing comes any more. */
  readonly over: boolean;
}

/** What the run took so far: time, model calls, tokens, money. */
export function Totals({ state, over }: TotalsProps) {
  const { cost, cost_limit_usd, created_at, updated_at } = state;
  return (
    <dl className="totals">
      <div>
        <dt>Time</dt>
        <dd>
          <Duration start={created_at} end={over ? updated_at : null} />
        </dd>
      </div>
      <div>
        <dt>Model calls</dt>
        <dd className="numbers">{cost.total_model_calls}</dd>
      </div>
      <div>
        <dt>Tokens in / out</dt>
        <dd className="numbers">
          {formatCount(cost.total_input_tokens)} / {formatCount(cost.total_output_tokens)}
        </dd>
      </div>
      <div>
        <dt>Cost</dt>
        <dd className="numbers">
          {formatCost(cost.total_cost_usd)}
          {cost_limit_usd !== null && <span className="muted"> of {formatCost(cost_limit_usd)}</span>}
        </dd>
      </div>
    </dl>
  );
}
