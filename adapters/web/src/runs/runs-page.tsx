import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "wouter";
import type { RunStatus } from "../../../../domain/run/state.ts";
import { api } from "../api/api.ts";
import { Button } from "../ui/button.tsx";
import { Loading } from "../ui/loading.tsx";
import { Notice } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { RunTable } from "./run-table.tsx";
import { isRunStatus, StatusFilter } from "./status-filter.tsx";

const PAGE = 50;
const REFRESH_MS = 2_000;

/** Runs of all conversations, newest first. */
export default function RunsPage() {
  const [search, setSearch] = useSearchParams();
  const asked = search.get("status");
  const status = isRunStatus(asked) ? asked : null;
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useRuns(status);
  const runs = data?.pages.flatMap((page) => page.runs);
  return (
    <Page
      title="Runs"
      aside={
        <StatusFilter
          status={status}
          onChange={(choice) => setSearch(choice === null ? {} : { status: choice }, { replace: true })}
        />
      }
    >
      {runs !== undefined ? (
        <RunTable runs={runs} />
      ) : error !== null ? (
        <Notice tone="bad" title="The runs cannot be shown">
          {error.message}
        </Notice>
      ) : (
        <Loading label="Loading the runs" />
      )}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older runs
        </Button>
      )}
    </Page>
  );
}

function useRuns(status: RunStatus | null) {
  return useInfiniteQuery({
    queryKey: ["runs", status],
    queryFn: ({ pageParam, signal }) =>
      api.runs(
        { limit: PAGE, ...(status !== null && { status }), ...(pageParam !== "" && { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: REFRESH_MS,
  });
}
