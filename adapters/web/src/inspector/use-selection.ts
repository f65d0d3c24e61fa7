import { useCallback, useEffect, useRef, useState } from "react";
import { useSearchParams } from "wouter";
import { type Selection, searchOf, selectionOf } from "./selection.ts";

/** Browsers refuse to change the address more than some hundred times in ten seconds, and a slider is faster. */
const WRITE_MS = 250;

/** Changes what is shown; with `step` as a step that the browser's back button takes back. */
type Select = (change: Partial<Selection>, options?: { readonly step?: boolean }) => void;

/** What the inspector shows: at once what was chosen, and with the address keeping up. */
export function useSelection(): readonly [Selection, Select] {
  const [search, setSearch] = useSearchParams();
  // Chosen, and not in the address yet.
  const [ahead, setAhead] = useState<Selection | null>(null);
  const selection = ahead ?? selectionOf(search);
  const now = useRef({ selection, setSearch });
  now.current = { selection, setSearch };

  const select = useCallback<Select>((change, { step = false } = {}) => {
    const next = { ...now.current.selection, ...change };
    now.current.selection = next;
    if (step) now.current.setSearch(searchOf(next));
    setAhead(step ? null : next);
  }, []);
  // One timer for all that is chosen meanwhile.
  const isAhead = ahead !== null;
  useEffect(() => {
    if (!isAhead) return;
    const timer = setTimeout(() => {
      now.current.setSearch(searchOf(now.current.selection), { replace: true });
      setAhead(null);
    }, WRITE_MS);
    // Gone back meanwhile: what is there now is what was wanted.
    const drop = () => setAhead(null);
    window.addEventListener("popstate", drop);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("popstate", drop);
    };
  }, [isAhead]);
  return [selection, select];
}
