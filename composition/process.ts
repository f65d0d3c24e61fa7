import type { Log } from "../domain/ports/log.ts";
import { ConfigError } from "./settings.ts";

/** What a composition root returns: what it built, and how to start and close it. */
export interface Application {
  readonly log: Log;
  start(): Promise<void>;
  /** How long `close` may wait for work in flight. */
  readonly drain_seconds: number;
  /** Takes no more work, finishes or hands back what it has, and frees everything. */
  close(): Promise<void>;
}

/** After a signal a process may take this long beyond its drain time before it is ended. */
const BEYOND_DRAIN_MS = 10_000;

/** A terminal's ^C reaches this process and npm, which passes it on: that is one signal, not two. */
const SAME_SIGNAL_MS = 500;

/**
 * Runs an application as a process: a wrong configuration is one message and exit code 2; SIGTERM and
 * SIGINT close it and exit with 0; a second signal ends it at once.
 */
export async function runProcess(create: () => Promise<Application>): Promise<void> {
  let app: Application;
  try {
    app = await create();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
    return;
  }
  let closingSince: number | null = null;
  const close = (signal: NodeJS.Signals) => {
    if (closingSince !== null) {
      if (performance.now() - closingSince > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    closingSince = performance.now();
    app.log.info("stopping", { signal });
    setTimeout(
      () => {
        app.log.error("did not stop in time");
        process.exit(1);
      },
      app.drain_seconds * 1000 + BEYOND_DRAIN_MS,
    ).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        app.log.error("could not stop cleanly", { error });
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", close);
  process.on("SIGINT", close);
  try {
    await app.start();
  } catch (error) {
    app.log.error("could not start", { error });
    await app.close().catch(() => undefined);
    process.exit(1);
  }
}
