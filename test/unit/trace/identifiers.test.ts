import { describe, expect, it } from "vitest";
import type { RunId } from "../../../domain/ids.ts";
import { parseTraceparent, spanIdOf, traceIdOf } from "../../../domain/trace/identifiers.ts";

const id = (run_id: string) => run_id as RunId;

describe("a traceparent header", () => {
  it("names the caller's trace and span", () => {
    expect(parseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")).toEqual({
      trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
      parent_span_id: "00f067aa0ba902b7",
    });
  });

  it("may have more fields in a later version", () => {
    expect(parseTraceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more")).not.toBeNull();
  });

  it.each([
    ["", "nothing"],
    ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", "flags missing"],
    ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", "too much for version 00"],
    ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more", "no separator"],
    ["00-00000000000000000000000000000000-00f067aa0ba902b7-01", "trace id of zeros"],
    ["00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", "span id of zeros"],
    ["ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "forbidden version"],
    ["00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01", "upper case"],
    ["00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01", "a digit short"],
    [" 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "a blank before"],
  ])("is ignored when it is none: %s (%s)", (header) => {
    expect(parseTraceparent(header)).toBeNull();
  });
});

describe("the trace id of a run", () => {
  it("is its UUID's digits", () => {
    expect(traceIdOf(id("7d0e4b9c-2f1a-4c83-9a55-0c1d2e3f4a5b"))).toBe("7d0e4b9c2f1a4c839a550c1d2e3f4a5b");
    expect(traceIdOf(id("7D0E4B9C-2F1A-4C83-9A55-0C1D2E3F4A5B"))).toBe("7d0e4b9c2f1a4c839a550c1d2e3f4a5b");
  });

  it("is a hash of any other id: FNV-1a, as its specification's vectors have it", () => {
    expect(traceIdOf(id("foobar"))).toBe("343e1662793c64bf6f0d3597ba446f18");
    expect(traceIdOf(id("a"))).toBe("d228cb696f1a8caf78912b704e4a8964");
  });

  it("is never all zeros, which means no trace", () => {
    expect(traceIdOf(id("00000000-0000-0000-0000-000000000000"))).toMatch(/[1-9a-f]/);
  });
});

describe("a span id", () => {
  it("is 16 digits, the same for the same span, another for another", () => {
    expect(spanIdOf(id("run-1234"), "5/step")).toMatch(/^[0-9a-f]{16}$/);
    expect(spanIdOf(id("run-1234"), "5/step")).toBe(spanIdOf(id("run-1234"), "5/step"));
    expect(spanIdOf(id("run-1234"), "5/step")).not.toBe(spanIdOf(id("run-1234"), "6/step"));
    expect(spanIdOf(id("run-1234"), "5/step")).not.toBe(spanIdOf(id("run-1235"), "5/step"));
  });
});
