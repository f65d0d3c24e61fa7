import { expect, it } from "vitest";
import { spanOf } from "../../../../adapters/web/src/inspector/trace/span-of.ts";
import type { EventType } from "../../../../domain/run/events.ts";
import { happened, recorded } from "../../../support/given.ts";
import { ALLOW, begin, request, result, upTo } from "../../../support/run-commands.ts";

const events = recorded(
  happened(
    ...upTo("respond"),
    request({ c1: ALLOW, c2: ALLOW }),
    result("c1"),
    result("c2"),
    begin("respond"),
  ),
);

function spansOfAll(type: EventType) {
  return events.filter((event) => event.type === type).map((event) => spanOf(events, event));
}

it("finds the span of an event from the first on", () => {
  expect(spansOfAll("run.started")[0]).toMatchObject({ name: "invoke_workflow baton" });
  for (const event of events) expect(spanOf(events, event), `${event.seq} ${event.type}`).not.toBeNull();
});

it("tells calls apart that are open at the same time", () => {
  const requested = spansOfAll("tool.requested").map((span) => span?.span_id);
  expect(new Set(requested).size).toBe(2);
  expect(spansOfAll("tool.completed").map((span) => span?.span_id)).toEqual(requested);
});
