//! What a root key may do with each kind of resource: none, read, write, or single permissions.

import { ChevronRight, X } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Checkbox, SearchInput } from "@/ui/field";
import { Badge } from "@/ui/mark";
import {
  groupsOf,
  lacking,
  levelOf,
  levelSet,
  outOfScope,
  withEntry,
  withLevel,
  type Catalog,
  type Entry,
  type Group,
  type Level,
  type Selection,
} from "./picker";

/** The rows of the catalogue. `held` is what the editor may grant. */
export function Matrix({
  catalog,
  value,
  onChange,
  held,
}: {
  catalog: Catalog;
  value: Selection;
  onChange: (value: Selection) => void;
  held: readonly string[];
}) {
  const [text, setText] = useState("");
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const groups = useMemo(() => groupsOf(catalog), [catalog]);
  const wanted = text.trim().toLowerCase();
  const matches = (entry: Entry) =>
    [entry.permission, entry.description, ...entry.operations].some((one) => one.toLowerCase().includes(wanted));
  const shown = wanted === "" ? groups : groups.filter((group) => group.entries.some(matches));
  return (
    <div className="flex flex-col gap-2.5">
      <SearchInput
        label="Search permissions"
        placeholder="Find by action, description or operation"
        className="w-full"
        value={text}
        onChange={setText}
      />
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
        {shown.map((group) => (
          <Row
            key={group.id}
            group={group}
            value={value}
            onChange={onChange}
            held={held}
            open={open.has(group.id) || wanted !== ""}
            onToggle={(on) =>
              setOpen((now) => {
                const next = new Set(now);
                if (on) next.add(group.id);
                else next.delete(group.id);
                return next;
              })
            }
            {...(wanted === "" ? {} : { filter: matches })}
          />
        ))}
        {shown.length === 0 ? <li className="px-3 py-6 text-center text-text-3">No permission matches.</li> : null}
      </ul>
      {value.single.length > 0 ? (
        <div className="rounded-lg border border-line bg-surface p-3">
          <h3 className="text-sm font-medium">Single permissions</h3>
          <p className="text-xs text-text-3">They name resources beside the scope above, and stay as they are.</p>
          <ul className="mt-2 flex flex-col">
            {value.single.map((one) => (
              <li key={one} className="flex items-center justify-between gap-2">
                <code className="min-w-0 text-xs wrap-anywhere">{one}</code>
                <IconButton
                  icon={X}
                  label={`Remove ${one}`}
                  tip={false}
                  onClick={() => onChange({ ...value, single: value.single.filter((other) => other !== one) })}
                />
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  );
}

const levelWords: readonly (readonly [Level, string])[] = [
  ["none", "None"],
  ["read", "Read"],
  ["write", "Write"],
  ["custom", "Custom"],
];

function Row({
  group,
  value,
  onChange,
  held,
  open,
  onToggle,
  filter,
}: {
  group: Group;
  value: Selection;
  onChange: (value: Selection) => void;
  held: readonly string[];
  open: boolean;
  onToggle: (open: boolean) => void;
  filter?: (entry: Entry) => boolean;
}) {
  const panel = useId();
  const name = useId();
  const { level, sensitive } = levelOf(group, value);
  const chosen = group.entries.filter((entry) => value.chosen.has(entry.permission)).length;
  const read = levelSet(group, "read", value);
  const write = levelSet(group, "write", value);
  const grantable = (entries: readonly Entry[]) =>
    entries.some((entry) => value.chosen.has(entry.permission) || lacking(entry, value, held) === undefined);
  const offers: Record<Level, boolean> = {
    none: true,
    read: grantable(read),
    write: write.length > read.length && grantable(write),
    custom: true,
  };
  const entries = filter ? group.entries.filter(filter) : group.entries;
  const plain = entries.filter((entry) => !entry.sensitive);
  const risky = entries.filter((entry) => entry.sensitive);
  const box = (entry: Entry) => (
    <Box key={entry.permission} entry={entry} value={value} onChange={onChange} held={held} />
  );
  return (
    <li>
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1.5 py-1.5 pr-2 pl-1.5">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={panel}
          onClick={() => onToggle(!open)}
          className="flex h-7 min-w-0 flex-1 items-center gap-1.5 rounded-md px-1.5 text-left hover:bg-hover"
        >
          <ChevronRight
            aria-hidden
            className={cx("size-3.5 shrink-0 text-text-3 transition-transform duration-75", open && "rotate-90")}
          />
          <span className="truncate font-medium">{group.label}</span>
          <span className="text-xs whitespace-nowrap text-text-3 tabular-nums">
            {chosen} of {group.entries.length}
          </span>
          {sensitive > 0 ? <Badge tone="warn">{sensitive} sensitive</Badge> : null}
        </button>
        <div
          role="radiogroup"
          aria-label={`Access to ${group.label}`}
          className="flex rounded-md border border-line bg-sunken p-0.5 max-sm:w-full"
        >
          {levelWords.map(([one, words]) => (
            <label
              key={one}
              className={cx(
                "relative flex h-6 min-w-14 items-center justify-center rounded-sm px-2 text-xs has-focus-visible:outline-2 has-focus-visible:outline-accent max-sm:flex-1",
                level === one ? "bg-raised font-medium text-text shadow-1" : "text-text-3",
                level !== one && offers[one] && "hover:text-text",
                !offers[one] && "opacity-45",
              )}
            >
              <input
                type="radio"
                name={name}
                checked={level === one}
                disabled={!offers[one]}
                onChange={() => {
                  if (one === "custom") onToggle(true);
                  else onChange(withLevel(value, group, one, held));
                }}
                className="absolute inset-0 size-full cursor-default appearance-none rounded-sm outline-none"
              />
              {words}
            </label>
          ))}
        </div>
      </div>
      <div id={panel} hidden={!open} className="border-t border-line bg-sunken px-3 py-2.5 sm:pl-9">
        {open ? (
          <div className="flex flex-col gap-2.5">
            {plain.map(box)}
            {risky.length > 0 ? (
              <div className={cx("flex flex-col gap-2.5", plain.length > 0 && "mt-1 border-t border-line pt-2.5")}>
                <p className="text-xs text-text-3">
                  Sensitive: part of neither Read nor Write, to be chosen one by one.
                </p>
                {risky.map(box)}
              </div>
            ) : null}
          </div>
        ) : null}
      </div>
    </li>
  );
}

function Box({
  entry,
  value,
  onChange,
  held,
}: {
  entry: Entry;
  value: Selection;
  onChange: (value: Selection) => void;
  held: readonly string[];
}) {
  const checked = value.chosen.has(entry.permission);
  const missing = lacking(entry, value, held);
  const blocked = missing !== undefined && !checked;
  return (
    <Checkbox
      data-testid={`perm-${entry.permission}`}
      checked={checked}
      disabled={blocked}
      onCheckedChange={(on) => onChange(withEntry(value, entry, on))}
      label={<code className="text-xs">{entry.action}</code>}
      hint={
        <>
          {entry.description}
          {outOfScope(entry, value) ? " For the whole workspace." : ""}
          {entry.operations.length > 0 ? (
            <span className="block font-mono text-2xs wrap-anywhere">{entry.operations.join(" · ")}</span>
          ) : null}
          {blocked ? (
            <span className="block text-warn">
              You don’t hold <code className="wrap-anywhere">{missing}</code>, so you can’t grant it.
            </span>
          ) : null}
        </>
      }
    />
  );
}
