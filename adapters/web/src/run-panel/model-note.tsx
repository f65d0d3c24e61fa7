import { formatCost, formatCount, formatDuration } from "../ui/format.ts";
import { Duration } from "../ui/time.tsx";
import { plain } from "../ui/words.ts";
import type { ModelNote } from "./progress.ts";

/** One call of a model. */
export function ModelNoteView({ note }: { readonly note: ModelNote }) {
  const { call, answer, started_at } = note;
  return (
    <li className="note">
      Asked <span className="mono">{call.model}</span>
      {answer === null && (
        <>
          {" "}
          · <Duration start={started_at} end={null} />
        </>
      )}
      {answer === "broken" && " · broke off"}
      {answer !== null && answer !== "broken" && (
        <span className="numbers">
          {" "}
          · {formatCount(answer.input_tokens)} → {formatCount(answer.output_tokens)} tokens
          {answer.cost_usd > 0 && ` · ${formatCost(answer.cost_usd)}`} · {formatDuration(answer.duration_ms)}
          {answer.finish_reason !== "stop" && ` · ended with ${plain(answer.finish_reason)}`}
        </span>
      )}
    </li>
  );
}
