//! P02: sign in.

import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { basePath } from "@/app/base";
import { loadSession, sessionState, takeAnswer, useSessionState } from "@/app/session";
import { SignInForm } from "@/app/sign-in-form";
import { Notice } from "@/ui/page";
import { ErrorCard, PageSkeleton } from "@/ui/states";
import { SessionFrame } from "./frame";
import { Insecure } from "./insecure";
import { returnPath } from "./return-path";

const reasons: Record<string, string> = {
  expired: "Your session has ended. Sign in to go on.",
  revoked: "Your session was revoked.",
  key_disabled: "The root key of your session can’t be used any more: key disabled, deleted or expired.",
  user_disabled: "Your account is disabled or has no role any more.",
  signed_out: "You are signed out.",
};

/** Asks for an account or a root key, and then returns to the page that was asked for. */
export function SignIn() {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const router = useRouter();
  const state = useSessionState();
  const [checked, setChecked] = useState(false);

  useEffect(() => {
    if (state.session && !state.lost) {
      const back = returnPath(search["to"]);
      if (back) router.history.replace(basePath.replace(/\/$/, "") + back);
      else void navigate({ to: "/$ws", params: { ws: state.session.workspace.slug }, replace: true });
    } else if (state.out?.reason === "setup") {
      void navigate({ to: "/setup", replace: true });
    }
  }, [state, navigate, router, search]);

  useEffect(() => {
    if (sessionState().session || sessionState().out) setChecked(true);
    else void loadSession().then(() => setChecked(true));
  }, []);

  if (!checked) return <PageSkeleton />;
  if (state.failed && !state.out) {
    return (
      <SessionFrame title="Sign in to Keyway">
        <ErrorCard error={state.failed} onRetry={() => void loadSession()} className="m-0" />
      </SessionFrame>
    );
  }
  if (state.server?.secure === false) return <Insecure />;
  const reason = search["reason"] ? reasons[search["reason"]] : undefined;
  return (
    <SessionFrame
      title="Sign in to Keyway"
      below={
        <>
          Lost your password? Whoever runs this server can reset it with{" "}
          <code className="text-text-2">keyway admin reset-password EMAIL</code>.
        </>
      }
    >
      {reason ? (
        <div className="mb-5" role="status">
          <Notice tone={search["reason"] === "signed_out" ? "plain" : "warn"}>{reason}</Notice>
        </div>
      ) : null}
      <SignInForm only={state.server?.rootKeySignIn === false ? "account" : undefined} onDone={(answer) => void takeAnswer(answer)} />
    </SessionFrame>
  );
}
