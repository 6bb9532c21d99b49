//! Where the dashboard stands on its host. The address of this module tells, because pages must not have a base element.

/** Path of the dashboard with a slash at its end, such as `/ui/` or `/keyway/ui/`. */
export const basePath: string = import.meta.env.DEV
  ? "/ui/"
  : new URL(/* @vite-ignore */ "..", import.meta.url).pathname;

/** Path of the whole server with a slash at its end. */
export const serverPath: string = new URL("..", new URL(basePath, location.origin)).pathname;

let address = (location.origin + serverPath).replace(/\/$/, "");

/** Address of the server, for examples. */
export function serverUrl(): string {
  return address;
}

/** Takes the address that the server itself names. */
export function setServerUrl(url: string): void {
  if (url) address = url.replace(/\/$/, "");
}
