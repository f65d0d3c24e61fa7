import { useQuery } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { canonicalJson, type JsonObject } from "../../../../../domain/json.ts";
import type { RunState, ToolCall } from "../../../../../domain/run/state.ts";
import { api } from "../../api/api.ts";
import { Button } from "../../ui/button.tsx";
import { JsonView } from "../../ui/json-view.tsx";
import { ArgumentsForm } from "./arguments-form.tsx";

/** An answer that did not pass its check. */
export function AskedAnswer({ state }: { readonly state: RunState }) {
  return (
    <>
      {state.verification !== null && <p className="muted">The check said: {state.verification.reason}.</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <blockquote className="approval-answer" tabIndex={0}>
        {state.output_text}
      </blockquote>
    </>
  );
}

interface AskedCallProps {
  readonly call: ToolCall;
  /** null: as the model asked. */
  readonly edited: JsonObject | null;
  readonly onEdit: (edited: JsonObject | null) => void;
  readonly errors: ReadonlyMap<string, string>;
}

/** A tool call: what it would be executed with, to be looked at or changed. */
export function AskedCall({ call, edited, onEdit, errors }: AskedCallProps) {
  const { data: tools } = useQuery({ queryKey: ["tools"], queryFn: ({ signal }) => api.tools(signal) });
  const [editing, setEditing] = useState(false);
  const tool = tools?.find(({ name }) => name === call.tool_name);
  const change = (changed: JsonObject) =>
    onEdit(canonicalJson(changed) === canonicalJson(call.arguments) ? null : changed);
  const toggle = () => {
    onEdit(null);
    setEditing(!editing);
  };
  return (
    <>
      <p className="approval-about" title={tool?.description}>
        {call.permission_scope !== "unknown" && <strong>It may {SCOPES[call.permission_scope]}. </strong>}
        {tool?.description}
      </p>
      {editing ? (
        <ArgumentsForm
          schema={tool?.input_schema ?? null}
          value={edited ?? call.arguments}
          errors={errors}
          onChange={change}
        />
      ) : (
        <JsonView label="Arguments" value={call.arguments} />
      )}
      <Button variant="quiet" className="approval-edit" onClick={toggle}>
        <Pencil aria-hidden /> {editing ? "Leave the arguments as they were" : "Edit the arguments"}
      </Button>
    </>
  );
}

const SCOPES = { read: "read", write: "change things", destructive: "destroy things" } as const;
