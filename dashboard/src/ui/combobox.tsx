//! A text field with suggestions, for one value or for several.

import { X } from "lucide-react";
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { cx } from "./cx";
import { useFieldParts } from "./field";

/** A suggestion. */
export interface Option {
  value: string;
  label?: string;
  detail?: ReactNode;
}

/** Picks several values; only the picked ones are rendered outside of the list. */
export function MultiCombobox({
  values,
  onChange,
  options,
  onSearch,
  placeholder,
  label,
  create,
  loading = false,
  mono = false,
}: {
  values: readonly string[];
  onChange: (values: readonly string[]) => void;
  /** The suggestions for what was typed; the caller filters or asks the server. */
  options: readonly Option[];
  onSearch: (text: string) => void;
  placeholder?: string;
  /** Needed where no `Field` stands around it. */
  label?: string;
  /** Words for taking the typed text as a new value; undefined forbids it. */
  create?: (text: string) => string | undefined;
  loading?: boolean;
  mono?: boolean;
}) {
  const [text, setText] = useState("");
  const names = useRef(new Map<string, string>());
  for (const option of options) if (option.label) names.current.set(option.value, option.label);
  const add = (value: string) => {
    if (!values.includes(value)) onChange([...values, value]);
    setText("");
    onSearch("");
  };
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      {values.length > 0 ? (
        <ul className="flex flex-wrap gap-1">
          {values.map((value) => (
            <li
              key={value}
              className={cx(
                "inline-flex h-6 max-w-full items-center gap-0.5 rounded-md border border-line-strong bg-sunken pl-2 text-xs",
                mono && "font-mono",
              )}
            >
              <span className="truncate">{names.current.get(value) ?? value}</span>
              <button
                type="button"
                aria-label={`Remove ${names.current.get(value) ?? value}`}
                onClick={() => onChange(values.filter((one) => one !== value))}
                className="inline-flex size-6 items-center justify-center rounded-md text-text-3 hover:text-text"
              >
                <X aria-hidden className="size-3" />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <Box
        text={text}
        onText={(next) => {
          setText(next);
          onSearch(next);
        }}
        options={options.filter((option) => !values.includes(option.value))}
        onPick={add}
        placeholder={placeholder}
        label={label}
        create={create}
        loading={loading}
        mono={mono}
        onEmptyBackspace={() => onChange(values.slice(0, -1))}
      />
    </div>
  );
}

/** One value: free text with suggestions. */
export function Combobox({
  value,
  onChange,
  options,
  placeholder,
  label,
  loading = false,
  mono = false,
}: {
  value: string;
  onChange: (value: string) => void;
  options: readonly Option[];
  placeholder?: string;
  label?: string;
  loading?: boolean;
  mono?: boolean;
}) {
  return (
    <Box
      text={value}
      onText={onChange}
      options={options}
      onPick={onChange}
      placeholder={placeholder}
      label={label}
      create={undefined}
      loading={loading}
      mono={mono}
    />
  );
}

function Box({
  text,
  onText,
  options,
  onPick,
  placeholder,
  label,
  create,
  loading,
  mono,
  onEmptyBackspace,
}: {
  text: string;
  onText: (text: string) => void;
  options: readonly Option[];
  onPick: (value: string) => void;
  placeholder: string | undefined;
  label: string | undefined;
  create: ((text: string) => string | undefined) | undefined;
  loading: boolean;
  mono: boolean;
  onEmptyBackspace?: () => void;
}) {
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const list = useId();
  const parts = useFieldParts();
  const typed = text.trim();
  const exact = options.some((option) => option.value === typed || option.label === typed);
  const creation = typed !== "" && !exact ? create?.(typed) : undefined;
  const all: readonly (Option & { fresh?: boolean })[] =
    creation === undefined ? options : [...options, { value: typed, label: creation, fresh: true }];
  const shown = open && (all.length > 0 || loading);

  const pick = (value: string) => {
    onPick(value);
    setOpen(false);
    setAt(-1);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      if (all.length > 0) {
        setAt((now) => (event.key === "ArrowDown" ? (now + 1) % all.length : (now <= 0 ? all.length : now) - 1));
      }
    } else if (event.key === "Enter") {
      const chosen = all[at] ?? (creation === undefined ? all.find((one) => one.value === typed) : all.at(-1));
      if (open && chosen) {
        event.preventDefault();
        pick(chosen.value);
      }
    } else if (event.key === "Escape" && open) {
      event.stopPropagation();
      event.nativeEvent.stopImmediatePropagation();
      setOpen(false);
    } else if (event.key === "Backspace" && text === "") onEmptyBackspace?.();
  };

  return (
    <div className="relative">
      <input
        {...parts}
        role="combobox"
        aria-label={parts.id ? undefined : label}
        aria-expanded={shown}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={shown && at >= 0 ? `${list}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          onText(event.target.value);
          setOpen(true);
          setAt(-1);
        }}
        onFocus={() => setOpen(true)}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        className={cx(
          "h-8 w-full min-w-0 rounded-md border border-edge bg-raised px-2.5 text-sm hover:border-text-3 focus-visible:-outline-offset-1 aria-invalid:border-bad",
          mono && "font-mono text-xs",
        )}
      />
      <ul
        id={list}
        role="listbox"
        aria-label="Suggestions"
        hidden={!shown}
        className="absolute inset-x-0 top-full z-30 mt-1 max-h-64 overflow-y-auto rounded-lg bg-raised p-1 shadow-2"
      >
        {all.map((option, index) => (
          <li
            key={(option.fresh ? "new:" : "") + option.value}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => setAt(index)}
            onClick={() => pick(option.value)}
            className={cx(
              "flex min-h-8 cursor-default items-center justify-between gap-3 rounded-md px-2 py-1",
              index === at && "bg-active",
            )}
          >
            <span className={cx("min-w-0 truncate", mono && !option.fresh && "font-mono text-xs")}>
              {option.label ?? option.value}
            </span>
            {option.detail ? <span className="truncate text-xs text-text-3">{option.detail}</span> : null}
          </li>
        ))}
        {all.length === 0 && loading ? <li className="px-2 py-1.5 text-text-3">Searching</li> : null}
      </ul>
    </div>
  );
}
