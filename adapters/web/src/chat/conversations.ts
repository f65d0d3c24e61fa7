import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api } from "../api/api.ts";

const PAGE = 40;
/** Other tabs and programs start runs too. */
const REFRESH_MS = 15_000;

export const CONVERSATIONS_KEY = ["conversations"] as const;

export function conversationKey(conversation_id: string) {
  return ["conversation", conversation_id] as const;
}

export function useConversations() {
  return useInfiniteQuery({
    queryKey: CONVERSATIONS_KEY,
    queryFn: ({ pageParam, signal }) =>
      api.conversations({ limit: PAGE, ...(pageParam !== "" && { cursor: pageParam }) }, signal),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: REFRESH_MS,
  });
}

export function useConversation(conversation_id: string | null) {
  return useQuery({
    queryKey: conversationKey(conversation_id ?? ""),
    queryFn: ({ signal }) => api.conversation(conversation_id ?? "", signal),
    enabled: conversation_id !== null,
  });
}
