import { Link } from "wouter";
import type { DeadMessage } from "../api/types.ts";
import { runPath } from "../routes.ts";
import { When } from "../ui/time.tsx";
import "../ui/table.css";

/** What was given up on last. */
export function DeadLetters({ letters }: { readonly letters: readonly DeadMessage[] }) {
  if (letters.length === 0) return <p className="muted">Nothing was given up on.</p>;
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Queue</th>
          <th scope="col">Run</th>
          <th scope="col">Tool</th>
          <th scope="col">Reason</th>
        </tr>
      </thead>
      <tbody>
        {letters.map(({ queue, run_id, call_id, tool_name, reason, at }) => (
          <tr key={`${at} ${queue} ${run_id} ${call_id}`}>
            <td className="narrow muted">
              <When at={at} />
            </td>
            <td className="narrow">{queue}</td>
            <td className="mono">
              {run_id === null ? "unknown" : <Link href={runPath(run_id)}>{run_id}</Link>}
            </td>
            <td>{tool_name ?? "–"}</td>
            <td>{reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
