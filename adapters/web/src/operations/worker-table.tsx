import type { WorkerEntry } from "../../../../domain/ports/worker-registry.ts";
import { Duration, When } from "../ui/time.tsx";
import "../ui/table.css";

const WORK = { workflow: "drives runs", tool: "executes tools" };

export function WorkerTable({ workers }: { readonly workers: readonly WorkerEntry[] }) {
  if (workers.length === 0) return <p className="muted">None.</p>;
  const sorted = workers.toSorted(
    (one, other) => one.kind.localeCompare(other.kind) || one.started_at.localeCompare(other.started_at),
  );
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Worker</th>
          <th scope="col">Work</th>
          <th scope="col">Up for</th>
          <th scope="col">Started</th>
          <th scope="col">Noticed dead after</th>
        </tr>
      </thead>
      <tbody>
        {sorted.map(({ worker_id, kind, started_at, ttl_seconds }) => (
          <tr key={worker_id}>
            <td className="mono">{worker_id}</td>
            <td>{WORK[kind]}</td>
            <td className="muted">
              <Duration start={started_at} end={null} />
            </td>
            <td className="muted">
              <When at={started_at} />
            </td>
            <td className="muted numbers">{ttl_seconds} s</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
