import { Type } from "typebox";
import { literals, NullableString, Timestamp, text } from "./building-blocks.ts";
import { NAME_LENGTH, RUN_STATUSES } from "./requests.ts";
import { Run } from "./runs.ts";

/** What clients ask and are told of conversations. */

const Text = Type.String();

export const ConversationListQuery = Type.Object({
  tenant_id: Type.Optional(Type.String({ description: "Only conversations of this tenant." })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ description: "`next_cursor` of the page before." })),
});

export const ConversationQuery = Type.Object({
  tenant_id: Type.Optional(
    text(NAME_LENGTH, "The conversation of this tenant; of the one with the latest run when left out."),
  ),
});

const head = {
  conversation_id: Text,
  tenant_id: Text,
  title: Type.String({ description: "The message of its first run that is kept." }),
  runs: Type.Integer({ minimum: 1, description: "How many of its runs are kept." }),
  status: literals(RUN_STATUSES, { description: "Of its latest run." }),
  last_run_id: Text,
  created_at: Timestamp,
  updated_at: Timestamp,
};

export const ConversationSummary = Type.Object(head, { title: "ConversationSummary" });

export const ConversationList = Type.Object(
  { conversations: Type.Array(ConversationSummary), next_cursor: NullableString },
  { title: "ConversationList" },
);

export const Conversation = Type.Object(
  {
    ...head,
    turns: Type.Array(Run, { description: "Its runs, oldest first; at most the latest 200." }),
  },
  { title: "Conversation" },
);
