//! Where to go after signing in.

/** A path inside the dashboard, or undefined if `asked` leads anywhere else. */
export function returnPath(asked: string | undefined): string | undefined {
  if (!asked || !asked.startsWith("/") || /^\/[/\\]/.test(asked)) return undefined;
  const place = new URL("https://dashboard.invalid");
  let target: URL;
  try {
    target = new URL(asked, place);
  } catch {
    return undefined;
  }
  if (target.origin !== place.origin || /[\\\u0000-\u001f]/.test(asked)) return undefined;
  if (/^\/(sign-in|setup)(\/|$)/.test(target.pathname) || target.pathname.startsWith("//")) return undefined;
  return target.pathname + target.search;
}
