// What every method of @unkey/api does when it succeeds, and the refusals that need a story.
import { apis } from "./scenarios/apis.js";
import { identities } from "./scenarios/identities.js";
import { keyAccess } from "./scenarios/key-access.js";
import { keys } from "./scenarios/keys.js";
import { migrations } from "./scenarios/migrations.js";
import { permissions } from "./scenarios/permissions.js";
import { ratelimits } from "./scenarios/ratelimits.js";
import { verification } from "./scenarios/verification.js";

/** @param {import("./harness.js").Results} record @param {import("./harness.js").World} world */
export async function scenarios(record, world) {
  for (const group of [apis, keys, verification, keyAccess, migrations, permissions, identities, ratelimits]) {
    await group(record, world);
  }
}
