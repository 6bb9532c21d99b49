//! Warns two minutes before the session ends for want of use.

import { useEffect, useRef } from "react";
import { useNow } from "@/ui/time";
import { Button } from "@/ui/button";
import { lastAnswerAt, loadSession, type Session } from "./session";

/** Shows the warning when it is time. */
export function SessionClock({ session }: { session: Session }) {
  const now = useNow();
  const left = session.idleEndsAt === undefined ? Infinity : session.idleEndsAt - now;
  const loaded = useRef(Date.now());
  useEffect(() => {
    loaded.current = Date.now();
  }, [session]);
  useEffect(() => {
    // Calls since the session was read have moved its end; ask where it is now.
    if (left < 150_000 && lastAnswerAt() > loaded.current + 60_000) void loadSession();
  }, [left]);
  if (left > 120_000) return null;
  return (
    <div role="alert" className="flex flex-wrap items-center justify-center gap-3 border-b border-warn-line bg-warn-soft px-4 py-1.5 text-warn">
      You will be signed out soon because nothing happened for a while.
      <Button size="sm" onClick={() => void loadSession()}>
        Stay signed in
      </Button>
    </div>
  );
}
