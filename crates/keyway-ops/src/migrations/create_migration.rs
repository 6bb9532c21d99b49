//! `migrations.createMigration`

use keyway_core::id::MigrationId;
use keyway_core::migration::{HashFormat, Migration};
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    #[schemars(length(min = 1, max = 128))]
    name: String,
    /// How the keys are hashed.
    hash: HashRequest,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct HashRequest {
    algorithm: Algorithm,
    /// How SHA-256 is written; base64 if left out. Prefixed keys are always in hex.
    encoding: Option<Encoding>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[schemars(inline)]
enum Algorithm {
    #[serde(rename = "sha256")]
    Sha256,
    #[serde(rename = "prefixed-api-key")]
    Prefixed,
    #[serde(rename = "github.com/seamapi/prefixed-api-key")]
    SeamPrefixed,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Encoding {
    Base64,
    Hex,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    migration_id: MigrationId,
}

/// Creates a format that keys.migrateKeys and keys.verifyKey can name.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    caller.require(Action::CreateMigration.everywhere())?;

    let format = match (request.hash.algorithm, request.hash.encoding) {
        (Algorithm::Sha256, None | Some(Encoding::Base64)) => HashFormat::Sha256Base64,
        (Algorithm::Sha256, Some(Encoding::Hex)) => HashFormat::Sha256Hex,
        (Algorithm::Prefixed | Algorithm::SeamPrefixed, None | Some(Encoding::Hex)) => {
            HashFormat::PrefixedApiKey
        }
        (Algorithm::Prefixed | Algorithm::SeamPrefixed, Some(Encoding::Base64)) => {
            return Err(Problem::invalid_field(
                "body.hash.encoding",
                "must be hex for prefixed keys",
                "Leave it out, or send hex.",
            ));
        }
    };
    let migration = Migration {
        id: MigrationId::generate(&app.entropy),
        name: request.name,
        format,
        created_at: caller.now,
    };
    app.store.insert_migration(&migration, &caller.trail(&app)).await?;

    Reply::new(Response { migration_id: migration.id })
}
