/**
 * Lets one request have a signal of its own, which follows `signal` until the request is over. The SDK keeps its
 * listener on the signal it is given: one that lives longer would gather them, and, aborting at last, have it send
 * a cancellation for every request that was answered long ago.
 */
export async function withOwnSignal<T>(
  signal: AbortSignal,
  request: (own: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const abort = () => own.abort(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    signal.throwIfAborted();
    return await request(own.signal);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
