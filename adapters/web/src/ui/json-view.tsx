import type { Json } from "../../../../domain/json.ts";
import "./json-view.css";

interface JsonViewProps {
  readonly label: string;
  readonly value: Json;
}

/** JSON as people read it: flat objects as a list of fields, anything deeper as indented text. */
export function JsonView({ label, value }: JsonViewProps) {
  return (
    <figure aria-label={label} className="json">
      <Content value={value} />
    </figure>
  );
}

function Content({ value }: { readonly value: Json }) {
  const fields = flatFields(value);
  if (fields === null) {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
      <pre className="json-text" tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    );
  }
  if (fields.length === 0) return <span className="muted">{"{}"}</span>;
  return (
    <dl className="json-fields">
      {fields.map(([name, shown]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{shown}</dd>
        </div>
      ))}
    </dl>
  );
}

function flatFields(value: Json): readonly (readonly [string, string])[] | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const entries = Object.entries(value);
  if (entries.some(([, field]) => field !== null && typeof field === "object")) return null;
  return entries.map(([name, field]) => [name, typeof field === "string" ? field : JSON.stringify(field)]);
}
