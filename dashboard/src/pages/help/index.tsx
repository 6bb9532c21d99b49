//! P32: shortcuts, documents and the version.

import { BookOpen, FileJson2, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { serverPath, serverUrl } from "@/app/base";
import { useSessionState } from "@/app/session";
import { ShortcutTable } from "@/app/shortcuts";
import { CopyText } from "@/ui/copy";
import { Facts, Page, Panel } from "@/ui/page";

/** Shows the shortcuts and where to read on. */
export function Help() {
  const { session, server } = useSessionState();
  const version = server?.version ?? session?.version;
  return (
    <Page title="Help" description="Everything here is served by this server; nothing is fetched from elsewhere.">
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-2">
        <div className="flex flex-col gap-5">
          <Panel title="Read on" flush>
            <ul className="divide-y divide-line">
              <Doc href={`${serverPath}docs`} icon={<BookOpen aria-hidden className="size-4" />} title="Documentation">
                How keys, roles, limits and root keys work.
              </Doc>
              <Doc href={`${serverPath}docs/errors`} icon={<TriangleAlert aria-hidden className="size-4" />} title="Errors">
                Every error code, what causes it and what helps.
              </Doc>
              <Doc href={`${serverPath}openapi.json`} icon={<FileJson2 aria-hidden className="size-4" />} title="OpenAPI document">
                Every operation, for generators and tools.
              </Doc>
            </ul>
          </Panel>
          <Panel title="This server">
            <Facts
              items={[
                version ? ["Version", <CopyText key="version" value={version} />] : false,
                ["Address", <CopyText key="url" value={serverUrl()} />],
              ]}
            />
          </Panel>
          <Panel title="Report a problem">
            <p className="text-text-2">
              Tell whoever runs this server what you did, the version above and the request id that stands on the error. A request
              id names one call in the server’s log and holds nothing secret. Never send a key along.
            </p>
          </Panel>
        </div>
        <Panel title="Keyboard shortcuts" description="Single letters can be switched off under Settings, My account.">
          <ShortcutTable />
        </Panel>
      </div>
    </Page>
  );
}

function Doc({ href, icon, title, children }: { href: string; icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <li>
      <a
        href={href}
        target="_blank"
        rel="noopener noreferrer"
        className="flex items-start gap-3 px-4 py-3 hover:bg-hover focus-visible:-outline-offset-2"
      >
        <span className="mt-0.5 text-text-3">{icon}</span>
        <span className="min-w-0">
          <span className="block font-medium">{title}</span>
          <span className="block text-xs text-text-3">{children}</span>
        </span>
      </a>
    </li>
  );
}
