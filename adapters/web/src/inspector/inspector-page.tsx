import { useEffect, useMemo } from "react";
import { useRun } from "../live/use-run.ts";
import { Loading } from "../ui/loading.tsx";
import { Notice } from "../ui/notice.tsx";
import { EventsView } from "./events/events-view.tsx";
import { InspectorHead } from "./inspector-head.tsx";
import { VIEWS } from "./selection.ts";
import { StateView } from "./state/state-view.tsx";
import { TimeTravel } from "./state/time-travel.ts";
import { TimeSlider } from "./time-slider.tsx";
import { TraceView } from "./trace/trace-view.tsx";
import { useSelection } from "./use-selection.ts";
import { ViewTabs } from "./view-tabs.tsx";
import "./inspector-page.css";

/** One run, from every side and at any of its moments. */
export default function InspectorPage({ run_id }: { readonly run_id: string }) {
  const { events, state, connection } = useRun(run_id);
  const travel = useMemo(() => new TimeTravel(), []);
  const [selection, select] = useSelection();
  useEffect(() => {
    document.title = `${state?.message.slice(0, 60) ?? `Run ${run_id}`} · Baton`;
  }, [run_id, state?.message]);

  if (connection.status === "refused") {
    return (
      <section className="inspector" aria-label="Run inspector">
        <h1 className="spoken">Run</h1>
        <Notice tone="bad" title="This run cannot be shown">
          {connection.problem.message}
        </Notice>
      </section>
    );
  }
  const latest = events.at(-1)?.seq ?? 0;
  const seq = Math.min(selection.seq ?? latest, latest);
  return (
    <section className="inspector" aria-label="Run inspector">
      <InspectorHead run_id={run_id} state={state} events={events} connection={connection} seq={seq} />
      {events.length === 0 ? (
        <Loading label="Loading the run" />
      ) : (
        <>
          <ViewTabs views={VIEWS} view={selection.view} onSelect={(view) => select({ view }, { step: true })}>
            {
              {
                trace: (
                  <TraceView
                    events={events}
                    seq={selection.seq}
                    span_id={selection.span_id}
                    onSpan={(span_id) => select({ span_id })}
                    onSeq={(chosen) => select({ seq: chosen })}
                    onEvents={(first) => select({ view: "events", seq: first }, { step: true })}
                  />
                ),
                events: (
                  <EventsView
                    events={events}
                    seq={selection.seq}
                    onSelect={(chosen) => select({ seq: chosen })}
                    onSpan={(span_id) => select({ view: "trace", span_id }, { step: true })}
                  />
                ),
                state: (
                  <StateView
                    travel={travel}
                    events={events}
                    seq={seq}
                    onSpan={(span_id) => select({ view: "trace", span_id }, { step: true })}
                  />
                ),
              }[selection.view]
            }
          </ViewTabs>
          <TimeSlider events={events} seq={selection.seq} onChange={(chosen) => select({ seq: chosen })} />
        </>
      )}
    </section>
  );
}
