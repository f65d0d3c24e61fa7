import { useState } from "react";
import type { Json } from "../../../../domain/json.ts";
import "./json-tree.css";

/** Entries that are shown at once; of a longer list the others when they are asked for. */
const SHOWN = 100;

/** JSON that unfolds level by level; what is folded is not drawn. */
export function JsonTree({ value }: { readonly value: Json }) {
  if (value === null || typeof value !== "object") return <Leaf value={value} />;
  return <Branch value={value} />;
}

function Leaf({ value }: { readonly value: Json }) {
  return (
    <span className="json-leaf" data-type={typeof value}>
      {typeof value === "string" ? value : JSON.stringify(value)}
    </span>
  );
}

function Branch({ value }: { readonly value: object }) {
  const [open, setOpen] = useState(false);
  const entries = Object.entries(value) as readonly (readonly [string, Json])[];
  return (
    <details className="json-branch" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {sizeOf(value)} <span className="muted">{open ? "" : glanceAt(value)}</span>
      </summary>
      {open && <Entries entries={entries} />}
    </details>
  );
}

function Entries({ entries }: { readonly entries: readonly (readonly [string, Json])[] }) {
  const [shown, setShown] = useState(SHOWN);
  return (
    <>
      <dl className="json-entries">
        {entries.slice(0, shown).map(([name, entry]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <JsonTree value={entry} />
            </dd>
          </div>
        ))}
      </dl>
      {entries.length > shown && (
        <button type="button" className="json-more" onClick={() => setShown(shown + SHOWN)}>
          {entries.length - shown} more
        </button>
      )}
    </>
  );
}

function sizeOf(value: object): string {
  const size = Object.keys(value).length;
  if (Array.isArray(value)) return size === 1 ? "1 entry" : `${size} entries`;
  return size === 1 ? "1 field" : `${size} fields`;
}

const GLANCE = 90;

/** The beginning of what is folded, so that one need not unfold everything to find something. */
function glanceAt(value: object): string {
  const names = Array.isArray(value) ? value.map(nameOf) : Object.keys(value);
  let glance = "";
  for (const name of names) {
    if (glance.length > GLANCE) return `${glance}, …`;
    glance += glance === "" ? name : `, ${name}`;
  }
  return glance;
}

/** What tells an entry of a list from the others. */
function nameOf(entry: Json): string {
  if (entry === null || typeof entry !== "object") return String(entry).slice(0, GLANCE);
  const named = Object.values(entry).find((field) => typeof field === "string");
  return typeof named === "string" ? named.slice(0, GLANCE) : "…";
}
