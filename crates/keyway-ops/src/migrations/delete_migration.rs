//! `migrations.deleteMigration`

use keyway_core::id::MigrationId;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::problem::Code;
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    #[schemars(length(min = 3, max = 255))]
    migration_id: String,
}

/// Deletes a format. Keys that were imported by it and never used can't be found by it any more.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    caller.require(Action::DeleteMigration.everywhere())?;
    let id = MigrationId::from(request.migration_id);
    let migration = caller.open(app.store.find_migration(&id).await?, Code::MigrationNotFound)?;
    app.store.delete_migration(&migration.id, &caller.trail(&app)).await?;
    Reply::empty()
}
