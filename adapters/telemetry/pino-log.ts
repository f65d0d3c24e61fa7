import { destination, type Level, type Logger, pino, stdTimeFunctions } from "pino";
import { PinoPretty } from "pino-pretty";
import type { Log, LogFields } from "../../domain/ports/log.ts";
import { describeThrown } from "./describe-thrown.ts";
import { redactor } from "./redact.ts";

/** Characters; what more gathers in one turn is written at once. */
const MOST_GATHERED = 16 * 1024;

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
 * Log on pino: one JSON object a line with `time`, `level`, `msg` and the fields, or colourful lines on a terminal.
 * The lines of one turn of the event loop are written together and synchronously, those before a crash or an exit too;
 * only what kills the process from outside can cost the lines of that turn.
 */
export class PinoLog implements Log {
  readonly #logger: Logger;
  /** In every line. Not those of a child of pino: it would write them down for each that is made. */
  readonly #fields: LogFields;

  private constructor(logger: Logger, fields: LogFields) {
    this.#logger = logger;
    this.#fields = fields;
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
      {},
    );
  }

  debug(fact: string, fields: LogFields = {}): void {
    this.#logger.debug({ ...this.#fields, ...fields }, fact);
  }

  info(fact: string, fields: LogFields = {}): void {
    this.#logger.info({ ...this.#fields, ...fields }, fact);
  }

  warn(fact: string, fields: LogFields = {}): void {
    this.#logger.warn({ ...this.#fields, ...fields }, fact);
  }

  error(fact: string, fields: LogFields = {}): void {
    this.#logger.error({ ...this.#fields, ...fields }, fact);
  }

  with(fields: LogFields): PinoLog {
    return new PinoLog(this.#logger, { ...this.#fields, ...fields });
  }
}

function lineWriter({ descriptor = 1, pretty }: PinoLogOptions): (line: string) => void {
  const terminal = (descriptor === 1 ? process.stdout : process.stderr).isTTY === true;
  if (!(pretty ?? terminal)) return turnWriter(descriptor);
  const lines = destination({ fd: descriptor, sync: true });
  const people = PinoPretty({
    destination: lines,
    colorize: terminal && !process.env.NO_COLOR,
    translateTime: "SYS:HH:MM:ss.l",
    errorLikeObjectKeys: ["error"],
  });
  return (line) => people.write(line);
}

/** Gathers the lines of one turn of the event loop: a write costs more than what it writes. */
function turnWriter(descriptor: number): (line: string) => void {
  const lines = destination({ fd: descriptor, sync: true });
  let gathered = "";
  const write = () => {
    if (gathered !== "") lines.write(gathered);
    gathered = "";
  };
  process.on("exit", write);
  return (line) => {
    if (gathered === "") setImmediate(write).unref();
    gathered += line;
    if (gathered.length > MOST_GATHERED) write();
  };
}
