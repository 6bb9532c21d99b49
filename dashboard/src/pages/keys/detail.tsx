//! P10: one key.

import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Ban, CircleCheck, MoreHorizontal, RefreshCw, ShieldQuestion, Trash2 } from "lucide-react";
import { useState } from "react";
import type { KeyDetail as Key } from "@/api/operations";
import { useOp } from "@/api/query";
import { RpcError } from "@/api/rpc";
import { NotFound } from "@/app/not-found";
import { useBlocked, useSession } from "@/app/session";
import { useUrlState } from "@/app/url-state";
import { Button, ButtonLink, IconButton } from "@/ui/button";
import { CopyAs } from "@/ui/copy-as-menu";
import { CopyText } from "@/ui/copy";
import { Mark } from "@/ui/mark";
import { Menu, MenuItem } from "@/ui/menu";
import { LinkTabs, Page } from "@/ui/page";
import { ErrorCard, Skeleton } from "@/ui/states";
import { useNow } from "@/ui/time";
import { AccessTab } from "./tab-access";
import { ChangesTab } from "./tab-changes";
import { DeleteKey, ToggleKey } from "./dialogs";
import { LimitsTab } from "./tab-limits";
import { MetadataTab } from "./tab-metadata";
import { OverviewTab } from "./tab-overview";
import { TestTab } from "./tab-test";
import { RerollKey } from "./reroll";
import { Frozen } from "./stale";
import { statusMarks, statusOf } from "./status";

const tabs = [
  ["", "Overview"],
  ["access", "Access"],
  ["limits", "Limits & credits"],
  ["changes", "Changes"],
  ["metadata", "Metadata"],
  ["test", "Test verify"],
] as const;

/** Shows one key and lets people change each part of it. */
export function KeyDetail() {
  const { key: keyId = "" } = useParams({ strict: false });
  const ws = useSession().workspace.slug;
  const [search] = useUrlState();
  const query = useOp("keys.getKey", { keyId }, { keep: false });
  const key = query.data;
  const now = useNow();
  const tab = search["tab"] ?? "";
  if (query.error instanceof RpcError && query.error.status === 404) return <NotFound />;
  const name = key?.name ?? (key ? `${key.start}…` : "Key");
  const status = key ? statusMarks[statusOf(key, now)] : undefined;
  return (
    <Page
      title={name}
      heading={
        key ? (
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {name}
            {status ? (
              <span className="text-sm font-medium tracking-normal">
                <Mark sign={status.sign} tone={status.tone}>
                  {status.words}
                </Mark>
              </span>
            ) : null}
          </span>
        ) : (
          <Skeleton className="h-6 w-48" />
        )
      }
      description={
        <span className="flex flex-wrap items-center gap-x-3">
          <CopyText value={keyId} />
          {key?.identity ? (
            <Link
              to="/$ws/identities/$identity"
              params={{ ws, identity: key.identity.id }}
              className="text-accent underline-offset-2 hover:underline"
            >
              {key.identity.externalId}
            </Link>
          ) : null}
        </span>
      }
      crumbs={[{ label: "Keys", link: { to: "/$ws/keys", params: { ws } } }, { label: name }]}
      actions={key ? <Actions item={key} /> : undefined}
      tabs={
        <LinkTabs
          label="Key"
          tabs={tabs.map(([id, label]) => ({
            label,
            exact: true,
            search: true,
            link: { to: "/$ws/keys/$key", params: { ws, key: keyId }, search: id ? { tab: id } : {} },
          }))}
        />
      }
    >
      {key ? (
        <Tab tab={tab} item={key} />
      ) : query.error ? (
        <ErrorCard error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Skeleton className="h-48" />
      )}
    </Page>
  );
}

function Tab({ tab, item }: { tab: string; item: Key }) {
  switch (tab) {
    case "access":
      return <Frozen item={item} form={AccessTab} />;
    case "limits":
      return <Frozen item={item} form={LimitsTab} />;
    case "changes":
      return <ChangesTab item={item} />;
    case "metadata":
      return <Frozen item={item} form={MetadataTab} />;
    case "test":
      return <TestTab item={item} />;
    default:
      return <OverviewTab item={item} />;
  }
}

function Actions({ item }: { item: Key }) {
  const [open, setOpen] = useState<"reroll" | "toggle" | "delete" | null>(null);
  const navigate = useNavigate();
  const ws = useSession().workspace.slug;
  const scope = { apiId: item.apiId };
  const update = useBlocked("keys.updateKey", scope);
  const create = useBlocked("keys.rerollKey", scope);
  const remove = useBlocked("keys.deleteKey", scope);
  const close = () => setOpen(null);
  return (
    <>
      <CopyAs operation="keys.getKey" body={{ keyId: item.keyId }} />
      <ButtonLink icon={ShieldQuestion} to="/$ws/explain" params={{ ws }} search={{ key: item.keyId }}>
        Explain
      </ButtonLink>
      <Button icon={RefreshCw} blocked={create} onClick={() => setOpen("reroll")}>
        Reroll key
      </Button>
      <Menu trigger={<IconButton icon={MoreHorizontal} label="More actions" tip={false} className="size-8" />}>
        <MenuItem
          icon={item.enabled ? Ban : CircleCheck}
          blocked={update}
          onSelect={() => setOpen("toggle")}
        >
          {item.enabled ? "Disable" : "Enable"}
        </MenuItem>
        <MenuItem icon={Trash2} danger blocked={remove} onSelect={() => setOpen("delete")}>
          Delete
        </MenuItem>
      </Menu>
      {open === "reroll" ? <RerollKey item={item} onClose={close} /> : null}
      {open === "toggle" ? <ToggleKey item={item} onClose={close} /> : null}
      {open === "delete" ? (
        <DeleteKey item={item} onClose={close} onDone={() => void navigate({ to: "/$ws/keys", params: { ws } })} />
      ) : null}
    </>
  );
}
