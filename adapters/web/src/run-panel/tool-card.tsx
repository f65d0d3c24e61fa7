import { Check, CircleSlash, Clock, Wrench, X } from "lucide-react";
import { outputText } from "../../../../domain/tools/tool.ts";
import { formatDuration } from "../ui/format.ts";
import { JsonView } from "../ui/json-view.tsx";
import { Duration } from "../ui/time.tsx";
import { plain } from "../ui/words.ts";
import type { ToolNote } from "./progress.ts";
import "./tool-card.css";

/** A tool call: what it was asked with, what came of it, how long it took. */
export function ToolCard({ note }: { readonly note: ToolNote }) {
  const { call, edited, ending, requested_at } = note;
  const { word, Icon } = standing(note);
  return (
    <li className="tool-card" data-status={ending?.status ?? "open"}>
      <p className="tool-card-head">
        <Wrench aria-hidden />
        <span className="tool-card-name">{call.tool_name}</span>
        <span className="tool-card-scope">{call.permission_scope}</span>
        <span className="tool-card-status">
          <Icon aria-hidden /> {word}
        </span>
        <span className="tool-card-time numbers">
          {ending === null ? (
            <Duration start={requested_at} end={null} />
          ) : (
            ending.duration_ms !== null && formatDuration(ending.duration_ms)
          )}
        </span>
      </p>
      <JsonView label="Arguments" value={edited ?? call.arguments} />
      {edited !== null && (
        <details className="tool-card-result">
          <summary>Edited by a person; the model asked for</summary>
          <JsonView label="Arguments as the model asked" value={call.arguments} />
        </details>
      )}
      <Result note={note} />
    </li>
  );
}

function Result({ note: { ending } }: { readonly note: ToolNote }) {
  switch (ending?.status) {
    case undefined:
      return null;
    case "completed":
      return (
        <details className="tool-card-result" open={outputText(ending.output).length < 400}>
          <summary>Result</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
          <pre tabIndex={0}>{outputText(ending.output)}</pre>
        </details>
      );
    case "failed":
      return (
        <p className="tool-card-problem">
          {plain(ending.error.code)}: {ending.error.message}
        </p>
      );
    case "denied":
      return <p className="tool-card-problem">{ending.reason}</p>;
    default:
      return ending satisfies never;
  }
}

function standing({ ending, approval }: ToolNote) {
  switch (ending?.status) {
    case undefined:
      return { word: approval === "asked" ? "waits for you" : "running", Icon: Clock };
    case "completed":
      return { word: (ending.attempt ?? 1) > 1 ? `done, attempt ${ending.attempt}` : "done", Icon: Check };
    case "failed":
      return { word: "failed", Icon: X };
    case "denied":
      return { word: "denied", Icon: CircleSlash };
    default:
      return ending satisfies never;
  }
}
