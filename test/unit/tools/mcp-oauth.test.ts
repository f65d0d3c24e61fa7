import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import type { ClientCredentials, ServerTarget } from "../../../adapters/mcp/server-config.ts";
import { server, TestToolbox } from "../../support/mcp/test-toolbox.ts";

const SECRET = "s3cr3t-of-the-client";

/** An MCP server that wants OAuth and names itself as the authorization server, and what tokens it was asked for. */
async function protectedServer() {
  const asked: string[] = [];
  const http = createServer(async (request, response) => {
    const { url = "", headers } = request;
    const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const json = (body: object) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (url.startsWith("/.well-known/oauth-protected-resource")) {
      json({ resource: `${origin}/mcp`, authorization_servers: [origin] });
    } else if (url.startsWith("/.well-known/oauth-authorization-server")) {
      json({
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        response_types_supported: ["code"],
        token_endpoint_auth_methods_supported: ["client_secret_basic"],
      });
    } else if (url === "/token") {
      const basic = Buffer.from(headers.authorization?.split(" ")[1] ?? "", "base64").toString("utf8");
      asked.push(`${basic} ${await text(request)}`);
      response.writeHead(401, { "content-type": "application/json" }).end('{"error":"invalid_client"}');
    } else {
      response.writeHead(401).end("sign in");
    }
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    asked,
    origin,
    target: (oauth: Partial<ClientCredentials>): ServerTarget => ({
      kind: "http",
      url: `${origin}/mcp`,
      headers: {},
      oauth: { client_id: "baton", client_secret: SECRET, ...oauth },
    }),
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

describe("a server that wants OAuth", () => {
  it("is signed in at with the client's credentials, and a refusal is told without them", async () => {
    await using remote = await protectedServer();
    const target = remote.target({ issuer: remote.origin, scope: "notes:read" });
    await using test = await TestToolbox.open([server("guarded", target, { secrets: [SECRET] })]);
    expect(remote.asked[0]).toMatch(/^baton:s3cr3t-of-the-client .*grant_type=client_credentials/);
    expect(remote.asked[0]).toContain("scope=notes%3Aread");
    expect(test.problems).toEqual(["guarded: signing in failed: invalid_client"]);
    expect([...test.problems, ...test.log.lines].join("\n")).not.toContain(SECRET);
  });

  it("never sees the secret when it names another issuer than the entry does", async () => {
    await using remote = await protectedServer();
    const target = remote.target({ issuer: "https://login.example.com" });
    await using test = await TestToolbox.open([server("thief", target, { secrets: [SECRET] })]);
    expect(test.problems).toHaveLength(1);
    expect(remote.asked).toEqual([]);
  });
});
