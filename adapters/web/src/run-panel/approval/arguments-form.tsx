import { useState } from "react";
import type { JsonObject } from "../../../../../domain/json.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { parseObject } from "./edit.ts";
import { shapeOf } from "./schema.ts";
import { ObjectFields } from "./schema-field.tsx";

interface ArgumentsFormProps {
  /** Of the arguments; null while it is not known. */
  readonly schema: JsonObject | null;
  readonly value: JsonObject;
  readonly errors: ReadonlyMap<string, string>;
  readonly onChange: (value: JsonObject) => void;
}

/** A call's arguments as a form, or, where their schema makes none, as JSON. */
export function ArgumentsForm({ schema, value, errors, onChange }: ArgumentsFormProps) {
  const hasForm = schema !== null && shapeOf(schema, schema, value).kind === "object";
  const [asJson, setAsJson] = useState(false);
  const whole = errors.get("");
  return (
    <div className="arguments-form">
      {hasForm && !asJson ? (
        <ObjectFields
          schema={schema}
          root={schema}
          value={value}
          pointer=""
          errors={errors}
          onChange={onChange}
        />
      ) : (
        <JsonEditor value={value} onChange={onChange} errors={errors} />
      )}
      {whole !== undefined && (
        <p className="field-error" role="alert">
          {whole}
        </p>
      )}
      {hasForm && (
        <Button variant="quiet" onClick={() => setAsJson(!asJson)}>
          {asJson ? "Edit as a form" : "Edit as JSON"}
        </Button>
      )}
    </div>
  );
}

function JsonEditor({ value, errors, onChange }: Omit<ArgumentsFormProps, "schema">) {
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const parsed = parseObject(text);
  const told = [...errors].map(([pointer, detail]) => `${pointer || "The arguments"}: ${detail}`).join(" ");
  return (
    <Field label="Arguments as JSON" error={"error" in parsed ? parsed.error : told || undefined}>
      {(control) => (
        <textarea
          {...control}
          className="input mono"
          rows={Math.min(18, text.split("\n").length + 1)}
          spellCheck={false}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            const typed = parseObject(target.value);
            target.setCustomValidity("error" in typed ? typed.error : "");
            if ("value" in typed) onChange(typed.value);
          }}
        />
      )}
    </Field>
  );
}
