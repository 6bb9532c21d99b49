//! An address that means nothing.

import { Link } from "@tanstack/react-router";

/** Says so and leads home. */
export function NotFound() {
  return (
    <div className="flex min-h-[60dvh] flex-col items-center justify-center px-6 text-center">
      <h1 className="text-xl font-semibold">There is no such page</h1>
      <p className="mt-1 text-text-2">The address may be mistyped, or the thing was deleted.</p>
      <Link to="/" className="mt-4 font-medium text-accent underline-offset-2 hover:underline">
        Go home
      </Link>
    </div>
  );
}
