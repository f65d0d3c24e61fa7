import { MessageSquare } from "lucide-react";
import { Link } from "wouter";
import type { Run } from "../api/types.ts";
import { conversationPath, runPath } from "../routes.ts";
import { StatusBadge } from "../ui/status-badge.tsx";
import { Duration, When } from "../ui/time.tsx";
import "../ui/table.css";
import "./run-table.css";

export function RunTable({ runs }: { readonly runs: readonly Run[] }) {
  if (runs.length === 0) return <p className="muted">There are no such runs.</p>;
  return (
    <table className="table run-table">
      <thead>
        <tr>
          <th scope="col">Status</th>
          <th scope="col">Message</th>
          <th scope="col">Mode</th>
          <th scope="col">Events</th>
          <th scope="col">Took</th>
          <th scope="col">Started</th>
          <th scope="col">
            <span className="spoken">Conversation</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Row key={run.run_id} run={run} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ run }: { readonly run: Run }) {
  const { run_id, status, outcome, message, mode, last_seq, created_at, ended_at, conversation_id } = run;
  return (
    <tr>
      <td className="narrow">
        <StatusBadge status={status} outcome={outcome} />
      </td>
      <td className="run-table-message">
        <Link href={runPath(run_id)} title={message}>
          {message}
        </Link>
      </td>
      <td className="narrow muted">{mode}</td>
      <td className="narrow muted numbers">{last_seq}</td>
      <td className="narrow muted">
        <Duration start={created_at} end={ended_at} />
      </td>
      <td className="narrow muted">
        <When at={created_at} />
      </td>
      <td className="narrow">
        <Link
          href={conversationPath(conversation_id, run_id)}
          className="icon-button"
          aria-label={`Open the conversation of ${message}`}
          title="Open the conversation"
        >
          <MessageSquare aria-hidden />
        </Link>
      </td>
    </tr>
  );
}
