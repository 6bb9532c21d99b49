//! Who changed a key.

import type { KeyDetail } from "@/api/operations";
import { ChangeList } from "@/ui/changes";

/** The audit events of a key. */
export function ChangesTab({ item }: { item: KeyDetail }) {
  return <ChangeList targetId={item.keyId} />;
}
