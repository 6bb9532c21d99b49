//! The answer: the verdict, each check, what is required, where permissions come from and what would help.

import { Link, type LinkProps } from "@tanstack/react-router";
import { ArrowRight, Check, Minus, X } from "lucide-react";
import type { Output } from "@/api/operations";
import { preferences } from "@/app/preferences";
import { useSession } from "@/app/session";
import { ButtonLink } from "@/ui/button";
import { CopyText } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { absoluteTime, plural } from "@/ui/format";
import { Badge } from "@/ui/mark";
import { Facts, Panel } from "@/ui/page";
import { Prose } from "@/ui/prose";
import { ExactTime } from "@/ui/time";
import { met, named, readable, treeOf, type Tree } from "./forms";

type Explanation = Output<"access.explain">;
type Remedy = Explanation["remedies"][number];
type Subject = NonNullable<Explanation["subject"]>;

/** A sentence of the server with moments and names for people. */
function told(sentence: string, answer: Explanation): string {
  const dated = readable(sentence, (at) => absoluteTime(at, preferences().timeZone));
  return named(dated, [answer.subject, answer.request?.principal]);
}

/** What the server calls the checks, for people. */
const checkWords: Record<string, string> = { ip: "IP address", limits: "Rate limits" };

function checkName(name: string): string {
  return checkWords[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
}

/** Shows an explanation from the verdict to the remedies. */
export function Answer({ answer }: { answer: Explanation }) {
  const allowed = answer.decision === "allowed";
  const tree = treeOf(answer.requirement);
  return (
    <div className="flex flex-col gap-5">
      <section
        className={cx("rounded-lg border p-4", allowed ? "border-good-line bg-good-soft" : "border-bad-line bg-bad-soft")}
      >
        <div data-testid="verdict">
          <h2 className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-base font-semibold">
            <span className={cx("inline-flex items-center gap-1.5", allowed ? "text-good" : "text-bad")}>
              {allowed ? <Check aria-hidden className="size-4" /> : <X aria-hidden className="size-4" />}
              {allowed ? "Allowed" : "Denied"}
            </span>
            <code title={answer.code} className="text-xs font-normal text-text-2">
              {answer.code.split("/").at(-1)}
            </code>
          </h2>
          <p className="mt-1 wrap-anywhere">
            <Prose text={told(answer.summary, answer)} />
          </p>
        </div>
        {answer.missing.length > 0 ? (
          <p className="mt-2.5 flex flex-wrap items-center gap-1.5">
            <span className="text-text-2">Missing</span>
            {answer.missing.map((one) => (
              <CopyText key={one} value={one} className="rounded-md border border-line bg-surface px-2" />
            ))}
          </p>
        ) : null}
        {answer.hints.length > 0 ? (
          <ul className="mt-2.5 flex flex-col gap-1 text-text-2">
            {answer.hints.map((hint) => (
              <li key={hint}>
                <Prose text={told(hint, answer)} />
              </li>
            ))}
          </ul>
        ) : null}
      </section>
      <About answer={answer} />
      {answer.remedies.length > 0 ? (
        <Panel title="What would help" description="The smallest change first. Nothing changes until you save it there." flush>
          <ol className="divide-y divide-line">
            {answer.remedies.map((remedy, index) => (
              <RemedyRow key={index} remedy={remedy} number={index + 1} title={told(remedy.title, answer)} />
            ))}
          </ol>
        </Panel>
      ) : null}
      <Panel title="Checks" description="In the server’s order. The first that fails decides.">
        <Checks answer={answer} />
      </Panel>
      {tree ? (
        <Panel title="What is required">
          <TreePart tree={tree} />
        </Panel>
      ) : null}
      {answer.grants.length > 0 ? (
        <Panel title="What is held, and from where">
          <ul className="flex flex-col gap-1.5">
            {answer.grants.map((grant) => (
              <li key={grant.permission + (grant.roleId ?? grant.via)} className="flex flex-wrap items-center gap-x-2 gap-y-1">
                <code className="text-xs wrap-anywhere">{grant.permission}</code>
                <Source grant={grant} />
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
    </div>
  );
}

/** Each check of an answer, in the server's order. */
export function Checks({ answer }: { answer: Explanation }) {
  return (
    <ol className="flex flex-col gap-2">
      {answer.checks.map((check) => (
        <li key={check.name} className="grid grid-cols-[16px_minmax(0,1fr)] items-start gap-x-2 md:grid-cols-[16px_88px_minmax(0,1fr)]">
          <Sign result={check.result} />
          <span className={cx("font-medium", check.result === "fail" && "text-bad", check.result === "not_reached" && "text-text-3")}>
            {checkName(check.name)}
          </span>
          <span
            className={cx(
              "col-start-2 min-w-0 wrap-anywhere md:col-start-3",
              check.result === "not_reached" ? "text-text-3" : "text-text-2",
            )}
          >
            {check.result === "not_reached" ? "Not reached" : <Prose text={told(check.detail, answer)} />}
          </span>
        </li>
      ))}
    </ol>
  );
}

function About({ answer }: { answer: Explanation }) {
  const { request, subject } = answer;
  if (!request && !subject) return null;
  return (
    <Panel>
      <Facts
        items={[
          request ? ["Request", <CopyText key="id" value={request.requestId} />] : false,
          request ? ["Time", <ExactTime key="time" at={request.time} />] : false,
          request
            ? [
                "Operation",
                <code key="operation" className="text-xs">
                  {request.operation}
                </code>,
              ]
            : false,
          request ? ["Called by", <SubjectLink key="by" subject={request.principal} />] : false,
          subject && subject.id !== request?.principal.id
            ? [subject.type === "key" ? "Key" : "About", <SubjectLink key="about" subject={subject} />]
            : false,
        ]}
      />
    </Panel>
  );
}

function SubjectLink({ subject }: { subject: Subject }) {
  const ws = useSession().workspace.slug;
  const name = subject.name ?? subject.id;
  const link: LinkProps | undefined =
    subject.type === "key"
      ? { to: "/$ws/keys/$key", params: { ws, key: subject.id } }
      : subject.type === "rootkey"
        ? { to: "/$ws/root-keys/$key", params: { ws, key: subject.id } }
        : undefined;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2">
      {link ? (
        <Link {...link} className="min-w-0 truncate text-accent underline-offset-2 hover:underline">
          {name}
        </Link>
      ) : (
        <span className="min-w-0 truncate">{name}</span>
      )}
      <span className="text-xs text-text-3">
        {subject.type === "rootkey" ? "root key" : subject.type === "user" ? "account" : subject.type}
      </span>
    </span>
  );
}

function Sign({ result }: { result: "pass" | "fail" | "not_reached" }) {
  const style = "mt-[3px] size-3.5 shrink-0";
  if (result === "pass") return <Check role="img" aria-label="passed" className={cx(style, "text-good")} />;
  if (result === "fail") return <X role="img" aria-label="failed" className={cx(style, "text-bad")} />;
  return <Minus role="img" aria-label="not reached" className={cx(style, "text-text-3")} />;
}

function TreePart({ tree }: { tree: Tree }) {
  if ("permission" in tree) {
    return (
      <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
        <span className="grid grid-cols-[16px_minmax(0,1fr)] items-start gap-2">
          <Sign result={tree.held ? "pass" : "fail"} />
          <code className="pt-px text-xs wrap-anywhere">{tree.permission}</code>
        </span>
        <span className="text-xs text-text-3">
          {tree.held ? (tree.via && tree.via !== "direct" ? `held, from ${tree.via}` : "held") : "missing"}
        </span>
      </span>
    );
  }
  const parts = "anyOf" in tree ? tree.anyOf : tree.allOf;
  return (
    <div>
      <p className="text-xs font-medium text-text-3">
        {"anyOf" in tree ? "One of these" : "All of these"} · {met(tree) ? "met" : "not met"}
      </p>
      <ul className="mt-1.5 flex flex-col gap-1.5 border-l border-line-strong pl-3.5">
        {parts.map((part, index) => (
          <li key={index}>
            <TreePart tree={part} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Source({ grant }: { grant: Explanation["grants"][number] }) {
  const ws = useSession().workspace.slug;
  if (grant.via === "direct") return <Badge>direct</Badge>;
  if (grant.roleId) {
    return (
      <Link
        to="/$ws/access/roles/$role"
        params={{ ws, role: grant.roleId }}
        className="text-xs text-accent underline-offset-2 hover:underline"
      >
        role {grant.role}
      </Link>
    );
  }
  return <Badge>{`role ${grant.role ?? ""}`}</Badge>;
}

/** Where a remedy is carried out, with the change filled in. */
function editorOf(remedy: Remedy, ws: string): { words: string; link: LinkProps } | undefined {
  const { target } = remedy;
  const search = (values: Record<string, string>) => values as never;
  switch (remedy.kind) {
    case "add_role":
      return {
        words: "Add the role",
        link: {
          to: "/$ws/keys/$key",
          params: { ws, key: target },
          search: search({ tab: "access", addRole: remedy.role ?? "" }),
        },
      };
    case "add_permission":
      return {
        words: "Grant directly",
        link: {
          to: "/$ws/keys/$key",
          params: { ws, key: target },
          search: search({ tab: "access", add: remedy.adds.join(",") }),
        },
      };
    case "create_role":
      return {
        words: "Create the role",
        link: { to: "/$ws/access/roles", params: { ws }, search: search({ new: "1", permissions: remedy.adds.join(",") }) },
      };
    case "grant_root_permission":
      return {
        words: "Edit the root key",
        link: { to: "/$ws/root-keys/$key", params: { ws, key: target }, search: search({ add: remedy.adds.join(",") }) },
      };
    case "other":
      if (target.startsWith("key_")) return { words: "Open the key", link: { to: "/$ws/keys/$key", params: { ws, key: target } } };
      if (target.startsWith("api_")) {
        return { words: "Open the API’s settings", link: { to: "/$ws/apis/$api/settings", params: { ws, api: target } } };
      }
      if (target.startsWith("rk_")) {
        return { words: "Open the root key", link: { to: "/$ws/root-keys/$key", params: { ws, key: target } } };
      }
      if (target.startsWith("usr_")) return { words: "Open people", link: { to: "/$ws/settings/people", params: { ws } } };
      return undefined;
  }
}

function reach(remedy: Remedy): string {
  const adds = plural(remedy.adds.length, "missing permission");
  const also = remedy.alsoAdds.length > 0 ? `, and ${plural(remedy.alsoAdds.length, "other")} besides` : "";
  return `Adds ${adds}${also}.${remedy.affectsKeys > 0 ? ` Changes ${plural(remedy.affectsKeys, "key")}.` : ""}`;
}

function RemedyRow({ remedy, number, title }: { remedy: Remedy; number: number; title: string }) {
  const ws = useSession().workspace.slug;
  const editor = editorOf(remedy, ws);
  const others = remedy.alsoAdds.length;
  return (
    <li
      data-testid={`remedy-${number}`}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3"
    >
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium wrap-anywhere">
          <Prose text={title} />
        </p>
        {remedy.adds.length > 0 || remedy.affectsKeys > 1 ? (
          <p className="mt-0.5 text-xs text-text-3">
            {reach(remedy)}
          </p>
        ) : null}
        {others > 0 ? (
          <p className="mt-1 flex flex-wrap gap-1">
            {remedy.alsoAdds.slice(0, 6).map((one) => (
              <Badge key={one} mono>
                {one}
              </Badge>
            ))}
            {others > 6 ? <Badge title={remedy.alsoAdds.slice(6).join(", ")}>+{others - 6}</Badge> : null}
          </p>
        ) : null}
      </div>
      {editor ? (
        <ButtonLink {...editor.link} size="sm" icon={ArrowRight}>
          {editor.words}
        </ButtonLink>
      ) : null}
    </li>
  );
}
