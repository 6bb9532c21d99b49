//! Sentences of the server, in which names stand between backticks.

/** Shows what stands between backticks as code. */
export function Prose({ text }: { text: string }) {
  const parts = text.split(/`([^`]+)`/);
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <code key={index} className="rounded-sm bg-active px-1 py-px text-text">
            {part}
          </code>
        ) : (
          part
        ),
      )}
    </>
  );
}
