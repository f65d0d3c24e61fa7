/** Works on all items, so many at a time. */
export async function inLanes<T>(
  items: Iterable<T>,
  lanes: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const lane = async () => {
    for (let next = rest.next(); !next.done; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Waits until `condition` holds, looking every `every_ms`. Throws when it does not in time. */
export async function until(
  condition: () => Promise<boolean>,
  every_ms: number,
  limit_ms: number,
): Promise<void> {
  const limit = performance.now() + limit_ms;
  while (!(await condition())) {
    if (performance.now() > limit) throw new Error(`not so within ${limit_ms} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, every_ms));
  }
}
