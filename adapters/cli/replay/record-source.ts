import type { RunId } from "../../../domain/ids.ts";
import { type Recording, readRecording } from "../../../domain/replay/recording.ts";
import type { RunEvent } from "../../../domain/run/events.ts";
import type { ToolDescriptor } from "../../../domain/tools/tool.ts";
import { ApiError, RunClient } from "../run-client.ts";
import { type ReplayArguments, ReplayError } from "./arguments.ts";

export interface SourceOptions {
  readonly url: string;
  readonly api_key: string | null;
  /** The text of a file; rejects when it cannot be read. */
  readText(path: string): Promise<string>;
}

/** A record, and what is known of tools beside it. */
export interface Source {
  readonly recording: Recording;
  readonly described: ReadonlyMap<string, ToolDescriptor>;
}

/** Reads the record that the arguments name. Throws ReplayError when there is none, or it is no record. */
export async function readSource(asked: ReplayArguments, options: SourceOptions): Promise<Source> {
  const { run_id, file } = asked;
  const client = new RunClient(asked.url ?? options.url, options.api_key);
  const events = run_id === null ? await fromFile(file ?? "", options) : await fromEngine(run_id, client);
  const tools = asked.tools === null ? await offered(run_id, client) : await described(asked.tools, options);
  try {
    return { recording: readRecording(events), described: new Map(tools.map((tool) => [tool.name, tool])) };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw new ReplayError(`${file ?? run_id} is not the record of a run: ${error.message}`);
  }
}

async function fromEngine(run_id: string, client: RunClient): Promise<readonly RunEvent[]> {
  try {
    return await client.history(run_id as RunId);
  } catch (error) {
    if (error instanceof ApiError) throw new ReplayError(error.message);
    throw new ReplayError(`no engine answers at ${client.url}`, { cause: error });
  }
}

/** Tools as they are offered now: better than nothing, and no reason to fail. */
async function offered(run_id: string | null, client: RunClient): Promise<readonly ToolDescriptor[]> {
  if (run_id === null) return [];
  try {
    return await client.tools();
  } catch {
    return [];
  }
}

async function fromFile(path: string, options: SourceOptions): Promise<readonly RunEvent[]> {
  return listIn(path, "events", await jsonIn(path, options)) as readonly RunEvent[];
}

async function described(path: string, options: SourceOptions): Promise<readonly ToolDescriptor[]> {
  return listIn(path, "tools", await jsonIn(path, options)) as readonly ToolDescriptor[];
}

async function jsonIn(path: string, { readText }: SourceOptions): Promise<unknown> {
  try {
    return JSON.parse(await readText(path));
  } catch (error) {
    throw new ReplayError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A list of objects, alone or under its name as the API answers it. */
function listIn(path: string, name: string, json: unknown): readonly object[] {
  const list = typeof json === "object" && json !== null && name in json ? (json as never)[name] : json;
  if (Array.isArray(list) && list.every((item) => typeof item === "object" && item !== null)) return list;
  throw new ReplayError(`${path} holds no list of ${name}`);
}
