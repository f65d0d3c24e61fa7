import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { backendProxy } from "../../adapters/http/backend-proxy.ts";
import { HttpServer } from "../../adapters/http/http-server.ts";
import { type WebPage, webPage } from "../../adapters/http/web-page.ts";
import { TOKENS } from "../../composition/tokens.ts";
import { HttpApi } from "../support/http-api.ts";

const KEY = { key: "key-of-ann", tenant_id: "acme", user_id: "ann" };

describe("the web page", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "baton-page-"));
  const page: WebPage = { folder, routes: ["/", "/runs", "/runs/:run_id"] };
  const INDEX = "<!doctype html><title>Page</title>";
  mkdirSync(path.join(folder, "assets"));
  writeFileSync(path.join(folder, "index.html"), INDEX);
  writeFileSync(path.join(folder, "theme.js"), "1;");
  writeFileSync(path.join(folder, "assets/app-1a2b.js"), "1;");
  writeFileSync(path.join(folder, "assets/app-1a2b.js.gz"), gzipSync("1;"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is served to everybody, with a policy that lets it run and nothing else", async () => {
    await using api = await HttpApi.start({ http: { page, api_keys: [KEY] } });
    const served = await api.get("/");
    expect([served.status, served.headers.get("content-type"), await served.text()]).toEqual([
      200,
      "text/html; charset=utf-8",
      INDEX,
    ]);
    expect(served.headers.get("content-security-policy")).toMatch(
      /^default-src 'self';.*frame-ancestors 'none'/,
    );
    const etag = served.headers.get("etag") ?? "";
    const again = await api.send("GET", "/", { headers: { "if-none-match": etag } });
    expect([again.status, again.body]).toEqual([304, ""]);
    expect((await fetch(`${api.url}/theme.js`, { method: "HEAD" })).status).toBe(200);
    for (const outside of [
      "/../package.json",
      "/%2e%2e/package.json",
      "/..%2fpackage.json",
      "/.env",
      "/none.js",
    ]) {
      expect((await api.get(outside)).status, outside).toBe(401);
    }
    expect((await api.get("/runs")).status).toBe(401);
    expect((await api.post("/", {}, { authorization: "Bearer key-of-ann" })).status).toBe(404);
  });

  it("is kept by browsers as long as its names say, and sent compressed", async () => {
    await using api = await HttpApi.start({ http: { page } });
    const asset = await api.get("/assets/app-1a2b.js", { "accept-encoding": "gzip" });
    expect([
      asset.headers.get("cache-control"),
      asset.headers.get("content-encoding"),
      await asset.text(),
    ]).toEqual(["public, max-age=31536000, immutable", "gzip", "1;"]);
    expect((await api.get("/")).headers.get("cache-control")).toBe("no-cache");
    expect((await api.get("/theme.js")).headers.get("cache-control")).toBe("no-cache");
    expect((await api.get("/assets/app-0000.js")).status).toBe(404);
  });

  it("stays whole for those who have it open when it is built anew", async () => {
    const old = mkdtempSync(path.join(os.tmpdir(), "baton-page-"));
    cpSync(folder, old, { recursive: true });
    await using api = await HttpApi.start({ http: { page: { ...page, folder: old } } });
    rmSync(old, { recursive: true });
    expect(await (await api.get("/")).text()).toBe(INDEX);
    expect(await (await api.get("/assets/app-1a2b.js")).text()).toBe("1;");
  });

  // What Firefox, Chrome and Safari send when somebody goes somewhere.
  it.each([
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
  ])("answers a browser that navigates to one of its routes: %s", async (accept) => {
    await using api = await HttpApi.start({ http: { page } });
    const run_id = await api.ask("hi", { prefer: "wait=10" });
    for (const route of ["/", "/runs", `/runs/${run_id}`, "/runs/never-heard-of"]) {
      const served = await api.get(route, { accept });
      expect([served.status, await served.text()], route).toEqual([200, INDEX]);
      expect(served.headers.get("vary"), route).toMatch(/\bAccept,/);
      expect(served.headers.get("cache-control"), route).toBe("no-cache");
    }
    for (const elsewhere of [`/runs/${run_id}/state`, "/tools", "/health"]) {
      const answer = await api.get(elsewhere, { accept });
      expect(answer.headers.get("content-type"), elsewhere).toContain("application/json");
    }
  });

  it.each(["*/*", "application/json", "application/json, text/plain, */*", undefined])(
    "leaves its routes to the API for programs: %s",
    async (accept) => {
      await using api = await HttpApi.start({ http: { page } });
      const run_id = await api.ask("hi", { prefer: "wait=10" });
      const headers = accept === undefined ? {} : { accept };
      const { headers: answered, body } = await api.send("GET", `/runs/${run_id}`, { headers });
      expect(JSON.parse(body)).toMatchObject({ run_id });
      expect(answered.vary).toContain("Accept");
      expect(answered["cache-control"]).toBe("no-store");
      const list = await api.send("GET", "/runs", { headers });
      expect(JSON.parse(list.body).runs).toHaveLength(1);
      const stream = await api.send("GET", `/runs/${run_id}/events`, {
        headers: { accept: "text/event-stream" },
      });
      expect(stream.headers["content-type"]).toContain("text/event-stream");
      expect((await api.send("POST", "/runs", { headers, body: '{"message":"hi"}' })).status).toBe(201);
    },
  );

  it("behind the page's own server is told from the API just so", async () => {
    await using api = await HttpApi.start();
    const { container } = api.engine;
    const ports = {
      log: container.get(TOKENS.log),
      meter: container.get(TOKENS.meter),
      clock: container.get(TOKENS.clock),
    };
    const server = new HttpServer(ports, { port: 0, host: "127.0.0.1" });
    server.use(webPage(page), backendProxy(api.url, server.longRequests));
    const { port } = await server.listen();
    const get = async (path: string, accept: string) =>
      (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { accept } })).text();
    expect(await get("/runs", "text/html,*/*;q=0.8")).toBe(INDEX);
    expect(await get("/", "*/*")).toBe(INDEX);
    expect(JSON.parse(await get("/runs", "*/*"))).toEqual({ runs: [], next_cursor: null });
    await server.close();
  });
});
