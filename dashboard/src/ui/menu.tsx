//! Menus that open from a button.

import { DropdownMenu } from "radix-ui";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

/** A menu below its `trigger`, which must take a ref, such as a `Button`. */
export function Menu({
  trigger,
  children,
  align = "end",
  className,
}: {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
  className?: string;
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            "z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-lg bg-raised p-1 shadow-2 animate-rise",
            className,
          )}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** One action of a menu. A blocked one stays reachable and says why. */
export function MenuItem({
  children,
  icon: Icon,
  onSelect,
  danger = false,
  blocked,
  hint,
}: {
  children: ReactNode;
  icon?: LucideIcon;
  onSelect: () => void;
  danger?: boolean;
  blocked?: string | undefined;
  hint?: ReactNode;
}) {
  return (
    <DropdownMenu.Item
      aria-disabled={blocked !== undefined || undefined}
      onSelect={(event) => {
        if (blocked === undefined) onSelect();
        else event.preventDefault();
      }}
      className={cx(
        "flex min-h-7 cursor-default items-center gap-2 rounded-md px-2 py-1 text-sm outline-none select-none data-highlighted:bg-active",
        danger && blocked === undefined && "text-bad",
      )}
    >
      {Icon ? <Icon aria-hidden className={cx("size-3.5 shrink-0", danger ? "" : "text-text-3")} /> : null}
      <span className="min-w-0 flex-1">
        <span className={cx(blocked !== undefined && "text-text-3")}>{children}</span>
        {blocked === undefined ? null : (
          <span className="block max-w-56 text-2xs text-text-3">{blocked}</span>
        )}
      </span>
      {hint ? <span className="text-xs text-text-3">{hint}</span> : null}
    </DropdownMenu.Item>
  );
}

/** One of several choices of which one holds. */
export function MenuChoice<T extends string>({
  value,
  onChange,
  choices,
  label,
}: {
  value: T;
  onChange: (value: T) => void;
  choices: readonly (readonly [T, string])[];
  label?: string;
}) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
      {label ? <MenuLabel>{label}</MenuLabel> : null}
      {choices.map(([one, words]) => (
        <DropdownMenu.RadioItem
          key={one}
          value={one}
          className="flex h-7 cursor-default items-center justify-between gap-4 rounded-md px-2 text-sm outline-none select-none data-highlighted:bg-active"
        >
          {words}
          <DropdownMenu.ItemIndicator className="text-accent">✓</DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

/** A line of words that can't be chosen. */
export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-2xs font-medium text-text-3">
      {children}
    </DropdownMenu.Label>
  );
}

/** A hairline between groups. */
export function MenuLine() {
  return <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />;
}
