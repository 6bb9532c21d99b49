//! `rootKeys.updateKey`

use keyway_core::environment::Environment;
use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use keyway_core::root_key::{Grant, RootKey, RootKeyChange, RootRole};
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{managers, open_root_key, rules};
use crate::app::App;
use crate::caller::Caller;
use crate::fields::{ApiIdField, Expiry, KeyIdField, KeyName};
use crate::problem::Problem;
use crate::reply::{Empty, Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    key_id: KeyIdField,
    /// `null` removes it.
    #[serde(default)]
    name: Patch<KeyName>,
    enabled: Option<bool>,
    /// Replaces all permissions that were granted by name.
    #[schemars(length(max = 1000), inner(length(max = 512)))]
    permissions: Option<Vec<String>>,
    /// Replaces all roles.
    #[schemars(length(max = 20))]
    roles: Option<Vec<RootRole>>,
    /// Replaces the APIs to which the roles are limited; `null` for all.
    #[serde(default)]
    #[schemars(length(min = 1, max = 100))]
    api_ids: Patch<Vec<ApiIdField>>,
    /// Replaces the environments to which everything is limited; `null` for all.
    #[serde(default)]
    #[schemars(length(min = 1, max = 20))]
    environments: Patch<Vec<Environment>>,
    /// The last moment at which it is accepted; `null` for never.
    #[serde(default)]
    expires: Patch<Expiry>,
}

/// Changes a root key. The caller can neither give what it lacks nor revive or prolong a root
/// key that can do more than itself.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Empty> {
    caller.require(Action::UpdateRootKey.everywhere())?;
    let target = open_root_key(&app, &caller, request.key_id.0).await?;

    let wanted = WantedGrant {
        permissions: request.permissions,
        roles: request.roles,
        api_ids: request.api_ids,
        environments: request.environments,
    };
    let grant = wanted.applied_to(&target.grant, &app, &caller).await?;
    if let Some(grant) = &grant {
        rules::check_grant(&caller, grant)?;
    }

    let expires = request.expires.map(Timestamp::from);
    if let Patch::Set(expires) = &expires {
        rules::check_future(&caller, Some(*expires))?;
    }
    let revives = request.enabled == Some(true) || !expires.is_keep();
    if revives {
        rules::check_grant(&caller, &target.grant)?;
    }
    let widens = grant.as_ref().is_some_and(|grant| !rules::covers(&target.grant, grant));
    if revives || widens {
        rules::check_bound(&caller, expires.clone().apply(target.expires))?;
    }

    let after = RootKey {
        enabled: request.enabled.unwrap_or(target.enabled),
        expires: expires.clone().apply(target.expires),
        grant: grant.clone().unwrap_or_else(|| target.grant.clone()),
        ..target.clone()
    };
    managers::check_left(&app, &caller, &target, Some(&after)).await?;

    let change = RootKeyChange {
        name: request.name.map(|name| name.0),
        enabled: request.enabled,
        expires,
        grant,
    };
    app.store.update_root_key(&target.id, &change, &caller.trail(&app)).await?;

    Reply::empty()
}

/// The part of a request that says what the root key may do.
struct WantedGrant {
    permissions: Option<Vec<String>>,
    roles: Option<Vec<RootRole>>,
    api_ids: Patch<Vec<ApiIdField>>,
    environments: Patch<Vec<Environment>>,
}

impl WantedGrant {
    /// The whole grant afterwards; `None` if the request doesn't touch it.
    async fn applied_to(
        self,
        before: &Grant,
        app: &App,
        caller: &Caller,
    ) -> Result<Option<Grant>, Problem> {
        let Self { permissions, roles, api_ids, environments } = self;
        let is_untouched =
            permissions.is_none() && roles.is_none() && api_ids.is_keep() && environments.is_keep();
        if is_untouched {
            return Ok(None);
        }
        let mut grant = before.clone();
        if let Some(permissions) = permissions {
            grant.permissions = rules::permissions(permissions)?;
        }
        if let Some(roles) = roles {
            grant.roles = rules::once(roles);
        }
        match api_ids {
            Patch::Keep => {}
            Patch::Clear => grant.api_ids.clear(),
            Patch::Set(ids) => {
                rules::check_roles_of_apis(true, &grant.roles)?;
                grant.api_ids = rules::apis(app, caller, ids).await?;
            }
        }
        grant.environments = environments.map(rules::once).apply(grant.environments);
        Ok(Some(grant))
    }
}
