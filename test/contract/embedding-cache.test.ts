import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FileEmbeddingCache } from "../../adapters/knowledge/file-embedding-cache.ts";
import { RedisConnection } from "../../adapters/redis/connection.ts";
import { RedisEmbeddingCache } from "../../adapters/redis/embedding-cache.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";
import { embeddingCacheContract } from "./embedding-cache.contract.ts";
import { WarningLog } from "./redis-deployment.ts";

const VECTOR = Float32Array.of(1, 2, 3);
const DAY_SECONDS = 24 * 60 * 60;

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());

embeddingCacheContract("Redis", async () => {
  const connections: RedisConnection[] = [];
  return {
    open: () => {
      const connection = new RedisConnection({ url: redis.url, name: "test", log: new WarningLog() });
      connections.push(connection);
      return new RedisEmbeddingCache(connection);
    },
    [Symbol.asyncDispose]: async () => {
      await connections[0]?.commands.command((client) => client.flushall());
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
});

embeddingCacheContract("files", async () => {
  const directory = await temporary();
  return {
    open: () => new FileEmbeddingCache(path.join(directory, "below")),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
});

describe("vectors in Redis", () => {
  let admin: Redis;
  let connection: RedisConnection;

  beforeEach(() => {
    admin = new Redis(redis.url);
    connection = new RedisConnection({ url: redis.url, name: "test", log: new WarningLog() });
  });
  afterEach(async () => {
    await admin.flushall();
    admin.disconnect();
    await connection.close();
  });

  it("take four bytes a number, and expire when nobody asks for them for a month", async () => {
    const cache = new RedisEmbeddingCache(connection);
    await cache.save(new Map([["key", VECTOR]]));
    expect(await admin.strlen("ai:embedding:key")).toBe(12);
    expect(await admin.ttl("ai:embedding:key")).toBeGreaterThan(29 * DAY_SECONDS);
    await admin.expire("ai:embedding:key", 60);
    await cache.load(["key"]);
    expect(await admin.ttl("ai:embedding:key")).toBeGreaterThan(29 * DAY_SECONDS);
  });

  it("are lost rather than wrong when something else stands there", async () => {
    await admin.set("ai:embedding:key", "what?");
    expect(await new RedisEmbeddingCache(connection).load(["key"])).toEqual(new Map());
  });
});

describe("vectors in files", () => {
  let directory: string;
  let cache: FileEmbeddingCache;

  beforeEach(async () => {
    directory = await temporary();
    cache = new FileEmbeddingCache(directory);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it.each([0, 10, 35, 43])("are lost rather than wrong when a crash left %i of 44 bytes", async (length) => {
    await cache.save(new Map([["key", VECTOR]]));
    await truncate(await fileOf("key"), length);
    expect(await cache.load(["key"])).toEqual(new Map());
  });

  it("are lost rather than wrong when a bit changed", async () => {
    await cache.save(new Map([["key", VECTOR]]));
    const file = await fileOf("key");
    const bytes = await readFile(file);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(file, bytes);
    expect(await cache.load(["key"])).toEqual(new Map());
  });

  it("leave nothing else behind, and are the owner's alone", async () => {
    await cache.save(new Map([["key", VECTOR]]));
    expect(await names()).toEqual(["key"]);
    expect((await stat(await fileOf("key"))).mode & 0o077).toBe(0);
  });

  it("are dropped a month after they were last of use", async () => {
    await cache.save(new Map(Object.entries({ used: VECTOR, forgotten: VECTOR })));
    const then = new Date(Date.now() - 40 * DAY_SECONDS * 1000);
    for (const key of ["used", "forgotten"]) await utimes(await fileOf(key), then, then);
    const next = new FileEmbeddingCache(directory);
    await next.load(["used"]);
    await next.save(new Map([["fresh", VECTOR]]));
    expect((await names()).toSorted()).toEqual(["fresh", "used"]);
  });

  async function names(): Promise<string[]> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  }

  async function fileOf(key: string): Promise<string> {
    const file = (await readdir(directory, { recursive: true })).find((name) => path.basename(name) === key);
    return path.join(directory, file ?? "missing");
  }
});

function temporary(): Promise<string> {
  return mkdtemp(path.join(os.tmpdir(), "baton-embeddings-"));
}
