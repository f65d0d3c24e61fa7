import { Button } from "../ui/button.tsx";
import { Countdown } from "../ui/time.tsx";
import type { Standing } from "./standing.ts";
import "./standing-line.css";

interface StandingLineProps {
  readonly standing: Standing;
  /** Goes to where one decides; there only while that is wanted. */
  readonly onDecide?: (() => void) | undefined;
}

/** How a turn stands, below its answer. */
export function StandingLine({ standing, onDecide }: StandingLineProps) {
  const { tone, text, detail, retry_at } = standing;
  return (
    <div className="standing" data-tone={tone}>
      {tone === "active" && <span className="spinner" aria-hidden />}
      <span>
        <strong>
          {text}
          {retry_at !== undefined && (
            <>
              {" "}
              in <Countdown until={Date.parse(retry_at)} />
            </>
          )}
        </strong>
        {detail !== undefined && `: ${detail}`}
      </span>
      {onDecide && (
        <Button variant="primary" onClick={onDecide}>
          Review
        </Button>
      )}
    </div>
  );
}
