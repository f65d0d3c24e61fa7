import type { FollowRun } from "../../application/follow-run.ts";
import type { RunId } from "../../domain/ids.ts";
import type { RunEvent } from "../../domain/run/events.ts";

/** The events of a run with seq > `after`, until it ends or `signal` aborts; a batch is taken when it is wanted. */
export async function* followed(
  follow: FollowRun,
  run_id: RunId,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void> {
  let wanted = Promise.withResolvers<void>();
  let following: Disposable | undefined;
  let close = (): void => undefined;
  const batches = new ReadableStream<readonly RunEvent[]>(
    {
      start(controller) {
        close = () => {
          signal.removeEventListener("abort", close);
          controller.close();
        };
        signal.addEventListener("abort", close);
        following = follow.follow(run_id, after, {
          write(events) {
            wanted = Promise.withResolvers();
            controller.enqueue(events);
            return wanted.promise;
          },
          end: close,
          fail: (error) => controller.error(error),
        });
      },
      pull: () => wanted.resolve(),
    },
    { highWaterMark: 0 },
  );
  try {
    for await (const batch of batches) yield* batch;
  } finally {
    signal.removeEventListener("abort", close);
    following?.[Symbol.dispose]();
    wanted.resolve();
  }
}
