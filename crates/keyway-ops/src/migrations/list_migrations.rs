//! `migrations.listMigrations`

use keyway_core::id::MigrationId;
use keyway_core::migration::{HashFormat, MigrationSummary};
use keyway_core::permission::Action;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Cursor, Limit, page};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    limit: Option<Limit>,
    cursor: Option<Cursor>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    id: MigrationId,
    name: String,
    hash: HashFormat,
    /// Keys that were imported.
    imported: i64,
    /// Those that have been used since, and have the native format now.
    converted: i64,
    created_at: Timestamp,
}

impl From<MigrationSummary> for Item {
    fn from(summary: MigrationSummary) -> Self {
        Self {
            id: summary.migration.id,
            name: summary.migration.name,
            hash: summary.migration.format,
            imported: summary.imported,
            converted: summary.imported - summary.pending,
            created_at: summary.migration.created_at,
        }
    }
}

/// Lists the formats of imported keys and how far they have come.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Vec<Item>> {
    caller.require(Action::ReadMigration.everywhere())?;
    let page = page(request.limit.as_ref(), request.cursor.as_ref());
    let found = app.store.list_migrations(caller.workspace(), &page).await?;
    Reply::page(found.map(Item::from))
}
