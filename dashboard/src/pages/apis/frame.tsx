//! The heading and the tabs that the pages of one API share.

import { useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import type { ApiItem } from "@/api/operations";
import { useOp } from "@/api/query";
import { useBlocked, useSession } from "@/app/session";
import { ButtonLink } from "@/ui/button";
import { CopyText } from "@/ui/copy";
import { LinkTabs, Page } from "@/ui/page";
import { ErrorCard, Skeleton } from "@/ui/states";
import { NotFound } from "@/app/not-found";

/** Reads the API of the address and frames `children`, which get it once it is there. */
export function ApiFrame({
  title,
  children,
  wide = true,
}: {
  title: string;
  children: (api: ApiItem) => ReactNode;
  wide?: boolean;
}) {
  const { api: id = "" } = useParams({ strict: false });
  const ws = useSession().workspace.slug;
  const query = useOp("apis.listApis", { apiIds: [id] });
  const api = query.data?.find((one) => one.id === id);
  const blocked = useBlocked("keys.createKey", { apiId: id });
  const params = { ws, api: id };
  if (query.data && !api && !query.isFetching) return <NotFound />;
  return (
    <Page
      title={api ? `${title} · ${api.name}` : title}
      heading={api?.name ?? <Skeleton className="h-6 w-40" />}
      description={<CopyText value={id} />}
      crumbs={[{ label: "APIs", link: { to: "/$ws/apis", params: { ws } } }, { label: api?.name ?? id }]}
      wide={wide}
      actions={
        <ButtonLink
          variant="primary"
          icon={Plus}
          to="/$ws/keys/new"
          params={{ ws }}
          search={{ api: id }}
          blocked={blocked}
        >
          Create key
        </ButtonLink>
      }
      tabs={
        <LinkTabs
          label="API"
          tabs={[
            { label: "Keys", link: { to: "/$ws/apis/$api/keys", params } },
            { label: "Usage", link: { to: "/$ws/apis/$api", params }, exact: true },
            { label: "Settings", link: { to: "/$ws/apis/$api/settings", params } },
          ]}
        />
      }
    >
      {api ? (
        children(api)
      ) : query.error ? (
        <ErrorCard error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Skeleton className="h-40" />
      )}
    </Page>
  );
}
