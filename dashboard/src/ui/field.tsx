//! Form fields: a label, a control, a hint and the fault that the server found.

import { Checkbox as RadixCheckbox, Switch as RadixSwitch } from "radix-ui";
import { Check, ChevronDown, Minus, Search } from "lucide-react";
import {
  createContext,
  useContext,
  useEffect,
  useId,
  useRef,
  type ComponentPropsWithRef,
  type ReactNode,
} from "react";
import { cx } from "./cx";
import { IconButton } from "./button";
import { X } from "lucide-react";

const control =
  "w-full min-w-0 rounded-md border border-edge bg-raised px-2.5 text-sm text-text hover:border-text-3 focus-visible:outline-2 focus-visible:-outline-offset-1 focus-visible:outline-accent disabled:bg-sunken disabled:text-text-3 aria-invalid:border-bad [&[readonly]]:bg-sunken pointer-coarse:text-lg";

interface Parts {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
}

const FieldContext = createContext<Parts | null>(null);

/** The attributes that tie a control to the field around it. */
export function useFieldParts(): {
  id?: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: true | undefined;
} {
  const parts = useContext(FieldContext);
  if (!parts) return {};
  return {
    id: parts.id,
    "aria-describedby": parts.describedBy,
    "aria-invalid": parts.invalid || undefined,
  };
}

/** A label with its control, a hint below it and, if there is one, what is wrong. */
export function Field({
  label,
  hint,
  error,
  optional = false,
  children,
  className,
  aside,
}: {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  optional?: boolean;
  children: ReactNode;
  className?: string;
  /** Stands at the end of the label's line. */
  aside?: ReactNode;
}) {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const describedBy = [error ? errorId : "", hint ? hintId : ""].filter(Boolean).join(" ");
  return (
    <div className={cx("flex min-w-0 flex-col gap-1.5", className)}>
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
          {optional ? <span className="font-normal text-text-3"> (optional)</span> : null}
        </label>
        {aside}
      </div>
      <FieldContext value={{ id, describedBy: describedBy || undefined, invalid: Boolean(error) }}>
        {children}
      </FieldContext>
      {error ? (
        <p id={errorId} role="alert" className="text-xs text-bad">
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={hintId} className="text-xs text-text-3">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

/** A line of text. */
export function Input({ className, mono = false, ...rest }: ComponentPropsWithRef<"input"> & { mono?: boolean }) {
  return (
    <input
      autoComplete="off"
      spellCheck={false}
      {...useFieldParts()}
      {...rest}
      className={cx(control, "h-8", mono && "font-mono text-xs", className)}
    />
  );
}

/** Several lines of text. */
export function Textarea({
  className,
  mono = false,
  ...rest
}: ComponentPropsWithRef<"textarea"> & { mono?: boolean }) {
  return (
    <textarea
      spellCheck={false}
      {...useFieldParts()}
      {...rest}
      className={cx(control, "min-h-20 py-1.5", mono && "font-mono text-xs leading-5", className)}
    />
  );
}

/** A choice among few. */
export function Select({ className, children, ...rest }: ComponentPropsWithRef<"select">) {
  return (
    <span className={cx("relative inline-flex min-w-0", className ?? "w-full")}>
      <select {...useFieldParts()} {...rest} className={cx(control, "h-8 appearance-none truncate pr-7")}>
        {children}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-1/2 right-2 size-3.5 -translate-y-1/2 text-text-3" />
    </span>
  );
}

/** A check box; give it a `label`, or an `aria-label` where the words stand elsewhere. */
export function Checkbox({
  label,
  hint,
  checked,
  onCheckedChange,
  disabled,
  className,
  ...rest
}: {
  label?: ReactNode;
  hint?: ReactNode;
  checked: boolean | "indeterminate";
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
  className?: string;
  "aria-label"?: string;
  "data-testid"?: string;
}) {
  const id = useId();
  const box = (
    <RadixCheckbox.Root
      id={id}
      checked={checked}
      disabled={disabled ?? false}
      onCheckedChange={(next) => onCheckedChange(next === true)}
      aria-describedby={hint ? `${id}-hint` : undefined}
      {...rest}
      className="relative inline-flex size-4 shrink-0 items-center justify-center rounded-sm border border-edge bg-raised text-on-solid after:absolute after:-inset-1.5 hover:border-text-2 disabled:opacity-50 data-[state=checked]:border-accent-solid data-[state=checked]:bg-accent-solid data-[state=indeterminate]:border-accent-solid data-[state=indeterminate]:bg-accent-solid"
    >
      <RadixCheckbox.Indicator>
        {checked === "indeterminate" ? (
          <Minus aria-hidden className="size-3" strokeWidth={3} />
        ) : (
          <Check aria-hidden className="size-3" strokeWidth={3} />
        )}
      </RadixCheckbox.Indicator>
    </RadixCheckbox.Root>
  );
  if (label === undefined) return box;
  return (
    <div className={cx("flex items-start gap-2", className)}>
      <span className="flex h-5 items-center">{box}</span>
      <div className="min-w-0">
        <label htmlFor={id} className={cx("text-sm", disabled && "text-text-3")}>
          {label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="text-xs text-text-3">
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  );
}

/** A switch that takes effect when the form is saved, or at once if the page says so. */
export function Switch({
  label,
  hint,
  checked,
  onCheckedChange,
  disabled,
}: {
  label: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="text-xs text-text-3">
            {hint}
          </p>
        ) : null}
      </div>
      <RadixSwitch.Root
        id={id}
        checked={checked}
        disabled={disabled ?? false}
        onCheckedChange={onCheckedChange}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="relative mt-0.5 h-[18px] w-8 shrink-0 rounded-full border border-edge bg-active transition-colors after:absolute after:-inset-1 disabled:opacity-50 data-[state=checked]:border-accent-solid data-[state=checked]:bg-accent-solid"
      >
        <RadixSwitch.Thumb className="block size-3 translate-x-[2px] rounded-full bg-text-3 transition-transform data-[state=checked]:translate-x-[15px] data-[state=checked]:bg-on-solid" />
      </RadixSwitch.Root>
    </div>
  );
}

/** A search box. `/` focuses it; the page decides what a search means. */
export function SearchInput({
  value,
  onChange,
  label,
  placeholder,
  className,
  busy = false,
}: {
  value: string;
  onChange: (value: string) => void;
  label: string;
  placeholder?: string;
  className?: string;
  busy?: boolean;
}) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = () => ref.current?.focus();
    window.addEventListener("keyway:search", focus);
    return () => window.removeEventListener("keyway:search", focus);
  }, []);
  return (
    <div className={cx("relative", className ?? "w-full md:w-72")}>
      <Search
        aria-hidden
        className={cx(
          "pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-text-3",
          busy && "animate-pulse text-accent",
        )}
      />
      <input
        ref={ref}
        type="search"
        role="searchbox"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && value !== "") {
            event.stopPropagation();
            onChange("");
          }
        }}
        className={cx(control, "h-8 pr-7 pl-8 [&::-webkit-search-cancel-button]:hidden")}
      />
      {value === "" ? null : (
        <IconButton
          icon={X}
          label="Clear search"
          tip={false}
          className="absolute top-1/2 right-0.5 -translate-y-1/2"
          onClick={() => {
            onChange("");
            ref.current?.focus();
          }}
        />
      )}
    </div>
  );
}

/** A number with a unit beside it, kept as text until it is read. */
export function NumberInput({
  value,
  onChange,
  ...rest
}: Omit<ComponentPropsWithRef<"input">, "value" | "onChange" | "type"> & {
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <Input
      {...rest}
      inputMode="numeric"
      value={value}
      onChange={(event) => onChange(event.target.value.replace(/[^\d-]/g, ""))}
      className={cx("tabular-nums", rest.className)}
    />
  );
}
