/** Characters that may need scrolling. */
const LONG = 500;

/** What was asked. */
export function Question({
  message,
  context,
}: {
  readonly message: string;
  readonly context: string | null;
}) {
  return (
    <div className="question">
      <span className="spoken">You asked: </span>
      <p className="question-text" tabIndex={message.length > LONG ? 0 : undefined}>
        {message}
      </p>
      {context !== null && (
        <details className="question-context">
          <summary>With context ({context.length.toLocaleString()} characters)</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
          <p tabIndex={0}>{context}</p>
        </details>
      )}
    </div>
  );
}
