import { ArrowUp, FileText } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import type { RunMode } from "../../../../domain/model/chat.ts";
import { Button } from "../ui/button.tsx";
import "./composer.css";

/** What a run is asked. */
export interface Draft {
  readonly message: string;
  readonly mode: RunMode;
  readonly context?: string;
  /** Cancels the run that goes on, instead of waiting for it. */
  readonly multitask_strategy?: "interrupt";
}

const MODES: Readonly<Record<RunMode, string>> = {
  answer: "Answer",
  research: "Research",
  summarize: "Summarize",
};
/** What the API takes. */
const LONGEST = 32_000;

interface ComposerProps {
  readonly onSend: (draft: Draft) => void;
  /** A run of the conversation goes on. */
  readonly busy?: boolean;
  /** Further buttons. */
  readonly children?: ReactNode;
}

/** The message box: Enter sends, Shift+Enter starts a line. */
export function Composer({ onSend, busy = false, children }: ComposerProps) {
  const [message, setMessage] = useState("");
  const [mode, setMode] = useState<RunMode>("answer");
  const [context, setContext] = useState<string | null>(null);
  const box = useRef<HTMLTextAreaElement>(null);

  const over = message.length - LONGEST;
  const ready = message.trim() !== "" && over <= 0;
  const send = (now?: Pick<Draft, "multitask_strategy">) => {
    if (!ready) return;
    onSend({ message, mode, ...(context?.trim() && { context }), ...now });
    setMessage("");
    setContext(null);
    box.current?.focus();
  };

  return (
    <form
      className="composer"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        send();
      }}
    >
      {context !== null && (
        <textarea
          className="composer-context"
          aria-label="Context: further text to consider"
          placeholder="Paste text the answer should consider"
          value={context}
          onChange={({ target }) => setContext(target.value)}
          rows={4}
        />
      )}
      <textarea
        ref={box}
        className="composer-message"
        aria-label="Message"
        placeholder="Ask something"
        // biome-ignore lint/a11y/noAutofocus: asking is what one comes here for.
        autoFocus
        rows={1}
        aria-invalid={over > 0 || undefined}
        value={message}
        onChange={({ target }) => setMessage(target.value)}
        onKeyDown={(pressed) => {
          // An input method's Enter chooses a word.
          if (pressed.key !== "Enter" || pressed.shiftKey || pressed.nativeEvent.isComposing) return;
          pressed.preventDefault();
          send();
        }}
      />
      {over > 0 && (
        <p className="field-error" role="alert">
          {over.toLocaleString()} characters too long for a message. What is not asked but considered can go
          to the context.
        </p>
      )}
      <div className="composer-row">
        <select
          aria-label="Mode"
          className="composer-mode"
          value={mode}
          onChange={({ target }) => setMode(target.value as RunMode)}
        >
          {Object.entries(MODES).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <Button
          variant="quiet"
          aria-expanded={context !== null}
          onClick={() => setContext(context === null ? "" : null)}
        >
          <FileText aria-hidden />
          <span className="composer-label">{context === null ? "Add context" : "Remove context"}</span>
        </Button>
        <span className="composer-gap" />
        {children}
        {busy && ready && (
          <Button
            title="Stops the answer under way and asks this instead"
            onClick={() => send({ multitask_strategy: "interrupt" })}
          >
            Send instead
          </Button>
        )}
        <Button
          type="submit"
          variant="primary"
          disabled={!ready}
          title={busy ? "It is asked once the answer under way is there" : undefined}
        >
          <ArrowUp aria-hidden /> <span className="composer-label">Send</span>
        </Button>
      </div>
    </form>
  );
}
