/**
 * W: a run is started, a tool worker's process executes its one tool call, the run completes, and the client has
 * the event that says so. It is the calculator run.
 */
export const MESSAGE = "17 + 32";
