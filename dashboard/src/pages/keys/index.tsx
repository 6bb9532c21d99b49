//! P08: any key of the workspace.

import { Plus } from "lucide-react";
import { useMemo } from "react";
import { useList } from "@/api/query";
import { useBlocked, useSession } from "@/app/session";
import { ButtonLink } from "@/ui/button";
import { Page } from "@/ui/page";
import { KeyList } from "./list";

/** Lists and finds every key, whatever its API. */
export function Keys() {
  const ws = useSession().workspace.slug;
  const apis = useList("apis.listApis", {}, { by: (one) => one.name });
  const byId = useMemo(() => new Map(apis.rows.map((api) => [api.id, api])), [apis.rows]);
  const blocked = useBlocked("keys.createKey");
  return (
    <Page
      title="Keys"
      description="Every key of this workspace."
      actions={
        <ButtonLink variant="primary" icon={Plus} to="/$ws/keys/new" params={{ ws }} blocked={blocked}>
          Create key
        </ButtonLink>
      }
    >
      <KeyList apis={byId} />
    </Page>
  );
}
