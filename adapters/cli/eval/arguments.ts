import { parseOptions, UsageError } from "../usage.ts";

export const USAGE = `usage: npm run eval -- [options] FILE.jsonl
  --url URL         the engine to ask; default BATON_URL, and without it an engine of its own
  --concurrency N   cases that are tried at a time (default 4)
  --repeat N        how often each case is tried (default 1)
  --tag TAG         only cases with this tag; may be given several times
  --threshold S     share of the cases that has to pass, from 0 to 1 (default 0.9)
  --timeout S       seconds that one run may take (default 120)
  --json FILE       write the report as JSON, too; - prints it instead of the table
  --help            print this

Sends the message of each line to an engine and judges its run by what the line expects.
Exits 0 when enough cases pass, 1 when not, 2 when the usage or the file is wrong or the engine cannot be
used, 130 when it was interrupted.
`;

export interface EvalArguments {
  readonly file: string;
  /** null: not given. */
  readonly url: string | null;
  readonly concurrency: number;
  readonly repeat: number;
  readonly tags: readonly string[];
  readonly threshold: number;
  readonly timeout_seconds: number;
  /** null: none is wanted; "-": standard output. */
  readonly json: string | null;
}

const OPTIONS = {
  url: { type: "string" },
  concurrency: { type: "string", default: "4" },
  repeat: { type: "string", default: "1" },
  tag: { type: "string", multiple: true },
  threshold: { type: "string", default: "0.9" },
  timeout: { type: "string", default: "120" },
  json: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Throws UsageError. */
export function readArguments(args: readonly string[]): EvalArguments | "help" {
  const { values, positionals } = parseOptions(args, OPTIONS);
  if (values.help) return "help";
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError("one file of cases is needed");
  return {
    file,
    url: values.url === undefined ? null : urlOf(values.url),
    concurrency: number("concurrency", values.concurrency, { min: 1, max: 1000, integer: true }),
    repeat: number("repeat", values.repeat, { min: 1, max: 1000, integer: true }),
    tags: values.tag ?? [],
    threshold: number("threshold", values.threshold, { min: 0, max: 1 }),
    timeout_seconds: number("timeout", values.timeout, { min: 0.1, max: 86_400 }),
    json: values.json ?? null,
  };
}

function number(
  name: string,
  text: string,
  { min, max, integer = false }: { readonly min: number; readonly max: number; readonly integer?: boolean },
): number {
  const value = Number(text);
  const isFit = text.trim() !== "" && value >= min && value <= max && (!integer || Number.isInteger(value));
  if (isFit) return value;
  const kind = integer ? "a whole number" : "a number";
  throw new UsageError(`--${name} takes ${kind} from ${min} to ${max}, not “${text}”`);
}

function urlOf(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new UsageError(`--url takes an http or https URL, not “${text}”`);
}
