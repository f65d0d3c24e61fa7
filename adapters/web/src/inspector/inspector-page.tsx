import { useEffect, useMemo } from "react";
import { useSearchParams } from "wouter";
import { useRun } from "../live/use-run.ts";
import { Loading } from "../ui/loading.tsx";
import { Notice } from "../ui/notice.tsx";
import { EventsView } from "./events/events-view.tsx";
import { InspectorHead } from "./inspector-head.tsx";
import { type Selection, searchOf, selectionOf, VIEWS } from "./selection.ts";
import { StateView } from "./state/state-view.tsx";
import { TimeTravel } from "./state/time-travel.ts";
import { TimeSlider } from "./time-slider.tsx";
import { TraceView } from "./trace/trace-view.tsx";
import { ViewTabs } from "./view-tabs.tsx";
import "./inspector-page.css";

/** One run, from every side and at any of its moments. */
export default function InspectorPage({ run_id }: { readonly run_id: string }) {
  const { events, state, connection } = useRun(run_id);
  const [search, setSearch] = useSearchParams();
  const travel = useMemo(() => new TimeTravel(), []);
  const selection = selectionOf(search);
  const select = (change: Partial<Selection>, { replace = false } = {}) =>
    setSearch(searchOf({ ...selection, ...change }), { replace });
  useEffect(() => {
    document.title = `${state?.message.slice(0, 60) ?? `Run ${run_id}`} · Baton`;
  }, [run_id, state?.message]);

  if (connection.status === "refused") {
    return (
      <section className="inspector" aria-label="Run inspector">
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
      <InspectorHead run_id={run_id} state={state} connection={connection} seq={seq} />
      {events.length === 0 ? (
        <Loading label="Loading the run" />
      ) : (
        <>
          <ViewTabs views={VIEWS} view={selection.view} onSelect={(view) => select({ view })}>
            {
              {
                trace: (
                  <TraceView
                    events={events}
                    seq={selection.seq}
                    span_id={selection.span_id}
                    onSpan={(span_id) => select({ span_id }, { replace: true })}
                    onEvents={(first) => select({ view: "events", seq: first })}
                  />
                ),
                events: (
                  <EventsView
                    events={events}
                    seq={selection.seq}
                    onSelect={(chosen) => select({ seq: chosen }, { replace: true })}
                  />
                ),
                state: <StateView travel={travel} events={events} seq={seq} />,
              }[selection.view]
            }
          </ViewTabs>
          <TimeSlider
            events={events}
            seq={selection.seq}
            onChange={(chosen) => select({ seq: chosen }, { replace: true })}
          />
        </>
      )}
    </section>
  );
}
