//! P06: the keys of one API.

import { KeyList } from "../keys/list";
import { ApiFrame } from "./frame";

/** Lists and finds the keys of an API. */
export function ApiKeys() {
  return <ApiFrame title="Keys">{(api) => <KeyList apiId={api.id} />}</ApiFrame>;
}
