import { Redis } from "ioredis";
import { expect, inject, it } from "vitest";
import { startRedisServer } from "../../support/redis-server.ts";

const connect = (url: string) => new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null });

it("gives every test run a real Redis", async () => {
  const redis = connect(inject("redisUrl"));
  expect(await redis.info("server")).toContain("redis_version:");
  redis.disconnect();
});

it("restarts a private Redis with what its append-only file holds", async () => {
  await using server = await startRedisServer();
  const redis = connect(server.url);
  await redis.set("kept", "yes");
  await server.restart();
  expect(await redis.get("kept")).toBe("yes");
  redis.disconnect();
});

it("starts a private Redis again after it was killed", async () => {
  await using server = await startRedisServer({ appendfsync: "always" });
  const redis = connect(server.url);
  await redis.set("kept", "yes");
  await server.kill();
  await server.start();
  expect(await redis.get("kept")).toBe("yes");
  redis.disconnect();
});

it("passes settings on to the private Redis", async () => {
  await using server = await startRedisServer({ maxmemory: "20mb" });
  const redis = connect(server.url);
  expect(await redis.config("GET", "maxmemory")).toEqual(["maxmemory", String(20 * 2 ** 20)]);
  redis.disconnect();
});
