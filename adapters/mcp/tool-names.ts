/** A server and the names of its tools, as it gives them. */
export interface NamedServer {
  readonly server_id: string;
  /** Built into Baton: its tools keep their names whatever others are called. */
  readonly builtin: boolean;
  readonly tools: readonly string[];
  /** All that it offered since Baton started, also what it no longer does. */
  readonly ever_offered: ReadonlySet<string>;
}

/**
 * Gives every tool a name that no other has: its own where only one server ever offered it, else
 * `server_id.tool` for all of the servers. A name that was one server's never becomes another's, so that a call
 * which a person agreed to cannot end up somewhere else, and the names do not depend on who connected first.
 * Server ids have no dots, so a name with the server in it is unique by itself; a tool whose own name begins with
 * another server's id gets its server's in front, since rules about the other must not be about it.
 */
export function nameTools(
  servers: readonly NamedServer[],
): ReadonlyMap<string, { readonly server_id: string; readonly tool: string }> {
  const qualified = new Set(
    servers.flatMap(({ server_id, tools }) => tools.map((tool) => `${server_id}.${tool}`)),
  );
  const named = new Map<string, { readonly server_id: string; readonly tool: string }>();
  for (const server of servers) {
    const others = servers.filter(({ server_id }) => server_id !== server.server_id);
    for (const tool of server.tools) {
      const taken =
        qualified.has(tool) ||
        others.some((other) => other.ever_offered.has(tool) || tool.startsWith(`${other.server_id}.`));
      const name = taken && !server.builtin ? `${server.server_id}.${tool}` : tool;
      named.set(name, { server_id: server.server_id, tool });
    }
  }
  return named;
}
