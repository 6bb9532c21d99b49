//! The heading and tabs that the pages of one namespace share.

import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Item } from "@/api/operations";
import { useList } from "@/api/query";
import { NotFound } from "@/app/not-found";
import { useSession } from "@/app/session";
import { CopyText } from "@/ui/copy";
import { LinkTabs, Page } from "@/ui/page";
import { ErrorCard, Skeleton } from "@/ui/states";

/** A namespace as lists show it. */
export type Namespace = Item<"ratelimit.listNamespaces">;

/** Reads the namespace that the address names and shows `children` with it. */
export function NamespaceFrame({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: (namespace: Namespace) => ReactNode;
  children: (namespace: Namespace) => ReactNode;
}) {
  const { ns = "" } = useParams({ strict: false });
  const ws = useSession().workspace.slug;
  const list = useList("ratelimit.listNamespaces", { search: ns });
  const namespace = list.isPlaceholderData ? undefined : list.rows.find((one) => one.id === ns || one.name === ns);
  if (list.isSuccess && !list.isPlaceholderData && !list.isFetching && !namespace) return <NotFound />;
  const name = namespace?.name ?? "Namespace";
  const link = (to: "/$ws/ratelimits/$ns" | "/$ws/ratelimits/$ns/overrides" | "/$ws/ratelimits/$ns/settings") => ({
    to,
    params: { ws, ns },
  });
  return (
    <Page
      title={`${name} · ${title}`}
      heading={namespace ? name : list.error ? "Namespace" : <Skeleton className="h-6 w-40" />}
      description={<CopyText value={namespace?.id ?? ns} />}
      crumbs={[{ label: "Rate limits", link: { to: "/$ws/ratelimits", params: { ws } } }, { label: name }]}
      actions={namespace ? actions?.(namespace) : undefined}
      tabs={
        <LinkTabs
          label="Rate limit"
          tabs={[
            { label: "Overrides", link: link("/$ws/ratelimits/$ns/overrides"), exact: true },
            { label: "Usage", link: link("/$ws/ratelimits/$ns"), exact: true },
            { label: "Settings", link: link("/$ws/ratelimits/$ns/settings"), exact: true },
          ]}
        />
      }
    >
      {namespace ? (
        children(namespace)
      ) : list.error ? (
        <ErrorCard error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Skeleton className="h-40" />
      )}
    </Page>
  );
}
