//! The tabs of the pages about roles and permissions.

import { useSession } from "@/app/session";
import { LinkTabs } from "@/ui/page";

/** Roles and permissions as tabs. */
export function AccessTabs() {
  const ws = useSession().workspace.slug;
  return (
    <LinkTabs
      label="Access"
      tabs={[
        { label: "Roles", link: { to: "/$ws/access/roles", params: { ws } }, exact: true },
        { label: "Permissions", link: { to: "/$ws/access/permissions", params: { ws } }, exact: true },
      ]}
    />
  );
}
