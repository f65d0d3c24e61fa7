/** A hidden page gets no frames, and nobody looks: often enough for its title. */
const HIDDEN_MS = 500;
/** Of the browser's time, drawing what streams takes one part in this many, so that typing stays quick. */
const SHARE = 3;

let earliest = 0;

/**
 * Draws with one of the browser's next frames: the very next, unless the last drawing took long (a long answer
 * on a slow machine); then the page gets time for other things first.
 */
export function atNextFrame(draw: () => void): void {
  if (document.hidden) {
    setTimeout(draw, HIDDEN_MS);
    return;
  }
  const pause = earliest - performance.now();
  if (pause > 0) setTimeout(() => requestAnimationFrame(() => timed(draw)), pause);
  else requestAnimationFrame(() => timed(draw));
}

function timed(draw: () => void): void {
  const start = performance.now();
  draw();
  // Behind this frame's rendering, layout and painting.
  setTimeout(() => {
    const end = performance.now();
    earliest = end + (SHARE - 1) * (end - start);
  });
}
