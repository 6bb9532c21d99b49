//! `keys.migrateKeys`

use keyway_core::id::{ApiId, IdentityId, KeyId, MigrationId, RoleId};
use keyway_core::key::{ImportedKey, NewKey, Owner};
use keyway_core::migration::{HashFormat, Migration};
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::create_key::{CreditsRequest, credits};
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{ApiIdField, Expiry, ExternalId, KeyName, MetaField, RoleName, Slug};
use crate::problem::{Code, FieldError, Problem};
use crate::reply::{Outcome, Reply};
use crate::views::{RatelimitRequest, new_ratelimits, wanted_permissions};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// How the keys are hashed.
    #[schemars(length(min = 3, max = 255))]
    migration_id: String,
    api_id: ApiIdField,
    #[schemars(length(min = 1, max = 1000))]
    keys: Vec<KeyRequest>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(inline)]
struct KeyRequest {
    /// The hash, written as the migration says.
    #[schemars(length(min = 3, max = 255))]
    hash: String,
    name: Option<KeyName>,
    external_id: Option<ExternalId>,
    meta: Option<MetaField>,
    /// Names of roles, which are created if they don't exist.
    #[schemars(length(max = 100))]
    #[serde(default)]
    roles: Vec<RoleName>,
    #[schemars(length(max = 1000))]
    #[serde(default)]
    permissions: Vec<Slug>,
    expires: Option<Expiry>,
    #[serde(default = "enabled")]
    enabled: bool,
    credits: Option<CreditsRequest>,
    #[schemars(length(max = 50))]
    #[serde(default)]
    ratelimits: Vec<RatelimitRequest>,
}

fn enabled() -> bool {
    true
}

#[derive(Serialize, JsonSchema)]
pub struct Response {
    migrated: Vec<Migrated>,
    /// Hashes that are here already.
    failed: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Migrated {
    hash: String,
    key_id: KeyId,
}

/// Takes over keys by their hashes.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    caller.require(Action::CreateKey.on(&request.api_id))?;
    let api = caller.open_api(&app, &ApiId::from(request.api_id.0)).await?;
    let migration_id = MigrationId::from(request.migration_id);
    let migration =
        caller.open(app.store.find_migration(&migration_id).await?, Code::MigrationNotFound)?;

    check_hashes(&migration, &request.keys)?;
    let (mut hashes, mut keys) = (Vec::new(), Vec::new());
    for (at, key) in request.keys.into_iter().enumerate() {
        hashes.push(key.hash.clone());
        keys.push(imported(&app, &api.id, &migration, key).map_err(|problem| within(problem, at))?);
    }
    app.unchecked.add(None);
    let stored = app.store.import_keys(&api.id, &keys, &caller.trail(&app)).await?;

    let mut response = Response { migrated: Vec::new(), failed: Vec::new() };
    for ((hash, key), stored) in hashes.into_iter().zip(keys).zip(stored) {
        if stored {
            response.migrated.push(Migrated { hash, key_id: key.key.id });
        } else {
            response.failed.push(hash);
        }
    }
    Reply::new(response)
}

fn check_hashes(migration: &Migration, keys: &[KeyRequest]) -> Result<(), Problem> {
    let looks_like = migration.format.looks_like();
    let errors: Vec<FieldError> = keys
        .iter()
        .enumerate()
        .filter(|(_, key)| migration.format.read(&key.hash).is_none())
        .map(|(at, _)| FieldError {
            location: format!("body.keys[{at}].hash"),
            message: format!("must be {looks_like}, as this migration says"),
            fix: Some(
                "Hash the key as the migration says, or create another migration.".to_owned(),
            ),
        })
        .take(100)
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

/// The problem of one key of the list, told with its place.
fn within(mut problem: Problem, at: usize) -> Problem {
    for error in &mut problem.errors {
        if let Some(rest) = error.location.strip_prefix("body") {
            error.location = format!("body.keys[{at}]{rest}");
        }
    }
    problem
}

fn imported(
    app: &App,
    api: &ApiId,
    migration: &Migration,
    request: KeyRequest,
) -> Result<ImportedKey, Problem> {
    let hash = migration.format.read(&request.hash).ok_or_else(|| Problem::invalid(Vec::new()))?;
    let key = NewKey {
        id: KeyId::generate(&app.entropy),
        api_id: api.clone(),
        hash,
        start: String::new(),
        name: request.name.map(|name| name.0),
        meta: request.meta.map(MetaField::checked).transpose()?.unwrap_or_default(),
        enabled: request.enabled,
        expires: request.expires.map(Into::into),
        credits: request.credits.map(credits).transpose()?.flatten(),
        owner: request.external_id.map(|external_id| Owner {
            new_id: IdentityId::generate(&app.entropy),
            external_id: external_id.0,
        }),
        ratelimits: new_ratelimits(app, request.ratelimits)?,
        permissions: wanted_permissions(app, request.permissions),
        roles: request.roles.into_iter().map(|role| role.0).collect(),
        byte_length: None,
        unchecked_length: None,
        sealed: None,
    };
    Ok(ImportedKey {
        new_role_ids: key.roles.iter().map(|_| RoleId::generate(&app.entropy)).collect(),
        imported_by: migration.id.clone(),
        migration: (migration.format == HashFormat::PrefixedApiKey).then(|| migration.id.clone()),
        key,
    })
}
