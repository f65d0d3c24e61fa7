/** A hidden page gets no frames, and nobody looks: often enough for its title. */
const HIDDEN_MS = 500;

/** Draws with the browser's next frame. */
export function onceAFrame(draw: () => void): void {
  if (document.hidden) setTimeout(draw, HIDDEN_MS);
  else requestAnimationFrame(draw);
}
