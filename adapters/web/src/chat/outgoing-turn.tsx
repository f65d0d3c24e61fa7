import { ApiProblem, isOutage } from "../api/problem.ts";
import { Button } from "../ui/button.tsx";
import { Loading } from "../ui/loading.tsx";
import { Notice } from "../ui/notice.tsx";
import { Question } from "./question.tsx";
import { outbox, type Turn } from "./use-turns.ts";

/** A message that the API has not accepted yet, or did not want. */
export function OutgoingTurnView({ turn }: { readonly turn: Turn }) {
  const { outgoing } = turn;
  return (
    <article className="turn">
      <Question message={turn.message} context={turn.context} />
      {outgoing?.status.name === "failed" ? (
        <Notice tone="bad" title={titleOf(outgoing.status.error)}>
          <p>
            {isOutage(outgoing.status.error)
              ? "It is sent once the API is back, as long as this page is open."
              : outgoing.status.error.message}
          </p>
          <div className="turn-actions">
            <Button onClick={() => void outbox.retry(outgoing.key)}>Try again</Button>
            <Button variant="quiet" onClick={() => outbox.discard(outgoing.key)}>
              Discard
            </Button>
          </div>
        </Notice>
      ) : (
        <Loading label="Sending" />
      )}
    </article>
  );
}

function titleOf(error: Error): string {
  if (isOutage(error)) return "Not sent yet";
  return error instanceof ApiProblem && error.status === 429
    ? "Too many runs are active"
    : "The message was not accepted";
}
