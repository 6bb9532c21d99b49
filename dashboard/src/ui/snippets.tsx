//! A call in several languages, as tabs.

import { Tabs } from "radix-ui";
import { CodeBlock } from "./json";

/** Shows each of `snippets` behind a tab. */
export function Snippets({ snippets, label }: { snippets: readonly (readonly [string, string])[]; label: string }) {
  return (
    <Tabs.Root defaultValue={snippets[0]?.[0] ?? ""}>
      <Tabs.List aria-label={label} className="mb-2 flex gap-1">
        {snippets.map(([name]) => (
          <Tabs.Trigger
            key={name}
            value={name}
            className="h-6 rounded-md px-2 text-xs font-medium text-text-3 hover:text-text data-[state=active]:bg-active data-[state=active]:text-text"
          >
            {name}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {snippets.map(([name, code]) => (
        <Tabs.Content key={name} value={name} tabIndex={-1}>
          <CodeBlock code={code} label={`${label} in ${name}`} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
