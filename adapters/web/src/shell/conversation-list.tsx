import { Link, useRoute } from "wouter";
import { useConversations } from "../chat/conversations.ts";
import { conversationPath, ROUTES } from "../routes.ts";
import { toneOf, wordOf } from "../ui/status.ts";
import { When } from "../ui/time.tsx";
import "./conversation-list.css";

/** The latest conversations, newest first. */
export function ConversationList() {
  const { data, hasNextPage, fetchNextPage } = useConversations();
  const [, open] = useRoute(ROUTES.conversation);
  const conversations = data?.pages.flatMap((page) => page.conversations) ?? [];
  return (
    <nav aria-label="Conversations" className="conversations">
      <h2 className="conversations-title">Conversations</h2>
      {data !== undefined && conversations.length === 0 && (
        <p className="conversations-none">What you ask will be listed here.</p>
      )}
      <ul>
        {conversations.map(({ conversation_id, title, status, updated_at }) => (
          <li key={conversation_id}>
            <Link
              href={conversationPath(conversation_id)}
              className="conversation"
              aria-current={open?.conversation_id === conversation_id ? "page" : undefined}
            >
              <span className="conversation-title">{title}</span>
              <span className="conversation-about">
                <span className="conversation-dot" data-tone={toneOf(status, null)} aria-hidden />
                <span className="spoken">{wordOf(status, null)},</span>
                <When at={updated_at} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <button type="button" className="conversations-more" onClick={() => void fetchNextPage()}>
          Show older
        </button>
      )}
    </nav>
  );
}
