import type { BenchProcess } from "./bench-process.ts";

const LIMIT_MS = 30_000;

const NEW_SPACE = `process.getBuiltinModule("v8").getHeapSpaceStatistics()
  .find(({ space_name }) => space_name === "new_space").physical_space_size`;

/** A process that was started with `--inspect=127.0.0.1:0`: its heap, once nothing in it is garbage any more, in MiB. */
export function heapAfterGc(process: BenchProcess): Promise<number> {
  return inspect(process, async (socket) => {
    await call(socket, "HeapProfiler.collectGarbage");
    const { usedSize } = (await call(socket, "Runtime.getHeapUsage")) as { readonly usedSize: number };
    return usedSize / 2 ** 20;
  });
}

/** What such a process holds for new objects, in MiB: V8 takes more the busier it is, up to a limit. */
export function youngGeneration(process: BenchProcess): Promise<number> {
  return inspect(process, async (socket) => {
    const { result } = (await call(socket, "Runtime.evaluate", { expression: NEW_SPACE })) as {
      readonly result: { readonly value: number };
    };
    return result.value / 2 ** 20;
  });
}

async function inspect<T>(process: BenchProcess, ask: (socket: WebSocket) => Promise<T>): Promise<T> {
  const url = /Debugger listening on (ws:\S+)/.exec(process.output)?.[1];
  if (url === undefined) throw new Error(`${process.name} was not started with --inspect`);
  const socket = new WebSocket(url);
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
  socket.onopen = () => resolve();
  socket.onerror = () => reject(new Error(`the inspector of ${process.name} does not answer`));
  await opened;
  try {
    return await ask(socket);
  } finally {
    socket.close();
  }
}

let calls = 0;

/** One call of the Chrome DevTools Protocol. */
function call(socket: WebSocket, method: string, params: object = {}): Promise<unknown> {
  calls += 1;
  const id = calls;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const timer = setTimeout(() => reject(new Error(`${method} was not answered in time`)), LIMIT_MS);
  socket.addEventListener("message", function answered({ data }) {
    const answer = JSON.parse(String(data)) as { readonly id?: number; readonly result?: unknown };
    if (answer.id !== id) return;
    socket.removeEventListener("message", answered);
    clearTimeout(timer);
    resolve(answer.result);
  });
  socket.send(JSON.stringify({ id, method, params }));
  return promise;
}
