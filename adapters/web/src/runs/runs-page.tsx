import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "wouter";
import { api } from "../api/api.ts";
import { runPath } from "../routes.ts";
import { Loading } from "../ui/loading.tsx";
import { StatusBadge } from "../ui/status-badge.tsx";
import { When } from "../ui/time.tsx";

/** Runs of all conversations, newest first. */
export default function RunsPage() {
  const { data } = useQuery({
    queryKey: ["runs"],
    queryFn: ({ signal }) => api.runs({ limit: 50 }, signal),
    refetchInterval: 3_000,
  });
  useEffect(() => {
    document.title = "Runs · Baton";
  }, []);
  if (data === undefined) return <Loading label="Loading the runs" />;
  return (
    <section aria-label="Runs">
      <h1>Runs</h1>
      <ul>
        {data.runs.map(({ run_id, message, status, outcome, created_at }) => (
          <li key={run_id}>
            <StatusBadge status={status} outcome={outcome} />
            <Link href={runPath(run_id)}>{message}</Link> <When at={created_at} />
          </li>
        ))}
      </ul>
    </section>
  );
}
