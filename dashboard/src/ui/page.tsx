//! The frame of a page: its heading, its bars and its panels.

import { Link, type LinkProps } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useEffect, type ReactNode } from "react";
import { cx } from "./cx";

/** A step of the way to this page. */
export interface Crumb {
  label: string;
  link?: LinkProps;
}

/** A page with its one `h1`. `tabs` stand below the heading; `wide` lets tables use all the room. */
export function Page({
  title,
  heading,
  description,
  crumbs,
  actions,
  tabs,
  children,
  wide = true,
}: {
  /** The name of the page in the browser's tab, and its heading unless `heading` is given. */
  title: string;
  heading?: ReactNode;
  description?: ReactNode;
  crumbs?: readonly Crumb[];
  actions?: ReactNode;
  tabs?: ReactNode;
  children: ReactNode;
  wide?: boolean;
}) {
  useEffect(() => {
    document.title = `${title} · Keyway`;
  }, [title]);
  return (
    <div className={cx("mx-auto flex w-full flex-col px-4 pt-4 pb-12 md:px-8 md:pt-6", wide ? "max-w-[1400px]" : "max-w-[880px]")}>
      {crumbs && crumbs.length > 0 ? (
        <nav aria-label="Breadcrumb" className="mb-1.5">
          <ol className="flex flex-wrap items-center gap-1 text-xs text-text-3">
            {crumbs.map((crumb, index) => (
              <li key={crumb.label + String(index)} className="flex min-w-0 items-center gap-1">
                {index > 0 ? <ChevronRight aria-hidden className="size-3 shrink-0" /> : null}
                {crumb.link ? (
                  <Link {...crumb.link} className="truncate rounded-sm hover:text-text">
                    {crumb.label}
                  </Link>
                ) : (
                  <span className="truncate">{crumb.label}</span>
                )}
              </li>
            ))}
          </ol>
        </nav>
      ) : null}
      <header
        className={cx(
          "flex flex-wrap items-start justify-between gap-x-6 gap-y-3",
          // Where there is little room, the one button of a list stands beside its heading.
          !crumbs && "max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:items-center max-md:gap-x-3 max-md:gap-y-1",
        )}
      >
        <div className={cx("min-w-0 max-w-full", !crumbs && "max-md:contents")}>
          <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">{heading ?? title}</h1>
          {description ? (
            <div className={cx("mt-0.5 max-w-2xl text-text-2", !crumbs && "max-md:order-last max-md:col-span-2 max-md:mt-0")}>
              {description}
            </div>
          ) : null}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </header>
      {tabs ? <div className="mt-4">{tabs}</div> : null}
      <div className="mt-5">{children}</div>
    </div>
  );
}

/** Links that look like tabs: each is a page or a search state of its own, so that addresses can be shared. */
export function LinkTabs({
  label,
  tabs,
}: {
  label: string;
  /** `exact`: not current on pages below it. `search`: the search parameters tell the tabs apart. */
  tabs: readonly { label: ReactNode; link: LinkProps; exact?: boolean; search?: boolean }[];
}) {
  return (
    <nav aria-label={label} className="border-b border-line">
      <ul className="flex flex-wrap gap-x-5">
        {tabs.map((tab, index) => (
          <li key={index}>
            <Link
              {...tab.link}
              activeOptions={{ exact: tab.exact ?? false, includeSearch: tab.search ?? false }}
              className="-mb-px inline-flex h-9 items-center border-b-2 border-transparent text-sm font-medium whitespace-nowrap text-text-3 hover:text-text focus-visible:-outline-offset-2 aria-[current=page]:border-accent aria-[current=page]:text-text"
            >
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** A framed part of a page. */
export function Panel({
  title,
  description,
  actions,
  children,
  flush = false,
  className,
}: {
  title?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Without padding, for tables. */
  flush?: boolean;
  className?: string;
}) {
  return (
    <section className={cx("rounded-lg border border-line bg-surface", className)}>
      {title ? (
        <header className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2.5">
          <div className="min-w-0">
            <h2 className="text-sm font-semibold">{title}</h2>
            {description ? <p className="text-xs text-text-3">{description}</p> : null}
          </div>
          {actions ? <div className="flex items-center gap-1.5">{actions}</div> : null}
        </header>
      ) : null}
      <div className={flush ? "" : "p-4"}>{children}</div>
    </section>
  );
}

/** A section of a settings page: words on the left, fields on the right. */
export function SettingsSection({
  title,
  description,
  children,
}: {
  title: string;
  description?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="grid gap-x-10 gap-y-3 border-b border-line py-6 first:pt-0 last:border-b-0 md:grid-cols-[240px_minmax(0,1fr)]">
      <div>
        <h2 className="font-semibold">{title}</h2>
        {description ? <p className="mt-1 text-xs text-text-3">{description}</p> : null}
      </div>
      <div className="flex min-w-0 flex-col gap-4">{children}</div>
    </section>
  );
}

/** Names with their values. */
export function Facts({
  items,
  columns = 1,
}: {
  items: readonly (readonly [string, ReactNode] | null | false)[];
  columns?: 1 | 2;
}) {
  return (
    <dl className={cx("grid gap-x-8 gap-y-2.5", columns === 2 && "md:grid-cols-2")}>
      {items.map((item) =>
        item ? (
          <div key={item[0]} className="grid min-w-0 grid-cols-[112px_minmax(0,1fr)] items-baseline gap-3">
            <dt className="text-text-3">{item[0]}</dt>
            <dd className="min-w-0">{item[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

/** The bar above a table: search and filters at the start, actions at the end. */
export function Toolbar({ children, end }: { children: ReactNode; end?: ReactNode }) {
  // On a narrow screen the end of the bar stands beside its search, and filters below both.
  return (
    <div className="mb-3 flex items-start justify-between gap-2 max-md:flex-wrap max-md:items-center max-md:justify-start">
      <div className="flex min-h-8 min-w-0 flex-1 flex-wrap items-center gap-2 max-md:contents max-md:[&>*]:order-2 max-md:[&>*:first-child]:order-none max-md:[&>*:first-child]:grow max-md:[&>*:first-child]:basis-40">
        {children}
      </div>
      {end ? <div className="flex shrink-0 items-center gap-1 max-md:order-1">{end}</div> : null}
    </div>
  );
}

/** A note across the page. */
export function Notice({
  tone = "plain",
  children,
  action,
}: {
  tone?: "plain" | "accent" | "good" | "warn" | "bad";
  children: ReactNode;
  action?: ReactNode;
}) {
  const tones = {
    plain: "border-line bg-sunken",
    accent: "border-accent-line bg-accent-soft",
    good: "border-good-line bg-good-soft",
    warn: "border-warn-line bg-warn-soft",
    bad: "border-bad-line bg-bad-soft",
  };
  return (
    <div className={cx("flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-lg border px-3.5 py-2.5", tones[tone])}>
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  );
}
