//! The frame of pages before sign-in.

import { useEffect, type ReactNode } from "react";
import { KeywayMark } from "@/app/logo";

/** A narrow card in the middle of the page. */
export function SessionFrame({ title, children, below }: { title: string; children: ReactNode; below?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Keyway`;
  }, [title]);
  return (
    <main className="flex min-h-dvh flex-col items-center bg-canvas px-4 pt-[14vh] pb-10">
      <KeywayMark className="size-10" />
      <h1 className="mt-5 text-center text-xl font-semibold tracking-tight">{title}</h1>
      <div className="mt-6 w-full max-w-[400px] rounded-xl border border-line bg-surface p-6 shadow-1">{children}</div>
      {below ? <div className="mt-5 max-w-[400px] text-center text-xs text-text-3">{below}</div> : null}
    </main>
  );
}
