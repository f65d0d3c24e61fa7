import type { RunEvent } from "../../../domain/run/events.ts";
import { printable } from "../eval/printable.ts";
import type { Report, Side } from "./report.ts";

/** Unchanged lines around a change that are shown with it. */
const AROUND = 2;
const MARKS = { same: " ", gone: "-", new: "+" } as const;

/** A replay for people: the verdict, the first difference, and for a live one what else differs. */
export function printReport(report: Report): string {
  const { run_id, divergence, not_recorded, cut, live, recorded, replayed } = report;
  const lines = [verdictOn(report)];
  if (cut !== null) lines.push(`Compared as far as the record goes: ${cut}.`);
  if (divergence !== null) {
    lines.push("", `First difference, at seq ${divergence.seq} of ${run_id}:`);
    lines.push(`  ${printable(divergence.explanation)}`);
    if (!live)
      lines.push(`  record: ${shown(divergence.recorded)}`, `  replay: ${shown(divergence.replayed)}`);
  }
  for (const { asked, call } of not_recorded) {
    const what = call === null ? "of the answer" : `of ${call.tool_name} ${JSON.stringify(call.arguments)}`;
    lines.push(
      "",
      printable(`Not on record, so not ${asked === "result" ? "executed" : "granted"}: the ${asked} ${what}`),
    );
  }
  if (divergence !== null) lines.push("", ...diffLines(report), "", ...table(recorded, replayed));
  return `${lines.join("\n")}\n`;
}

function verdictOn({ run_id, divergence, live, recorded }: Report): string {
  const way = live ? "asked anew" : "replayed from its record";
  const verdict =
    divergence === null ? `goes the same way, through ${recorded.totals.events} events` : "goes another way";
  return `${run_id}, ${way}, ${verdict}.`;
}

const LONGEST_EVENT = 400;

function shown(event: RunEvent | null): string {
  if (event === null) return "nothing";
  const data = printable(JSON.stringify(event.data));
  return `${event.seq} ${event.type} ${data.length > LONGEST_EVENT ? `${data.slice(0, LONGEST_EVENT)}…` : data}`;
}

/** Changes with the lines around them; what is left out between is told. */
function diffLines({ diff }: Report): readonly string[] {
  const isNear = (index: number) =>
    diff.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ change }) => change !== "same");
  const lines: string[] = [];
  let left_out = 0;
  for (const [index, { change, line }] of diff.entries()) {
    if (!isNear(index)) {
      left_out += 1;
      continue;
    }
    if (left_out > 0) lines.push(`    … ${left_out} the same`);
    left_out = 0;
    lines.push(`  ${MARKS[change]} ${line.text}`);
  }
  if (left_out > 0) lines.push(`    … ${left_out} the same`);
  return lines;
}

function table(recorded: Side, replayed: Side): readonly string[] {
  const rows: readonly (readonly [string, string, string])[] = [
    ["", "record", "replay"],
    ["outcome", recorded.outcome, replayed.outcome],
    ["cost", dollars(recorded), dollars(replayed)],
    ...(["model_calls", "tool_calls", "input_tokens", "output_tokens", "events"] as const).map(
      (name) =>
        [name.replace("_", " "), String(recorded.totals[name]), String(replayed.totals[name])] as const,
    ),
  ];
  const width = Math.max(...rows.map(([, one]) => one.length));
  return rows.map(([name, one, other]) => `  ${name.padEnd(13)}  ${one.padEnd(width)}  ${other}`.trimEnd());
}

function dollars({ totals }: Side): string {
  return `$${Number(totals.cost_usd.toPrecision(3))}`;
}
