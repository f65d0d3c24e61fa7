import { Ajv, type Options } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { JsonObject } from "../../domain/json.ts";

type Dialect = "draft-07" | "2019-09" | "2020-12";

const OPTIONS: Options = {
  // A schema is somebody else's: what Ajv does not know in it (keywords, formats) is ignored, in silence.
  strict: false,
  logger: false,
  // All that is wrong at once, so that a model corrects its call in one go, with what is needed to say it well.
  allErrors: true,
  verbose: true,
};

const CREATE = {
  "draft-07": () => new Ajv(OPTIONS),
  "2019-09": () => new Ajv2019(OPTIONS),
  "2020-12": () => new Ajv2020(OPTIONS),
} satisfies Record<Dialect, () => Ajv>;

/**
 * The dialect that a schema's `$schema` names. MCP has 2020-12 as its default; draft-07 is what many servers
 * generate, and what the drafts before it are read as. An unknown dialect is read as 2020-12.
 */
export function dialectOf(schema: JsonObject): Dialect {
  const uri = typeof schema.$schema === "string" ? schema.$schema : "";
  if (/\/draft-0[3-7]\//.test(uri)) return "draft-07";
  if (uri.includes("/draft/2019-09/")) return "2019-09";
  return "2020-12";
}

/** A compiler of schemas of one dialect. */
export function createCompiler(dialect: Dialect): Ajv {
  const ajv = CREATE[dialect]();
  addFormats.default(ajv);
  return ajv;
}

export type { Dialect };
