//! Signs in again over an open page whose session ended, so that nothing typed is lost.

import { Dialog } from "@/ui/dialog";
import { Button } from "@/ui/button";
import { queries } from "@/api/query";
import { forgetSession, loadSession, takeAnswer, useSessionState, type Session } from "./session";
import { SignInForm } from "./sign-in-form";

/** Stands once in the shell and shows itself when the session has ended. */
export function SignInAgain({ session }: { session: Session }) {
  const { lost } = useSessionState();
  const leave = () => forgetSession("expired", lost?.error);
  return (
    <Dialog
      open={lost !== undefined}
      onOpenChange={(next) => {
        if (!next) leave();
      }}
      onAskClose={() => false}
      width="sm"
      title="Your session has ended"
      description="Sign in again to go on. What you typed on this page is kept."
      footer={<Button onClick={leave}>Leave this page</Button>}
    >
      <SignInForm
        only={session.kind}
        email={session.kind === "account" ? session.name : undefined}
        onDone={async (answer) => {
          takeAnswer(answer);
          await loadSession();
          await queries.invalidateQueries();
        }}
      />
    </Dialog>
  );
}
