import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Json, JsonObject } from "../../../../../domain/json.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { parseJson, pointerTo, typedNumber, withField } from "./edit.ts";
import { emptyValue, isObject, resolve, shapeOf } from "./schema.ts";
import "./schema-field.css";

interface SchemaFieldProps {
  readonly label: string;
  readonly schema: JsonObject;
  readonly root: JsonObject;
  readonly value: Json | undefined;
  readonly required: boolean;
  readonly pointer: string;
  /** What the API found wrong, by JSON Pointer. */
  readonly errors: ReadonlyMap<string, string>;
  /** `undefined` leaves the value out. */
  readonly onChange: (value: Json | undefined) => void;
}

/** A field for one value, made from its schema. */
export function SchemaField(props: SchemaFieldProps) {
  const { label, root, value, required, pointer, errors, onChange } = props;
  const schema = resolve(props.schema, root);
  const shape = shapeOf(schema, root, value, pointer.split("/").length);
  if (shape.kind === "object" || shape.kind === "list") return <GroupField {...props} />;
  const hint = typeof schema.description === "string" ? schema.description : undefined;
  return (
    <Field
      label={
        <>
          {label}
          {!required && <span className="muted"> (optional)</span>}
        </>
      }
      hint={hint}
      error={errors.get(pointer)}
    >
      {(control) => {
        switch (shape.kind) {
          case "text": {
            const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
            const change = (typed: string) => onChange(typed === "" && !required ? undefined : typed);
            return shape.long ? (
              <textarea {...control} rows={4} value={text} onChange={({ target }) => change(target.value)} />
            ) : (
              <input {...control} value={text} onChange={({ target }) => change(target.value)} />
            );
          }
          case "number":
            return (
              <input
                {...control}
                inputMode={shape.whole ? "numeric" : "decimal"}
                value={value === undefined ? "" : String(value)}
                onChange={({ target }) => onChange(typedNumber(target.value))}
              />
            );
          case "boolean":
          case "choice": {
            const options = shape.kind === "boolean" ? [true, false] : shape.options;
            const chosen = options.findIndex((option) => JSON.stringify(option) === JSON.stringify(value));
            return (
              <select
                {...control}
                value={chosen}
                onChange={({ target }) => onChange(options[Number(target.value)])}
              >
                {(chosen < 0 || !required) && <option value={-1}>not set</option>}
                {options.map((option, index) => (
                  <option key={JSON.stringify(option)} value={index}>
                    {typeof option === "string" ? option : JSON.stringify(option)}
                  </option>
                ))}
              </select>
            );
          }
          case "json":
            return <JsonInput control={control} value={value} onChange={onChange} />;
          default:
            return shape satisfies never;
        }
      }}
    </Field>
  );
}

/** Fields within fields, and lists of them. */
function GroupField({ label, schema, root, value, required, pointer, errors, onChange }: SchemaFieldProps) {
  const shape = shapeOf(schema, root, value);
  const { description } = resolve(schema, root);
  const error = errors.get(pointer);
  return (
    <fieldset className="schema-group">
      <legend>
        {label}
        {!required && <span className="muted"> (optional)</span>}
      </legend>
      {typeof description === "string" && <p className="field-hint">{description}</p>}
      {error !== undefined && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      {value === undefined ? (
        <Button variant="quiet" onClick={() => onChange(emptyValue(schema, root))}>
          <Plus aria-hidden /> Add {label}
        </Button>
      ) : shape.kind === "list" ? (
        <ListItems
          {...{ label, root, pointer, errors, onChange }}
          schema={shape.items}
          items={Array.isArray(value) ? value : []}
        />
      ) : (
        isObject(value) && <ObjectFields {...{ schema, root, pointer, errors, onChange }} value={value} />
      )}
      {value !== undefined && !required && (
        <Button variant="quiet" onClick={() => onChange(undefined)}>
          <Trash2 aria-hidden /> Leave out {label}
        </Button>
      )}
    </fieldset>
  );
}

interface ObjectFieldsProps {
  readonly schema: JsonObject;
  readonly root: JsonObject;
  readonly value: JsonObject;
  readonly pointer: string;
  readonly errors: ReadonlyMap<string, string>;
  readonly onChange: (value: JsonObject) => void;
}

/** The fields of an object: those of its schema, and what the value has besides. */
export function ObjectFields({ schema, root, value, pointer, errors, onChange }: ObjectFieldsProps) {
  const shape = shapeOf(schema, root, value);
  const properties =
    shape.kind === "object"
      ? [...shape.properties, ...shape.rest.map((name) => ({ name, schema: {}, required: false }))]
      : Object.keys(value).map((name) => ({ name, schema: {}, required: false }));
  return properties.map(({ name, schema: property, required }) => (
    <SchemaField
      key={name}
      label={name}
      schema={property}
      root={root}
      value={value[name]}
      required={required}
      pointer={pointerTo(pointer, name)}
      errors={errors}
      onChange={(changed) => onChange(withField(value, name, changed))}
    />
  ));
}

interface ListItemsProps {
  readonly label: string;
  /** Of one item. */
  readonly schema: JsonObject;
  readonly root: JsonObject;
  readonly items: readonly Json[];
  readonly pointer: string;
  readonly errors: ReadonlyMap<string, string>;
  readonly onChange: (items: readonly Json[]) => void;
}

function ListItems({ label, schema, root, items, pointer, errors, onChange }: ListItemsProps) {
  return (
    <>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity but their place.
        <div key={index} className="schema-item">
          <SchemaField
            label={`${label} ${index + 1}`}
            schema={schema}
            root={root}
            value={item}
            required
            pointer={pointerTo(pointer, index)}
            errors={errors}
            onChange={(changed) => onChange(items.with(index, changed ?? emptyValue(schema, root)))}
          />
          <IconButton
            label={`Remove ${label} ${index + 1}`}
            onClick={() => onChange(items.toSpliced(index, 1))}
          >
            <Trash2 />
          </IconButton>
        </div>
      ))}
      <Button variant="quiet" onClick={() => onChange([...items, emptyValue(schema, root)])}>
        <Plus aria-hidden /> Add to {label}
      </Button>
    </>
  );
}

interface JsonInputProps {
  readonly control: object;
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
}

/** Any JSON, as text. What is no JSON yet is invalid, and the value the last that was. */
function JsonInput({ control, value, onChange }: JsonInputProps) {
  const [text, setText] = useState(() => (value === undefined ? "" : JSON.stringify(value, null, 2)));
  return (
    <textarea
      {...control}
      rows={3}
      className="input mono"
      value={text}
      onChange={({ target }) => {
        setText(target.value);
        const typed = parseJson(target.value);
        target.setCustomValidity("error" in typed ? typed.error : "");
        if ("value" in typed) onChange(typed.value);
      }}
    />
  );
}
