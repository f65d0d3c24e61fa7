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
      <p className="question-text">{message}</p>
      {context !== null && (
        <details className="question-context">
          <summary>With context ({context.length.toLocaleString()} characters)</summary>
          <p>{context}</p>
        </details>
      )}
    </div>
  );
}
