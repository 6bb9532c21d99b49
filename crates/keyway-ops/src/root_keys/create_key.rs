//! `rootKeys.createKey`

use keyway_core::environment::Environment;
use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use keyway_core::root_key::{Grant, RootRole};
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Blank, IssuedRootKey, mint, rules};
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{ApiIdField, Expiry, KeyName};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    name: Option<KeyName>,
    /// What it may do, each as `resource.scope.action`, with `*` or one id as the scope.
    #[serde(default)]
    #[schemars(length(max = 1000), inner(length(max = 512)))]
    permissions: Vec<String>,
    /// Built-in sets of permissions, in addition to `permissions`.
    #[serde(default)]
    #[schemars(length(max = 20))]
    roles: Vec<RootRole>,
    /// The APIs to which the roles are limited; all if absent.
    #[schemars(length(min = 1, max = 100))]
    api_ids: Option<Vec<ApiIdField>>,
    /// The environments to which everything is limited; those of the caller if absent.
    #[schemars(length(min = 1, max = 20))]
    environments: Option<Vec<Environment>>,
    /// The last moment at which it is accepted; `null` or absent for never.
    #[serde(default)]
    expires: Patch<Expiry>,
}

/// Creates a root key that can do at most what the caller can.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<IssuedRootKey> {
    caller.require(Action::CreateRootKey.everywhere())?;

    let own = &caller.principal.root_key;
    rules::check_roles_of_apis(request.api_ids.is_some(), &request.roles)?;
    let permissions = rules::permissions(request.permissions)?;
    let expires = request.expires.apply(None).map(Timestamp::from);
    rules::check_future(&caller, expires)?;
    rules::check_bound(&caller, expires)?;
    let grant = Grant {
        permissions,
        roles: rules::once(request.roles),
        api_ids: rules::apis(&app, &caller, request.api_ids.unwrap_or_default()).await?,
        environments: request.environments.map(rules::once).or(own.grant.environments.clone()),
    };
    rules::check_grant(&caller, &grant)?;

    let (root_key, secret) = mint(
        &app,
        caller.now,
        Blank {
            workspace_id: caller.workspace().clone(),
            name: request.name.map(|name| name.0),
            grant,
            expires,
            created_by: Some(own.id.clone()),
        },
    );
    app.store.insert_root_key(&root_key, secret.hash(), &caller.trail(&app)).await?;

    Reply::new(IssuedRootKey { key_id: root_key.id, key: secret.reveal_once() })
}
