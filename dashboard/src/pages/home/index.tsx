//! P03: the state at a glance.

import { Link } from "@tanstack/react-router";
import { Box, Fingerprint, Gauge, KeyRound, ShieldCheck, Users, type LucideIcon } from "lucide-react";
import { useOp } from "@/api/query";
import { useSession, maySome } from "@/app/session";
import { count } from "@/ui/format";
import { Page, Panel } from "@/ui/page";
import { ErrorCard, NoAnalytics, Skeleton } from "@/ui/states";
import { Attention } from "./attention";
import { Checklist } from "./checklist";

type Place = "/$ws/apis" | "/$ws/keys" | "/$ws/identities" | "/$ws/access/roles" | "/$ws/ratelimits" | "/$ws/root-keys";

const tiles: readonly { label: string; of: "apis" | "keys" | "identities" | "roles" | "namespaces" | "rootKeys"; to: Place; icon: LucideIcon }[] = [
  { label: "APIs", of: "apis", to: "/$ws/apis", icon: Box },
  { label: "Keys", of: "keys", to: "/$ws/keys", icon: KeyRound },
  { label: "Identities", of: "identities", to: "/$ws/identities", icon: Users },
  { label: "Roles", of: "roles", to: "/$ws/access/roles", icon: ShieldCheck },
  { label: "Namespaces", of: "namespaces", to: "/$ws/ratelimits", icon: Gauge },
  { label: "Root keys", of: "rootKeys", to: "/$ws/root-keys", icon: Fingerprint },
];

/** Counts, what needs attention, and the first steps until they are done. */
export function Home() {
  const session = useSession();
  const ws = session.workspace.slug;
  const mayRead = maySome(session, "workspaces.getWorkspace");
  const workspace = useOp("workspaces.getWorkspace", {}, { enabled: mayRead });
  const counts = workspace.data?.counts;
  return (
    <Page title="Home" heading={session.workspace.name} description="The keys of this workspace at a glance.">
      <div className="flex flex-col gap-5">
        {mayRead ? (
          workspace.error && !counts ? (
            <ErrorCard error={workspace.error} onRetry={() => void workspace.refetch()} className="m-0" />
          ) : (
            <ul className="grid grid-cols-2 overflow-hidden rounded-lg border border-line md:grid-cols-3 lg:grid-cols-6">
              {tiles.map((tile) => {
                const Icon = tile.icon;
                return (
                  <li key={tile.of} className="-mr-px -mb-px border-r border-b border-line">
                    <Link
                      to={tile.to}
                      params={{ ws }}
                      className="block px-4 py-3.5 hover:bg-hover focus-visible:-outline-offset-2"
                    >
                      <span className="flex items-center gap-1.5 text-xs text-text-3">
                        <Icon aria-hidden className="size-3.5" />
                        {tile.label}
                      </span>
                      <span className="mt-1 block text-2xl font-semibold tracking-tight tabular-nums">
                        {counts ? count(counts[tile.of]) : <Skeleton className="my-2 h-5 w-12" />}
                      </span>
                    </Link>
                  </li>
                );
              })}
            </ul>
          )
        ) : null}
        <Checklist counts={counts} reading={mayRead && workspace.isPending}>
          <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-2">
            <Attention />
            <Panel title="Verifications">
              <NoAnalytics chart="C1" what="Verifications by outcome and active keys" />
            </Panel>
          </div>
        </Checklist>
      </div>
    </Page>
  );
}
