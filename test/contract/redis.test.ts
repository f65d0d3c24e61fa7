import { Redis } from "ioredis";
import { afterAll, beforeAll } from "vitest";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";
import { RedisDeployment } from "./redis-deployment.ts";
import { sharedPortsContract } from "./shared-ports.contract.ts";

/** A server of its own: pub/sub knows no databases, and every test starts with an empty one. */
let server: RedisServer;
let admin: Redis;

beforeAll(async () => {
  server = await startRedisServer();
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

sharedPortsContract(async () => {
  await admin.flushall();
  return new RedisDeployment(server.url);
});
