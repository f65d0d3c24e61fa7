import { useQuery } from "@tanstack/react-query";
import { api } from "../api/api.ts";
import type { Operations } from "../api/types.ts";
import { Loading } from "../ui/loading.tsx";
import { Notice } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { DeadLetters } from "./dead-letters.tsx";
import { QueueCard } from "./queue-card.tsx";
import { ThroughputChart } from "./throughput-chart.tsx";
import { warningsOf } from "./warnings.ts";
import { WorkerTable } from "./worker-table.tsx";
import "./operations-page.css";

const REFRESH_MS = 2_000;

/** How the deployment is doing: is it keeping up, and who works? */
export default function OperationsPage() {
  const { data, error } = useQuery({
    queryKey: ["operations"],
    queryFn: ({ signal }) => api.operations(signal),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Page title="Operations">
      {data !== undefined ? (
        <Overview operations={data} />
      ) : error !== null ? (
        <Notice tone="bad" title="It cannot be told how the deployment is doing">
          {error.message}
        </Notice>
      ) : (
        <Loading label="Looking at the deployment" />
      )}
    </Page>
  );
}

function Overview({ operations }: { readonly operations: Operations }) {
  const { workers, queues, dead_letters, active_runs, throughput } = operations;
  return (
    <>
      {warningsOf(operations).map((warning) => (
        <Notice key={warning} tone="warn">
          {warning}
        </Notice>
      ))}
      <div className="operations-cards">
        <section className="operations-card" aria-labelledby="active-runs">
          <h2 id="active-runs">Active runs</h2>
          <p className="operations-figure numbers">{active_runs}</p>
          <p className="muted">accepted and not ended</p>
        </section>
        <QueueCard title="Run queue" depth={queues.runs} what="wake-ups" />
        <QueueCard title="Tool queue" depth={queues.tools} what="calls" />
        <section className="operations-card operations-card-wide" aria-labelledby="throughput">
          <h2 id="throughput">Runs per minute</h2>
          <ThroughputChart minutes={throughput} />
        </section>
      </div>
      <section className="operations-card" aria-labelledby="workers">
        <h2 id="workers">Workers alive</h2>
        <WorkerTable workers={workers} />
      </section>
      <section className="operations-card" aria-labelledby="dead-letters">
        <h2 id="dead-letters">Dead letters</h2>
        <DeadLetters letters={dead_letters} />
      </section>
    </>
  );
}
