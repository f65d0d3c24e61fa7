import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "../api/api.ts";
import { Loading } from "../ui/loading.tsx";

interface Readiness {
  readonly dependencies: readonly { readonly name: string; readonly status: string }[];
}

/** How the deployment is doing. */
export default function OperationsPage() {
  const { data } = useQuery({
    queryKey: ["ready"],
    queryFn: ({ signal }) => api.get<Readiness>("/ready", signal),
    refetchInterval: 3_000,
  });
  useEffect(() => {
    document.title = "Operations · Baton";
  }, []);
  if (data === undefined) return <Loading label="Loading" />;
  return (
    <section aria-label="Operations">
      <h1>Operations</h1>
      <ul>
        {data.dependencies.map(({ name, status }) => (
          <li key={name}>
            {name}: {status}
          </li>
        ))}
      </ul>
    </section>
  );
}
