import { Popover } from "@base-ui/react/popover";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";
import type { RunState } from "../../../../domain/run/state.ts";
import { api } from "../api/api.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import "./rating.css";

type Score = "up" | "down";

/** Thumbs up, or thumbs down with a reason. */
export function Rating({ state }: { readonly state: RunState }) {
  const [given, setGiven] = useState<Score | null>(null);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);

  const rate = async (score: Score) => {
    const { run_id, message, context, mode, output_text } = state;
    setProblem(null);
    try {
      await api.rate({
        run_id,
        score,
        message,
        mode,
        final_text: output_text,
        ...(context !== null && { context }),
        ...(score === "down" && { reason: reason.trim() }),
      });
      setGiven(score);
      setAsking(false);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <span className="rating">
      <IconButton label="Good answer" aria-pressed={given === "up"} onClick={() => void rate("up")}>
        <ThumbsUp />
      </IconButton>
      <Popover.Root open={asking} onOpenChange={setAsking}>
        <Popover.Trigger render={<IconButton label="Bad answer" aria-pressed={given === "down"} />}>
          <ThumbsDown />
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner sideOffset={6} collisionPadding={8}>
            <Popover.Popup className="popover" aria-label="Feedback">
              <form
                onSubmit={(submitted) => {
                  submitted.preventDefault();
                  void rate("down");
                }}
              >
                <Field label="What is wrong with it?" error={problem ?? undefined}>
                  {(control) => (
                    <textarea
                      {...control}
                      rows={3}
                      required
                      maxLength={4000}
                      value={reason}
                      onChange={({ target }) => setReason(target.value)}
                    />
                  )}
                </Field>
                <Button type="submit" variant="primary" disabled={reason.trim() === ""}>
                  Send feedback
                </Button>
              </form>
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      <span role="status" className="rating-thanks">
        {given !== null && "Thank you."}
        {problem !== null && !asking && problem}
      </span>
    </span>
  );
}
