import { useState } from "react";

const NAME = "baton.panel";
const NARROW = "(max-width: 1080px)";

/** Whether the run is shown beside the chat: as it was left, and at first where there is room. */
export function usePanel(): readonly [boolean, (open: boolean) => void] {
  const [open, setOpen] = useState(remembered);
  const set = (opens: boolean) => {
    setOpen(opens);
    try {
      localStorage.setItem(NAME, opens ? "open" : "closed");
    } catch {
      // Storage may be forbidden: it is forgotten with the page.
    }
  };
  return [open, set];
}

function remembered(): boolean {
  if (window.matchMedia(NARROW).matches) return false;
  try {
    return localStorage.getItem(NAME) !== "closed";
  } catch {
    return true;
  }
}
