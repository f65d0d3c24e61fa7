import { Countdown, useNow } from "../ui/time.tsx";
import { fullStop, plain } from "../ui/words.ts";
import type { RetryNote } from "./progress.ts";

/** A failed attempt, and when the next is made. */
export function RetryNoteView({ note }: { readonly note: RetryNote }) {
  const { attempt, error, retry_at, step } = note.data;
  const at = Date.parse(retry_at);
  const waits = useNow(500) < at;
  return (
    <li className="note" data-tone="warn">
      Attempt {attempt} of {plain(step)} failed ({plain(error.code)}): {fullStop(error.message)}{" "}
      {waits ? (
        <>
          Next attempt in <Countdown until={at} />.
        </>
      ) : (
        "Tried again."
      )}
    </li>
  );
}
