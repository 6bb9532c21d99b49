//! The tabs of the settings.

import { useSession } from "@/app/session";
import { LinkTabs } from "@/ui/page";

/** Workspace, people and the own account as tabs. */
export function SettingsTabs() {
  const ws = useSession().workspace.slug;
  return (
    <LinkTabs
      label="Settings"
      tabs={[
        { label: "Workspace", link: { to: "/$ws/settings/workspace", params: { ws } }, exact: true },
        { label: "People", link: { to: "/$ws/settings/people", params: { ws } }, exact: true },
        { label: "My account", link: { to: "/$ws/settings/sessions", params: { ws } }, exact: true },
      ]}
    />
  );
}
