import { existsSync } from "node:fs";
import type { Capability } from "../domain/model/chat.ts";
import type { JudgedCapability } from "../domain/model/judgements/question.ts";
import { UNCITED_ANSWERS, type UncitedAnswers } from "../domain/run/verification.ts";
import { DEFAULT_FIREWALL, type FirewallRules, type PolicyRule } from "../domain/tools/firewall.ts";
import { type EmbeddingConfig, readCacheDir, readEmbedding } from "./embedding-config.ts";
import { Settings } from "./settings.ts";

/** What a process is configured with. Units are in the names. */
export interface Config {
  readonly mode: "single_process" | "distributed";
  readonly redis_url: string | null;
  readonly port: number;
  readonly host: string;
  readonly cors_origins: readonly string[];
  readonly api_keys: readonly ApiKey[];
  readonly model: ModelConfig;
  /** null: words alone find documents. */
  readonly embedding: EmbeddingConfig | null;
  readonly github: {
    /** null: its tools are listed as not available. */
    readonly token: string | null;
    readonly read_only: boolean;
    /** null: GitHub's own hosted server. */
    readonly url: string | null;
  };
  readonly mcp_config: string | null;
  readonly tool_timeout_seconds: number;
  readonly tool_max_deliveries: number;
  readonly tool_max_calls_per_run: number;
  readonly tool_policies: readonly PolicyRule[];
  readonly max_iterations: number;
  /** What a model is reminded of from earlier turns; 0 is nothing. */
  readonly conversation_max_tokens: number;
  readonly knowledge_dir: string;
  /** For files that may be deleted at any time. */
  readonly cache_dir: string;
  readonly worker_ttl_seconds: number;
  readonly worker_port: number;
  readonly worker_concurrency: number;
  readonly drain_seconds: number;
  readonly run_deadline_seconds: number;
  /** null: a question to a person never expires. */
  readonly approval_timeout_seconds: number | null;
  readonly uncited_answers: UncitedAnswers;
  readonly retention_seconds: number;
  readonly limits: { readonly global: number | null; readonly tenant: number | null };
  readonly guardrails: Readonly<Record<"input" | "context" | "tool" | "output", boolean>>;
  readonly caches: { readonly retrieval: boolean; readonly tool_result: boolean };
  readonly log_level: LogLevel;
  readonly otlp_endpoint: string | null;
  /** Values that must never be shown: in answers, logs or errors. */
  readonly secrets: readonly string[];
}

export interface ApiKey {
  readonly key: string;
  readonly tenant_id: string;
  readonly user_id: string;
}

export interface ModelConfig {
  /** null: the deterministic model answers. */
  readonly api_key: string | null;
  readonly base_url: string | null;
  readonly models: Readonly<Record<Capability, string>>;
  /** What a model is asked to judge beside the rules: what is routed to one by name. */
  readonly judged: readonly JudgedCapability[];
  /** A judgement that takes longer is done without. */
  readonly judgement_ms: number;
  readonly prices: Readonly<Record<string, ModelPrice>>;
  /** What one run may cost; needs a price for every model. */
  readonly budget_usd: number | null;
  /** Tokens of one answer; null leaves it to the server. */
  readonly max_output_tokens: number | null;
  readonly first_token_ms: number;
  readonly between_tokens_ms: number;
}

/** US dollars per million tokens; `cached` is for input that the server had in its cache. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  readonly cached?: number;
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const JUDGED = ["planning", "verification", "classification"] as const satisfies JudgedCapability[];
const DEFAULT_MODEL = "gpt-5-mini";
/** Tokens an answer may have when runs have a budget and nothing else is said. */
const BUDGETED_OUTPUT_TOKENS = 4096;
/** Seconds a model may be silent; Node's own fetch gives up after 300. */
const MODEL_SILENCE = { min: 0.1, max: 290 };

/**
 * Reads the configuration from `.env` in the working directory and the process, which wins.
 * Throws ConfigError, whose one message names every wrong variable and what it accepts.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  if (existsSync(".env")) process.loadEnvFile(".env");
  return readConfig(env);
}

/** The configuration that these variables say. Throws ConfigError. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const settings = new Settings(env);
  const mode = settings.choice("BACKEND_MODE", ["single_process", "distributed"], "single_process");
  const redis_url = settings.url("REDIS_URL", ["redis:", "rediss:"]);
  if (mode === "distributed" && redis_url === null) {
    settings.wrong("REDIS_URL", "is required when BACKEND_MODE=distributed, e.g. redis://localhost:6379/0");
  }
  const api_keys = settings.list("API_KEYS").flatMap((entry) => readApiKey(entry, settings));
  const api_key = settings.text("OPENAI_API_KEY");
  // It goes into a header, which holds nothing else; a copied placeholder often does.
  if (api_key !== null && !/^[\x21-\x7e]+$/.test(api_key)) {
    settings.wrong("OPENAI_API_KEY", "takes letters, digits and signs without spaces, as keys have them");
  }
  const github_token = settings.text("GITHUB_TOKEN");
  const model = readModel(api_key, settings);
  const embedding = readEmbedding(model, settings);
  const flag = (name: string) => settings.flag(name, true);
  const config: Config = {
    mode,
    redis_url,
    port: settings.integer("PORT", 8000, { min: 0, max: 65_535 }),
    host: settings.text("HOST") ?? "127.0.0.1",
    cors_origins: settings.list("CORS_ORIGINS", ["http://localhost:3000"]),
    api_keys,
    model,
    embedding,
    github: {
      token: github_token,
      read_only: flag("GITHUB_READ_ONLY"),
      url: settings.url("GITHUB_MCP_URL", ["http:", "https:"]),
    },
    mcp_config: settings.text("MCP_CONFIG"),
    tool_timeout_seconds: settings.number("TOOL_TIMEOUT_SECONDS", 30, { min: 0.1, max: 86_400 }),
    tool_max_deliveries: settings.integer("TOOL_MAX_DELIVERIES", 5, { min: 1, max: 1000 }),
    tool_max_calls_per_run: settings.integer("TOOL_MAX_CALLS_PER_RUN", 50, { min: 0, max: 10_000 }),
    tool_policies: settings.list("TOOL_POLICIES").flatMap((entry) => readPolicy(entry, settings)),
    conversation_max_tokens: settings.integer("CONVERSATION_MAX_TOKENS", 4000, { min: 0, max: 1_000_000 }),
    max_iterations: settings.integer("MAX_ITERATIONS", 10, { min: 1, max: 1000 }),
    knowledge_dir: settings.text("KNOWLEDGE_DIR") ?? "docs",
    cache_dir: readCacheDir(settings),
    worker_ttl_seconds: settings.number("WORKER_TTL_SECONDS", 5, { min: 1, max: 3600 }),
    worker_port: settings.integer("WORKER_PORT", 0, { min: 0, max: 65_535 }),
    worker_concurrency: settings.integer("WORKER_CONCURRENCY", mode === "distributed" ? 100 : 1000, {
      min: 1,
      max: 10_000,
    }),
    drain_seconds: settings.number("DRAIN_SECONDS", 8, { min: 0, max: 3600 }),
    run_deadline_seconds: settings.number("RUN_DEADLINE_SECONDS", 3600, { min: 1, max: 30 * 86_400 }),
    approval_timeout_seconds: settings.number("APPROVAL_TIMEOUT_SECONDS", null, { min: 1 }),
    uncited_answers: settings.choice("UNCITED_ANSWERS", UNCITED_ANSWERS, "pass"),
    retention_seconds: settings.number("RUN_RETENTION_HOURS", 24 * 7, { min: 0.001, max: 24 * 3650 }) * 3600,
    limits: {
      global: settings.integer("RATE_LIMIT_GLOBAL_CONCURRENCY", null, { min: 1 }),
      tenant: settings.integer("RATE_LIMIT_TENANT_CONCURRENCY", null, { min: 1 }),
    },
    guardrails: {
      input: flag("GUARDRAIL_INPUT_ENABLED"),
      context: flag("GUARDRAIL_CONTEXT_ENABLED"),
      tool: flag("GUARDRAIL_TOOL_ENABLED"),
      output: flag("GUARDRAIL_OUTPUT_ENABLED"),
    },
    caches: {
      retrieval: flag("CACHE_RETRIEVAL_ENABLED"),
      tool_result: settings.flag("CACHE_TOOL_RESULT_ENABLED", false),
    },
    log_level: settings.choice("LOG_LEVEL", LOG_LEVELS, "info"),
    otlp_endpoint: settings.url("OTEL_EXPORTER_OTLP_ENDPOINT", ["http:", "https:"]),
    secrets: [
      api_key,
      settings.text("OPENAI_EMBEDDING_API_KEY"),
      github_token,
      ...api_keys.map(({ key }) => key),
    ].filter((secret) => secret !== null),
  };
  settings.throwIfWrong();
  return config;
}

/** What this deployment lets its runs do with tools. */
export function firewallRules({ tool_policies, tool_max_calls_per_run }: Config): FirewallRules {
  return { ...DEFAULT_FIREWALL, max_calls_per_run: tool_max_calls_per_run, rules: tool_policies };
}

function readModel(api_key: string | null, settings: Settings): ModelConfig {
  const budget_usd = settings.number("RUN_MODEL_BUDGET_USD", null, { min: 0 });
  const model: ModelConfig = {
    api_key,
    base_url: settings.url("OPENAI_BASE_URL", ["http:", "https:"]),
    models: readRouting(settings),
    judged: api_key === null ? [] : JUDGED.filter((capability) => routedTo(capability, settings) !== null),
    judgement_ms: settings.number("MODEL_JUDGEMENT_SECONDS", 30, MODEL_SILENCE) * 1000,
    prices: Object.fromEntries(settings.list("MODEL_PRICES").flatMap((entry) => readPrice(entry, settings))),
    budget_usd,
    // The worst case of a call without a limit has no limit either.
    max_output_tokens: settings.integer(
      "MODEL_MAX_OUTPUT_TOKENS",
      budget_usd === null ? null : BUDGETED_OUTPUT_TOKENS,
      { min: 1 },
    ),
    first_token_ms: settings.number("MODEL_FIRST_TOKEN_SECONDS", 60, MODEL_SILENCE) * 1000,
    between_tokens_ms: settings.number("MODEL_BETWEEN_TOKENS_SECONDS", 30, MODEL_SILENCE) * 1000,
  };
  const asked = new Set(
    (["generation", ...model.judged] as const).map((capability) => model.models[capability]),
  );
  const unpriced = [...asked].filter((name) => model.prices[name] === undefined);
  if (api_key !== null && budget_usd !== null && unpriced.length > 0) {
    const names = unpriced.join(", ");
    settings.wrong("MODEL_PRICES", `has no price for ${names}, so RUN_MODEL_BUDGET_USD could not be kept`);
  }
  return model;
}

function readRouting(settings: Settings): ModelConfig["models"] {
  const fallback =
    settings.text("MODEL_ROUTING_DEFAULT_MODEL") ?? settings.text("OPENAI_MODEL") ?? DEFAULT_MODEL;
  const routed = (capability: Capability) => routedTo(capability, settings) ?? fallback;
  return {
    planning: routed("planning"),
    generation: routed("generation"),
    verification: routed("verification"),
    classification: routed("classification"),
  };
}

/** The model that a capability is routed to by name. */
function routedTo(capability: Capability, settings: Settings): string | null {
  return settings.text(`MODEL_ROUTING_${capability.toUpperCase()}_MODEL`);
}

function readPrice(entry: string, settings: Settings): readonly (readonly [string, ModelPrice])[] {
  const [, model, ...told] = /^([^=]+)=([\d.]+)\/([\d.]+)(?:\/([\d.]+))?$/.exec(entry) ?? [];
  const amounts = told.filter((amount) => amount !== undefined).map(Number);
  const [input, output, cached] = amounts;
  if (model && input !== undefined && output !== undefined && amounts.every(Number.isFinite)) {
    return [[model, { input, output, ...(cached !== undefined && { cached }) }]];
  }
  settings.wrong(
    "MODEL_PRICES",
    "takes model=input/output or model=input/output/cached entries in US dollars per million tokens, separated by commas",
  );
  return [];
}

function readPolicy(entry: string, settings: Settings): readonly PolicyRule[] {
  const [pattern, policy, ...rest] = entry.split("=");
  if (pattern && (policy === "allow" || policy === "ask" || policy === "deny") && rest.length === 0) {
    return [{ pattern, policy }];
  }
  settings.wrong("TOOL_POLICIES", "takes pattern=allow, pattern=ask or pattern=deny, separated by commas");
  return [];
}

function readApiKey(entry: string, settings: Settings): readonly ApiKey[] {
  const [key, tenant_id, user_id, ...rest] = entry.split(":");
  if (key && tenant_id && user_id && rest.length === 0) return [{ key, tenant_id, user_id }];
  settings.wrong("API_KEYS", "takes key:tenant:user entries, separated by commas");
  return [];
}
