import { PanelRight } from "lucide-react";
import { useEffect, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useFirstActive } from "../live/use-run.ts";
import { conversationPath } from "../routes.ts";
import { RunPanel } from "../run-panel/run-panel.tsx";
import { IconButton } from "../ui/button.tsx";
import { Announcer } from "./announcer.tsx";
import { Composer, type Draft } from "./composer.tsx";
import { newId } from "./outbox.ts";
import { StopButton } from "./stop-button.tsx";
import { Thread } from "./thread.tsx";
import { usePanel } from "./use-panel.ts";
import { openRuns, outbox, useTurns } from "./use-turns.ts";
import { Welcome } from "./welcome.tsx";
import "./chat-page.css";

/** A conversation, or the beginning of one, beside the run of its latest turn or of the one that was chosen. */
export function ChatPage({ conversation_id }: { readonly conversation_id: string | null }) {
  const [, navigate] = useLocation();
  const chosen = new URLSearchParams(useSearch()).get("run");
  const { turns, title, problem, isLoading } = useTurns(conversation_id);
  const latest = turns.findLast(({ run_id }) => run_id !== null)?.run_id ?? null;
  const shown = chosen ?? latest;
  // Turns take turns: of several that have not ended, the first is at work.
  const active = useFirstActive(openRuns(turns));
  const [panel, setPanel] = usePanel();
  /** How often somebody asked to be brought to what waits for a decision. */
  const [asked, setAsked] = useState(0);

  useEffect(() => {
    if (conversation_id === null) document.title = "Baton";
  }, [conversation_id]);

  const send = (draft: Draft) => {
    const id = conversation_id ?? newId();
    void outbox.send({ ...draft, conversation_id: id });
    // Also out of an earlier turn's details: what was just asked is what there is to see.
    if (conversation_id === null || chosen !== null) navigate(conversationPath(id));
  };
  const select = (run_id: string, decide = false) => {
    if (conversation_id !== null) navigate(conversationPath(conversation_id, run_id), { replace: true });
    setPanel(true);
    if (decide) setAsked(asked + 1);
  };

  const empty = conversation_id === null;
  return (
    <div className="chat" data-panel={(panel && shown !== null) || undefined}>
      <section className="chat-main" aria-label="Conversation">
        {!empty && (
          <header className="chat-head">
            <h1 className="chat-title">{title || "Conversation"}</h1>
            <IconButton
              label={panel ? "Hide the run" : "Show the run"}
              aria-pressed={panel}
              onClick={() => setPanel(!panel)}
            >
              <PanelRight />
            </IconButton>
          </header>
        )}
        {empty ? (
          <Welcome onAsk={(message) => send({ message, mode: "answer" })} />
        ) : (
          <Thread
            key={conversation_id}
            turns={turns}
            shown={shown}
            isLoading={isLoading}
            problem={problem}
            onSelect={select}
          />
        )}
        {latest !== null && <Announcer title={title} run_id={latest} />}
        <Composer onSend={send} busy={active !== null}>
          {active !== null && <StopButton run_id={active} />}
        </Composer>
      </section>
      {panel && shown !== null && <RunPanel key={shown} run_id={shown} decide={asked} />}
    </div>
  );
}
