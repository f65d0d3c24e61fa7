import { destination, type Level, type Logger, pino, stdTimeFunctions } from "pino";
import { PinoPretty } from "pino-pretty";
import type { Log, LogFields } from "../../domain/ports/log.ts";
import { describeThrown } from "./describe-thrown.ts";
import { redactor } from "./redact.ts";

export interface PinoLogOptions {
  /** Lines below it are not written. */
  readonly level: Level | "silent";
  /** Values that must never appear, wherever in a line they would. */
  readonly secrets: readonly string[];
  /** Where lines go: standard output (1, the default) or standard error (2). */
  readonly descriptor?: 1 | 2;
  /** Lines for people instead of JSON; by default where a terminal reads them. */
  readonly pretty?: boolean;
  /** Takes each finished line instead of the descriptor. */
  readonly write?: (line: string) => void;
}

/**
 * Log on pino: one JSON object a line with `time`, `level`, `msg` and the fields, or colourful lines on a
 * terminal. Written synchronously, so that the line before a crash is not lost.
 */
export class PinoLog implements Log {
  readonly #logger: Logger;

  private constructor(logger: Logger) {
    this.#logger = logger;
  }

  static create(options: PinoLogOptions): PinoLog {
    const redact = redactor(options.secrets);
    const write = options.write ?? lineWriter(options);
    return new PinoLog(
      pino(
        {
          level: options.level,
          base: null,
          timestamp: stdTimeFunctions.isoTime,
          formatters: { level: (level) => ({ level }) },
          serializers: { error: (thrown: unknown) => describeThrown(thrown) },
        },
        { write: (line) => write(redact(line)) },
      ),
    );
  }

  debug(fact: string, fields: LogFields = {}): void {
    this.#logger.debug(fields, fact);
  }

  info(fact: string, fields: LogFields = {}): void {
    this.#logger.info(fields, fact);
  }

  warn(fact: string, fields: LogFields = {}): void {
    this.#logger.warn(fields, fact);
  }

  error(fact: string, fields: LogFields = {}): void {
    this.#logger.error(fields, fact);
  }

  with(fields: LogFields): PinoLog {
    return new PinoLog(this.#logger.child(fields));
  }
}

function lineWriter({ descriptor = 1, pretty }: PinoLogOptions): (line: string) => void {
  const terminal = (descriptor === 1 ? process.stdout : process.stderr).isTTY === true;
  const lines = destination({ fd: descriptor, sync: true });
  if (!(pretty ?? terminal)) return (line) => lines.write(line);
  const people = PinoPretty({
    destination: lines,
    colorize: terminal && !process.env.NO_COLOR,
    translateTime: "SYS:HH:MM:ss.l",
    errorLikeObjectKeys: ["error"],
  });
  return (line) => people.write(line);
}
