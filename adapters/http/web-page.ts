import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Middleware } from "koa";
import type { Context, State } from "./context.ts";

const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The name of a file in here tells its content: what has it once never asks again. */
const HASHED = "/assets/";
const INDEX = "/index.html";
/** In the order in which they are offered, by the ending of the file that was compressed at build time. */
const COMPRESSED = { br: ".br", gzip: ".gz" } as const;
type Encoding = keyof typeof COMPRESSED | "identity";

export interface WebPage {
  /** The built page: index.html and what it loads. Compressed forms of a file lie beside it. */
  readonly folder: string;
  /** Paths that the page itself routes, with parameters as `:id`; some of them are also the API's. */
  readonly routes: readonly string[];
}

/** A file of the page, in the forms in which it can be sent. */
interface PageFile {
  readonly forms: ReadonlyMap<Encoding, Buffer>;
  readonly etag: string;
}

/**
 * Serves the page's files, and its index.html where a browser navigates to one of its routes; all else goes on
 * to the API. The files are open to everybody, also with API keys: a page has to be there before it can ask
 * for one. They are held in memory, so that a page that is built anew meanwhile does not mix with this one.
 */
export function webPage({ folder, routes }: WebPage): Middleware<State> {
  const files = readFiles(folder);
  const patterns = routes.map((route) => new RegExp(`^${route.replaceAll(/:\w+/g, "[^/]+")}$`));
  return async (ctx, next) => {
    const isRoute = patterns.some((pattern) => pattern.test(ctx.path));
    // One address, two answers: caches have to tell them apart, whichever they hold.
    if (isRoute) ctx.vary("Accept");
    const wanted = isRoute && navigates(ctx) ? INDEX : ctx.path === "/" ? INDEX : ctx.path;
    const file = ctx.method === "GET" || ctx.method === "HEAD" ? files.get(wanted) : undefined;
    if (file === undefined) return next();
    ctx.state.route = "the web page";
    send(ctx, wanted, file);
  };
}

/** A person's browser wants a page; programs and the page itself want data, or do not say. */
function navigates(ctx: Context): boolean {
  return ctx.accepts("application/json", "text/event-stream", "text/html") === "text/html";
}

function send(ctx: Context, name: string, { forms, etag }: PageFile): void {
  const encoding = (ctx.acceptsEncodings(...forms.keys()) || "identity") as Encoding;
  ctx.vary("Accept-Encoding");
  ctx.set({
    "Content-Security-Policy": POLICY,
    "Cache-Control": name.startsWith(HASHED) ? "public, max-age=31536000, immutable" : "no-cache",
  });
  ctx.status = 200;
  ctx.etag = etag;
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  ctx.type = path.extname(name);
  if (encoding !== "identity") ctx.set("Content-Encoding", encoding);
  ctx.body = forms.get(encoding);
}

/** By the path they are asked for with. Hidden files are not for the world. */
function readFiles(folder: string): ReadonlyMap<string, PageFile> {
  const content = new Map<string, Buffer>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith(".")) continue;
    const file = path.join(entry.parentPath, entry.name);
    content.set(`/${path.relative(folder, file).split(path.sep).join("/")}`, readFileSync(file));
  }
  return new Map(
    [...content]
      .filter(([name]) => !Object.values(COMPRESSED).some((ending) => name.endsWith(ending)))
      .map(([name, body]) => [name, { forms: formsOf(name, body, content), etag: etagOf(body) }]),
  );
}

function formsOf(
  name: string,
  body: Buffer,
  content: ReadonlyMap<string, Buffer>,
): ReadonlyMap<Encoding, Buffer> {
  const forms = new Map<Encoding, Buffer>();
  for (const [encoding, ending] of Object.entries(COMPRESSED) as [keyof typeof COMPRESSED, string][]) {
    const compressed = content.get(name + ending);
    if (compressed !== undefined) forms.set(encoding, compressed);
  }
  return forms.set("identity", body);
}

/** Weak, since the forms of a file share it. */
function etagOf(body: Buffer): string {
  return `W/"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
}
