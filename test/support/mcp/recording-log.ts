import type { Log, LogFields } from "../../../domain/ports/log.ts";

/** A log whose lines a test can read, each as one text with all its fields. */
export class RecordingLog implements Log {
  readonly lines: string[];
  readonly #fields: LogFields;

  constructor(fields: LogFields = {}, lines: string[] = []) {
    this.#fields = fields;
    this.lines = lines;
  }

  debug(fact: string, fields?: LogFields): void {
    this.#write("debug", fact, fields);
  }

  info(fact: string, fields?: LogFields): void {
    this.#write("info", fact, fields);
  }

  warn(fact: string, fields?: LogFields): void {
    this.#write("warn", fact, fields);
  }

  error(fact: string, fields?: LogFields): void {
    this.#write("error", fact, fields);
  }

  with(fields: LogFields): Log {
    return new RecordingLog({ ...this.#fields, ...fields }, this.lines);
  }

  #write(level: string, fact: string, fields?: LogFields): void {
    this.lines.push(`${level} ${fact} ${JSON.stringify({ ...this.#fields, ...fields })}`);
  }
}
