//! `keys.bulkUpdateKeys`

use keyway_core::id::{IdentityId, KeyId};
use keyway_core::key::{KeyChange, Owner};
use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{Expiry, ExternalId, KeyIdField, RoleName};
use crate::problem::Problem;
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    #[schemars(length(min = 1, max = 100))]
    key_ids: Vec<KeyIdField>,
    set: Change,
}

/// What is done to every key.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(inline)]
struct Change {
    enabled: Option<bool>,
    #[serde(default)]
    expires: Patch<Expiry>,
    #[serde(default)]
    external_id: Patch<ExternalId>,
    #[schemars(length(max = 100))]
    #[serde(default)]
    add_roles: Vec<RoleName>,
    #[schemars(length(max = 100))]
    #[serde(default)]
    remove_roles: Vec<RoleName>,
    /// Deletes the keys; goes with nothing else.
    #[serde(default)]
    delete: bool,
}

#[derive(Serialize, JsonSchema)]
pub struct Response {
    updated: Vec<KeyId>,
    failed: Vec<Failure>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Failure {
    key_id: KeyId,
    /// The path of the error's page.
    #[serde(rename = "type")]
    kind: String,
    detail: String,
}

/// Changes many keys. Each is changed or refused on its own, as by the single operations.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    let needed = if request.set.delete { Action::DeleteKey } else { Action::UpdateKey };
    caller.require_somewhere(needed)?;
    if !request.set.add_roles.is_empty() {
        caller.require(Action::AddRoleToKey.everywhere())?;
    }
    let others = request.set.enabled.is_some()
        || !request.set.expires.is_keep()
        || !request.set.external_id.is_keep()
        || !request.set.add_roles.is_empty()
        || !request.set.remove_roles.is_empty();
    if request.set.delete == others {
        return Err(Problem::invalid_field(
            "body.set",
            "must either delete the keys or change something else",
            "Send `delete: true` alone, or at least one other member.",
        ));
    }

    let mut response = Response { updated: Vec::new(), failed: Vec::new() };
    for id in request.key_ids {
        let id = KeyId::from(id.0);
        match change(&app, &caller, &id, needed, &request.set).await {
            Ok(()) => response.updated.push(id),
            Err(problem) if 500 <= problem.code.status() => return Err(problem),
            Err(problem) => response.failed.push(Failure {
                key_id: id,
                kind: format!("/docs/api-reference/errors-v2/{}", problem.code.path()),
                detail: problem.detail.into_owned(),
            }),
        }
    }
    Reply::new(response)
}

async fn change(
    app: &App,
    caller: &Caller,
    id: &KeyId,
    needed: Action,
    set: &Change,
) -> Result<(), Problem> {
    let key = caller.open_key(app, id, &[needed]).await?;
    let trail = caller.trail(app);
    if set.delete {
        return Ok(app.store.delete_key(&key.id, false, &trail).await?);
    }
    let change = KeyChange {
        enabled: set.enabled,
        expires: set.expires.clone().map(Into::into),
        owner: set.external_id.clone().map(|external_id| Owner {
            new_id: IdentityId::generate(&app.entropy),
            external_id: external_id.0,
        }),
        added_roles: set.add_roles.iter().map(|role| role.0.clone()).collect(),
        removed_roles: set.remove_roles.iter().map(|role| role.0.clone()).collect(),
        ..KeyChange::default()
    };
    Ok(app.store.update_key(&key.id, &change, &trail).await?)
}
