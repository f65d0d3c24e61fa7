import { ContainerModule } from "inversify";
import { RedisAdmission } from "../../adapters/redis/admission.ts";
import { RedisCache } from "../../adapters/redis/cache.ts";
import { RedisConnection } from "../../adapters/redis/connection.ts";
import { RedisConversations } from "../../adapters/redis/conversations.ts";
import { RedisEffectsLedger } from "../../adapters/redis/effects-ledger.ts";
import { RedisEmbeddingCache } from "../../adapters/redis/embedding-cache.ts";
import { RedisEventFeed } from "../../adapters/redis/event-feed.ts";
import { RedisFeedbackStore } from "../../adapters/redis/feedback-store.ts";
import { RUN_QUEUE, TOOL_QUEUE } from "../../adapters/redis/queues.ts";
import { RedisRunInspection } from "../../adapters/redis/run-inspection.ts";
import { RedisRunLease } from "../../adapters/redis/run-lease.ts";
import { RedisRunStore } from "../../adapters/redis/run-store.ts";
import { RedisThroughput } from "../../adapters/redis/throughput.ts";
import { RedisTimers } from "../../adapters/redis/timers.ts";
import { RedisToolCatalog } from "../../adapters/redis/tool-catalog.ts";
import { RedisWorkQueue } from "../../adapters/redis/work-queue.ts";
import { RedisWorkerRegistry } from "../../adapters/redis/worker-registry.ts";
import { ConfigError } from "../settings.ts";
import { TOKENS } from "../tokens.ts";

/** The ports that processes share, in Redis. `process_name` is how `CLIENT LIST` shows this one. */
export function redisModule(process_name: string): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.redis)
      .toResolvedValue(
        ({ redis_url }, log) => {
          if (redis_url === null) throw new ConfigError([`REDIS_URL is required by the ${process_name}`]);
          return new RedisConnection({ url: redis_url, name: process_name, log });
        },
        [TOKENS.config, TOKENS.log],
      )
      .inSingletonScope();
    const onRedis = [TOKENS.redis] as const;
    bind(TOKENS.store)
      .toResolvedValue((redis) => new RedisRunStore(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.conversations)
      .toResolvedValue((redis) => new RedisConversations(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.lease)
      .toResolvedValue((redis) => new RedisRunLease(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.ledger)
      .toResolvedValue((redis) => new RedisEffectsLedger(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.runQueueFor)
      .toResolvedValue((redis) => (id) => new RedisWorkQueue(redis, RUN_QUEUE, id), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.toolQueueFor)
      .toResolvedValue((redis) => (id) => new RedisWorkQueue(redis, TOOL_QUEUE, id), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.timers)
      .toResolvedValue((redis) => new RedisTimers(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.registry)
      .toResolvedValue((redis) => new RedisWorkerRegistry(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.feed)
      .toResolvedValue((redis) => new RedisEventFeed(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.admission)
      .toResolvedValue((redis) => new RedisAdmission(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.cache)
      .toResolvedValue((redis) => new RedisCache(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.embeddings)
      .toResolvedValue((redis) => new RedisEmbeddingCache(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.feedback)
      .toResolvedValue((redis) => new RedisFeedbackStore(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.inspection)
      .toResolvedValue((redis) => new RedisRunInspection(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.throughput)
      .toResolvedValue((redis) => new RedisThroughput(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.announcements)
      .toResolvedValue((redis) => new RedisToolCatalog(redis), [...onRedis])
      .inSingletonScope();
    bind(TOKENS.catalog).toService(TOKENS.announcements);
  });
}
