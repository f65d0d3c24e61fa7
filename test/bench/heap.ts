import type { BenchProcess } from "./bench-process.ts";

const LIMIT_MS = 30_000;

/** A process that was started with `--inspect=127.0.0.1:0`: its heap, once nothing in it is garbage any more, in MiB. */
export async function heapAfterGc(process: BenchProcess): Promise<number> {
  const url = /Debugger listening on (ws:\S+)/.exec(process.output)?.[1];
  if (url === undefined) throw new Error(`${process.name} was not started with --inspect`);
  const socket = new WebSocket(url);
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
  socket.onopen = () => resolve();
  socket.onerror = () => reject(new Error(`the inspector of ${process.name} does not answer`));
  await opened;
  try {
    await call(socket, 1, "HeapProfiler.collectGarbage");
    const { usedSize } = (await call(socket, 2, "Runtime.getHeapUsage")) as { readonly usedSize: number };
    return usedSize / 2 ** 20;
  } finally {
    socket.close();
  }
}

/** One call of the Chrome DevTools Protocol. */
function call(socket: WebSocket, id: number, method: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const timer = setTimeout(() => reject(new Error(`${method} was not answered in time`)), LIMIT_MS);
  socket.addEventListener("message", function answered({ data }) {
    const answer = JSON.parse(String(data)) as { readonly id?: number; readonly result?: unknown };
    if (answer.id !== id) return;
    socket.removeEventListener("message", answered);
    clearTimeout(timer);
    resolve(answer.result);
  });
  socket.send(JSON.stringify({ id, method }));
  return promise;
}
