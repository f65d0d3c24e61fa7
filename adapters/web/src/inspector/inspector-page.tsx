import { useEffect } from "react";
import { RunPanel } from "../run-panel/run-panel.tsx";

/** One run, from every side. */
export default function InspectorPage({ run_id }: { readonly run_id: string }) {
  useEffect(() => {
    document.title = `Run ${run_id} · Baton`;
  }, [run_id]);
  return (
    <section aria-label="Run inspector">
      <h1>Run {run_id}</h1>
      <RunPanel run_id={run_id} />
    </section>
  );
}
