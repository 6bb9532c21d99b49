//! The menu "Copy as" of forms and tables.

import { ChevronDown, Terminal } from "lucide-react";
import { serverUrl } from "@/app/base";
import type { Input, OperationName } from "@/api/operations";
import { Button } from "./button";
import { copyText } from "./copy";
import { copyAs, languages } from "./copy-as";
import { Menu, MenuItem, MenuLabel } from "./menu";
import { toast } from "./toast";

/** Copies the exact operation of a form or table, as it would be called now. */
export function CopyAs<N extends OperationName>({
  operation,
  body,
  size = "md",
}: {
  operation: N;
  body: Input<N> | (() => Input<N>);
  size?: "sm" | "md";
}) {
  return (
    <Menu
      trigger={
        <Button variant="ghost" size={size} icon={Terminal}>
          {/* On a narrow screen there is no room for words above tables and below dialogs. */}
          <span className="max-md:sr-only">Copy as</span>
          <ChevronDown aria-hidden className="size-3 opacity-60" />
        </Button>
      }
    >
      <MenuLabel>
        <code>{operation}</code>
      </MenuLabel>
      {languages.map((language) => (
        <MenuItem
          key={language}
          onSelect={() => {
            const now = typeof body === "function" ? (body as () => Input<N>)() : body;
            void copyText(copyAs(language, serverUrl(), operation, now)).then((done) =>
              toast(done ? `Copied as ${language}` : "The browser refused to copy."),
            );
          }}
        >
          {language}
        </MenuItem>
      ))}
    </Menu>
  );
}
