//! Buttons, and links that look like them.

import { Link, type LinkProps } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { cx } from "./cx";
import { Tooltip } from "./tooltip";

/** How much weight a button has. */
export type Variant = "primary" | "secondary" | "ghost" | "danger" | "danger-quiet";

const base =
  "k-button inline-flex items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap select-none transition-colors duration-75 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 disabled:cursor-not-allowed disabled:opacity-55";

const variants: Record<Variant, string> = {
  primary:
    "bg-accent-solid text-on-solid shadow-1 hover:bg-accent-solid-hover aria-disabled:hover:bg-accent-solid",
  secondary:
    "bg-raised text-text border border-line-strong shadow-1 hover:bg-hover aria-disabled:hover:bg-raised",
  ghost: "text-text-2 hover:bg-active hover:text-text",
  danger: "bg-bad-solid text-on-solid shadow-1 hover:bg-bad-solid-hover",
  "danger-quiet": "text-bad border border-line-strong bg-raised shadow-1 hover:bg-bad-soft",
};

const sizes = { sm: "h-7 px-2.5 text-xs", md: "h-8 px-3 text-sm", lg: "h-9 px-4 text-sm" };

/** The classes of a button, for elements that only look like one. */
export function buttonClass(
  variant: Variant = "secondary",
  size: keyof typeof sizes = "md",
  className?: string,
): string {
  return cx(base, variants[variant], sizes[size], className);
}

/** What every button takes. */
export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: Variant;
  size?: keyof typeof sizes;
  icon?: LucideIcon;
  /** Shows that its action runs; a second press does nothing. */
  busy?: boolean;
  /** Why the button can't be used. It stays focusable, so that people can find out. */
  blocked?: string | undefined;
  ref?: Ref<HTMLButtonElement>;
  children?: ReactNode;
}

/** A button with words. */
export function Button({
  variant = "secondary",
  size = "md",
  icon: Icon,
  busy = false,
  blocked,
  className,
  children,
  onClick,
  type = "button",
  ...rest
}: ButtonProps) {
  const off = busy || blocked !== undefined;
  const button = (
    <button
      {...rest}
      type={type}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      className={buttonClass(variant, size, className)}
      onClick={(event) => {
        if (off) {
          event.preventDefault();
          event.stopPropagation();
          return;
        }
        onClick?.(event);
      }}
    >
      {busy ? <Spinner /> : Icon ? <Icon aria-hidden className="size-3.5 shrink-0" /> : null}
      {children}
    </button>
  );
  return blocked === undefined ? button : <Tooltip text={blocked}>{button}</Tooltip>;
}

/** A button that shows only an icon; `label` is its accessible name and its tooltip. */
export function IconButton({
  icon: Icon,
  label,
  className,
  tip = true,
  blocked,
  onClick,
  ...rest
}: Omit<ButtonProps, "children" | "variant" | "size" | "busy"> & {
  icon: LucideIcon;
  label: string;
  tip?: boolean;
}) {
  const off = blocked !== undefined;
  const button = (
    <button
      type="button"
      {...rest}
      aria-label={label}
      aria-disabled={off || undefined}
      onClick={(event) => {
        if (off) event.preventDefault();
        else onClick?.(event);
      }}
      className={cx(
        "inline-flex size-7 shrink-0 items-center justify-center rounded-md text-text-3 hover:bg-active hover:text-text aria-disabled:cursor-not-allowed aria-disabled:opacity-55 data-[state=open]:bg-active data-[state=open]:text-text",
        className,
      )}
    >
      <Icon aria-hidden className="size-4" />
    </button>
  );
  return tip ? <Tooltip text={blocked ?? label}>{button}</Tooltip> : button;
}

/** A link that looks like a button. */
export function ButtonLink({
  variant = "secondary",
  size = "md",
  icon: Icon,
  className,
  children,
  blocked,
  ...rest
}: LinkProps & {
  variant?: Variant;
  size?: keyof typeof sizes;
  icon?: LucideIcon;
  className?: string;
  blocked?: string | undefined;
  children: ReactNode;
}) {
  if (blocked !== undefined) {
    return (
      <Button variant={variant} size={size} {...(Icon ? { icon: Icon } : {})} blocked={blocked}>
        {children}
      </Button>
    );
  }
  return (
    <Link {...rest} className={buttonClass(variant, size, className)}>
      {Icon ? <Icon aria-hidden className="size-3.5 shrink-0" /> : null}
      {children}
    </Link>
  );
}

/** Turns while something runs. */
export function Spinner({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 16 16" className={cx("size-3.5 animate-spin", className)}>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeOpacity=".25" strokeWidth="2" />
      <path d="M14 8a6 6 0 0 0-6-6" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
