//! JSON shapes that several operations share.

use keyway_core::credits::{Credits, Refill, RefillInterval};
use keyway_core::environment::Environment;
use keyway_core::id::{ApiId, IdentityId, KeyId, PermissionId, RatelimitId, RoleId};
use keyway_core::identity::{Identity, Meta};
use keyway_core::key::Key;
use keyway_core::ratelimit::{NewRatelimit, Ratelimit};
use keyway_core::role::{Permission, Role, WantedPermission};
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::fields::Slug;
use crate::problem::{FieldError, Problem};

/// A key as getKey, whoami and listKeys show it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct KeyView {
    key_id: KeyId,
    /// The API that the key belongs to.
    api_id: ApiId,
    /// The first characters of the key.
    start: String,
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<Environment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Meta::is_empty")]
    meta: Meta,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
    /// Slugs, held directly or through a role.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    permissions: Vec<String>,
    /// Names of roles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credits: Option<CreditsView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<IdentityView>,
    /// The key's own limits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ratelimits: Vec<RatelimitView>,
    /// The key itself, if it is recoverable and the caller asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    plaintext: Option<String>,
}

impl From<Key> for KeyView {
    fn from(key: Key) -> Self {
        let permissions = key.effective_permissions().into_iter().map(str::to_owned).collect();
        Self {
            permissions,
            key_id: key.id,
            api_id: key.api.id,
            start: key.start,
            enabled: key.enabled,
            environment: key.api.environment,
            name: key.name,
            meta: key.meta,
            created_at: key.created_at,
            updated_at: key.updated_at,
            last_used_at: key.last_used_at,
            expires: key.expires,
            roles: key.roles.into_iter().map(|role| role.name).collect(),
            credits: key.credits.map(CreditsView::from),
            identity: key.identity.map(IdentityView::from),
            ratelimits: key.ratelimits.into_iter().map(RatelimitView::from).collect(),
            plaintext: None,
        }
    }
}

impl KeyView {
    /// The view with the key itself.
    #[must_use]
    pub fn with_plaintext(mut self, plaintext: Option<String>) -> Self {
        self.plaintext = plaintext;
        self
    }
}

/// The balance of a key.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct CreditsView {
    /// What is left; `null` is unlimited.
    #[schemars(extend("x-nullable" = true))]
    pub remaining: Option<i64>,
    /// How it is reset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refill: Option<RefillView>,
}

impl From<Credits> for CreditsView {
    fn from(credits: Credits) -> Self {
        Self { remaining: Some(credits.remaining), refill: credits.refill.map(RefillView::from) }
    }
}

/// How a balance is reset.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct RefillView {
    interval: RefillInterval,
    amount: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refill_day: Option<i64>,
}

impl From<Refill> for RefillView {
    fn from(refill: Refill) -> Self {
        Self { interval: refill.interval, amount: refill.amount, refill_day: refill.day }
    }
}

/// An identity.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct IdentityView {
    id: IdentityId,
    external_id: String,
    #[serde(skip_serializing_if = "Meta::is_empty")]
    meta: Meta,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ratelimits: Vec<RatelimitView>,
}

impl From<Identity> for IdentityView {
    fn from(identity: Identity) -> Self {
        Self {
            id: identity.id,
            external_id: identity.external_id,
            meta: identity.meta,
            ratelimits: identity.ratelimits.into_iter().map(RatelimitView::from).collect(),
        }
    }
}

/// A stored rate limit.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct RatelimitView {
    id: RatelimitId,
    name: String,
    limit: i64,
    /// In milliseconds.
    duration: i64,
    auto_apply: bool,
}

impl From<Ratelimit> for RatelimitView {
    fn from(limit: Ratelimit) -> Self {
        Self {
            id: limit.id,
            name: limit.name,
            limit: limit.limit,
            duration: limit.duration,
            auto_apply: limit.auto_apply,
        }
    }
}

/// A permission.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct PermissionView {
    id: PermissionId,
    slug: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

impl From<Permission> for PermissionView {
    fn from(permission: Permission) -> Self {
        Self {
            id: permission.id,
            slug: permission.slug,
            name: permission.name,
            description: permission.description,
        }
    }
}

/// A role with its permissions.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct RoleView {
    id: RoleId,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    permissions: Vec<PermissionView>,
}

impl From<Role> for RoleView {
    fn from(role: Role) -> Self {
        Self {
            id: role.id,
            name: role.name,
            description: role.description,
            permissions: role.permissions.into_iter().map(PermissionView::from).collect(),
        }
    }
}

/// A rate limit as requests give it. Unknown members are ignored, as SDKs send some.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct RatelimitRequest {
    #[schemars(length(min = 3, max = 128))]
    name: String,
    /// Units per window.
    #[schemars(range(min = 1))]
    limit: i64,
    /// The length of a window in milliseconds.
    #[schemars(range(min = 1000))]
    duration: i64,
    /// Whether every verification counts.
    #[serde(default)]
    auto_apply: bool,
}

/// The limits of a request with the ids they may get; no name may stand there twice.
pub fn new_ratelimits(
    app: &App,
    requests: Vec<RatelimitRequest>,
) -> Result<Vec<NewRatelimit>, Problem> {
    let mut errors = Vec::new();
    for (at, request) in requests.iter().enumerate() {
        if requests[..at].iter().any(|before| before.name == request.name) {
            errors.push(FieldError {
                location: format!("body.ratelimits[{at}].name"),
                message: "stands in the list more than once".to_owned(),
                fix: Some("Give each limit a name of its own.".to_owned()),
            });
        }
    }
    if let Some(first) = errors.first() {
        let detail = format!("The same rate limit name is given twice: {}.", first.location);
        let mut problem = Problem::invalid(errors);
        problem.detail = detail.into();
        return Err(problem);
    }
    let convert = |request: RatelimitRequest| NewRatelimit {
        new_id: RatelimitId::generate(&app.entropy),
        name: request.name,
        limit: request.limit,
        duration: request.duration,
        auto_apply: request.auto_apply,
    };
    Ok(requests.into_iter().map(convert).collect())
}

/// A refill as requests give it.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(inline)]
pub struct RefillRequest {
    interval: RefillInterval,
    /// What the balance is reset to.
    #[schemars(range(min = 1))]
    amount: i64,
    /// The day of the month, for monthly refills.
    #[schemars(range(min = 1, max = 31))]
    refill_day: Option<i64>,
}

impl RefillRequest {
    /// The refill, if its day fits its interval.
    pub fn checked(self) -> Result<Refill, Problem> {
        let place = "body.credits.refill.refillDay";
        match (self.interval, self.refill_day) {
            (RefillInterval::Monthly, None) => Err(Problem::invalid_field(
                place,
                "is required when the interval is monthly",
                "Add the day of the month, 1 to 31.",
            )),
            (RefillInterval::Daily, Some(_)) => Err(Problem::invalid_field(
                place,
                "has no meaning when the interval is daily",
                "Remove it, or choose the interval monthly.",
            )),
            (interval, day) => Ok(Refill { interval, amount: self.amount, day }),
        }
    }
}

/// The permissions that a request names, with the ids they get if they are created.
pub fn wanted_permissions(app: &App, names: Vec<Slug>) -> Vec<WantedPermission> {
    let convert = |name: Slug| WantedPermission {
        new_id: PermissionId::generate(&app.entropy),
        name: name.0,
    };
    names.into_iter().map(convert).collect()
}
