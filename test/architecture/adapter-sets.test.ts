import { expect, it } from "vitest";
import { repositoryFiles } from "../support/repository-files.ts";

/** What only one of the two sets has a use for; everything else exists in both under the same name. */
const REDIS_ONLY = [
  /^(client|connection|errors|event-channel)\.ts$/,
  /^(keys|queues|scripts)\.ts$/,
  /^(encoding|gathered-calls|stream-consumer)\.ts$/,
  // What has to outlive the only process is no matter of its memory: adapters/knowledge keeps vectors in files.
  /^embedding-cache\.ts$/,
];
const MEMORY_ONLY = [/^database\.ts$/];

const filesOf = (set: string) =>
  repositoryFiles(`adapters/${set}/**/*.ts`).map(({ name }) => name.slice(`adapters/${set}/`.length));

const without = (files: readonly string[], exceptions: readonly RegExp[]) =>
  files.filter((file) => !exceptions.some((exception) => exception.test(file)));

// Until the second set exists there is nothing to compare; from its first file on, they must mirror each other.
const redis = filesOf("redis");

it("memory and Redis adapters mirror each other file by file", () => {
  const memory = filesOf("memory");
  expect(memory).not.toEqual([]);
  if (redis.length > 0) expect(without(redis, REDIS_ONLY)).toEqual(without(memory, MEMORY_ONLY));
});
