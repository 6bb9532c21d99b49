//! Puts the faults that the server found under the fields that they belong to.

import { RpcError, type Fault } from "@/api/rpc";

/** The faults of a form: `of("body.name")` is the one of a member; `rest` are those that no field took. */
export function faultsOf(error: unknown): { of: (location: string) => string | undefined; any: boolean } {
  const faults: readonly Fault[] = error instanceof RpcError ? error.faults : [];
  return {
    of: (location) => {
      const fault = faults.find(
        (one) => one.location === `body.${location}` || one.location.startsWith(`body.${location}.`),
      );
      if (!fault) return undefined;
      // A pattern says nothing to people; its fix says it in words.
      if (fault.fix && /^must match \^/.test(fault.message)) return sentence(fault.fix).replaceAll("`", "");
      return fault.fix ? `${sentence(fault.message)} ${sentence(fault.fix)}` : sentence(fault.message);
    },
    any: faults.length > 0,
  };
}

function sentence(text: string): string {
  const trimmed = text.trim();
  const start = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

/** Focuses the first field that has a fault, once the faults are shown. */
export function focusFirstFault(form: HTMLElement | null): void {
  // Faults of a mutation reach the page some tasks after its callbacks.
  let frames = 0;
  const look = () => {
    const field = form?.querySelector<HTMLElement>("[aria-invalid=true]");
    frames += 1;
    if (field && frames > 2) field.focus();
    else if (frames < 30) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
