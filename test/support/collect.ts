/** Everything a stream yields; rejects with what it throws. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of stream) collected.push(item);
  return collected;
}
