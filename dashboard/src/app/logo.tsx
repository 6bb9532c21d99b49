//! The sign of Keyway: a keyhole.

/** The sign alone. */
export function KeywayMark({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className={className}>
      <rect width="32" height="32" rx="8" className="fill-accent-solid" />
      <circle cx="16" cy="12.2" r="5.2" fill="#fff" />
      <path d="M13.6 15.4h4.8l2 9.4a1 1 0 0 1-1 1.2h-6.8a1 1 0 0 1-1-1.2z" fill="#fff" />
    </svg>
  );
}
