import { useQuery } from "@tanstack/react-query";
import { api } from "../api/api.ts";
import { useNow } from "../ui/time.tsx";
import "./stands-still.css";

/** Silence, in milliseconds, after which it is worth asking what the run waits for. */
const QUIET_MS = 4_000;
const ASK_AGAIN_MS = 3_000;

/** Why nothing happens, as the API's diagnosis says it; there only when nothing does. */
export function StandsStill({ run_id, since }: { readonly run_id: string; readonly since: string }) {
  const quiet = useNow(1_000) - Date.parse(since) > QUIET_MS;
  const { data } = useQuery({
    queryKey: ["diagnosis", run_id],
    queryFn: ({ signal }) =>
      api.get<{ readonly explanation: string }>(`/runs/${encodeURIComponent(run_id)}/diagnosis`, signal),
    enabled: quiet,
    refetchInterval: ASK_AGAIN_MS,
    staleTime: 0,
  });
  if (!quiet || data === undefined) return null;
  return (
    <p className="stands-still">
      <strong>What it waits for:</strong> {data.explanation}
    </p>
  );
}
