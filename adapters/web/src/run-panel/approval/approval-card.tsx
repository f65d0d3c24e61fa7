import { ShieldQuestion } from "lucide-react";
import { useId, useRef, useState } from "react";
import type { JsonObject } from "../../../../../domain/json.ts";
import type { PendingApproval, RunState } from "../../../../../domain/run/state.ts";
import { api } from "../../api/api.ts";
import { ApiProblem } from "../../api/problem.ts";
import type { ApprovalAnswer } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Countdown } from "../../ui/time.tsx";
import { sentence } from "../../ui/words.ts";
import { AskedAnswer, AskedCall } from "./asked.tsx";
import "./approval-card.css";

interface ApprovalCardProps {
  readonly asked: PendingApproval;
  readonly state: RunState;
}

/** A question to a person: what is asked and why, and the ways to answer. */
export function ApprovalCard({ asked, state }: ApprovalCardProps) {
  const { reason, call_id, digest, expires_at, again } = asked;
  const call = state.calls.find((candidate) => candidate.call_id === call_id);
  const [edited, setEdited] = useState<JsonObject | null>(null);
  const [comment, setComment] = useState("");
  const [sending, setSending] = useState<ApprovalAnswer["decision"] | null>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  const title = useId();
  const card = useRef<HTMLElement>(null);

  const decide = async (decision: ApprovalAnswer["decision"]) => {
    // What cannot be read is not in `edited`: it would be approved without.
    const unreadable = card.current?.querySelector<HTMLTextAreaElement>("textarea:invalid");
    if (decision === "approved" && unreadable) {
      unreadable.reportValidity();
      return;
    }
    setSending(decision);
    setProblem(null);
    try {
      await api.decide(state.run_id, {
        decision,
        ...(call_id !== undefined && { call_id }),
        ...(digest !== undefined && { digest }),
        ...(decision === "approved" && edited !== null && { arguments: edited }),
        ...(comment.trim() !== "" && { comment: comment.trim() }),
      });
      // It stays until the event says that it is decided.
    } catch (error) {
      setSending(null);
      setProblem(error instanceof Error ? error : new Error(String(error)));
    }
  };

  return (
    <article ref={card} className="approval" aria-labelledby={title}>
      <h3 id={title} className="approval-title">
        <ShieldQuestion aria-hidden />
        {call === undefined ? "Release this answer?" : `Allow ${call.tool_name}?`}
      </h3>
      <p>{sentence(reason)}</p>
      {again && (
        <Notice tone="warn">
          An earlier attempt was cut short and may have had its effect. Allowing it may do the same thing
          twice.
        </Notice>
      )}
      {call === undefined ? (
        <AskedAnswer state={state} />
      ) : (
        <AskedCall call={call} edited={edited} onEdit={setEdited} errors={fieldErrors(problem)} />
      )}
      <Field
        label="Comment"
        hint={call === undefined ? undefined : "The model is told when the call is rejected."}
      >
        {(control) => (
          <input
            {...control}
            value={comment}
            maxLength={4000}
            onChange={({ target }) => setComment(target.value)}
          />
        )}
      </Field>
      {problem !== null && (
        <div role="alert">
          <Notice tone="bad">{problem.message}</Notice>
        </div>
      )}
      <div className="approval-actions">
        <Button variant="primary" disabled={sending !== null} onClick={() => void decide("approved")}>
          {edited === null ? "Approve" : "Approve with edits"}
        </Button>
        <Button variant="danger" disabled={sending !== null} onClick={() => void decide("rejected")}>
          Reject
        </Button>
        {expires_at !== undefined && (
          <span className="muted">
            expires in <Countdown until={Date.parse(expires_at)} />
          </span>
        )}
      </div>
    </article>
  );
}

const ARGUMENTS = "/arguments";

/** What the API found wrong with edited arguments, by their own pointers. */
function fieldErrors(problem: Error | null): ReadonlyMap<string, string> {
  const fields = problem instanceof ApiProblem ? problem.fields : [];
  return new Map(
    fields
      .filter(({ pointer }) => pointer.startsWith(ARGUMENTS))
      .map(({ pointer, detail }) => [pointer.slice(ARGUMENTS.length), detail]),
  );
}
