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
  const isAhead = ahead !== null;
  const now = useRef({ selection, setSearch, isAhead });
  now.current = { selection, setSearch, isAhead };

  const select = useCallback<Select>((change, { step = false } = {}) => {
    const { selection: before, setSearch: write, isAhead: unwritten } = now.current;
    const next = { ...before, ...change };
    // What is left is what one goes back to.
    if (step && unwritten) write(searchOf(before), { replace: true });
    if (step) write(searchOf(next));
    now.current = { selection: next, setSearch: write, isAhead: !step };
    setAhead(step ? null : next);
  }, []);
  // One timer for all that is chosen meanwhile.
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
