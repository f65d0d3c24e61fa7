/**
 * The page's own addresses. The server reads them too (composition/http.ts): where a browser navigates to one
 * of them it gets the page, whatever else lives at the same address.
 */
export const ROUTES = {
  chat: "/",
  conversation: "/conversations/:conversation_id",
  runs: "/runs",
  run: "/runs/:run_id",
  operations: "/operations",
} as const;

export function conversationPath(conversation_id: string, run_id?: string): string {
  const selected = run_id === undefined ? "" : `?run=${encodeURIComponent(run_id)}`;
  return `/conversations/${encodeURIComponent(conversation_id)}${selected}`;
}

export function runPath(run_id: string): string {
  return `/runs/${encodeURIComponent(run_id)}`;
}
