import { ArrowDown } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Loading } from "../ui/loading.tsx";
import { Notice } from "../ui/notice.tsx";
import { OutgoingTurnView } from "./outgoing-turn.tsx";
import { TurnView } from "./turn-view.tsx";
import type { Turn } from "./use-turns.ts";
import "./thread.css";

/** How near to its end, in pixels, the thread counts as being at it. */
const AT_END = 60;

interface ThreadProps {
  readonly turns: readonly Turn[];
  /** The run that is shown beside. */
  readonly shown: string | null;
  readonly isLoading: boolean;
  readonly problem: Error | null;
  readonly onSelect: (run_id: string, decide?: boolean) => void;
}

/** The turns of a conversation, oldest first. It stays at its end while that grows, unless it was scrolled away. */
export function Thread({ turns, shown, isLoading, problem, onSelect }: ThreadProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLOListElement>(null);
  const follows = useRef(true);
  const [away, setAway] = useState(false);

  const toEnd = () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  useLayoutEffect(() => {
    if (content.current === null) return;
    const grown = new ResizeObserver(() => follows.current && toEnd());
    grown.observe(content.current);
    return () => grown.disconnect();
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn is what it reacts to.
  useLayoutEffect(() => {
    follows.current = true;
    toEnd();
  }, [turns.at(-1)?.message, turns.length]);

  return (
    <div
      ref={scroller}
      className="thread"
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < AT_END;
        setAway(!follows.current);
      }}
    >
      {isLoading && <Loading label="Loading the conversation" />}
      {problem !== null && turns.length === 0 && (
        <div className="thread-problem">
          <Notice tone="warn" title="This conversation cannot be shown">
            {problem.message}
          </Notice>
        </div>
      )}
      <ol ref={content} className="thread-turns">
        {turns.map((turn) => (
          <li key={turn.key}>
            {turn.run_id === null ? (
              <OutgoingTurnView turn={turn} />
            ) : (
              <TurnView
                turn={turn}
                run_id={turn.run_id}
                isShown={turn.run_id === shown}
                onSelect={onSelect}
              />
            )}
          </li>
        ))}
      </ol>
      {away && (
        <Button className="thread-end" onClick={toEnd}>
          <ArrowDown aria-hidden /> Latest
        </Button>
      )}
    </div>
  );
}
