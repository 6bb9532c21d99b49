//! `keyway key list`, and the filters that select keys elsewhere as well.

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Value, json};

use super::super::context::{Context, Rows};
use super::super::exit::Outcome;
use super::super::time::{self, When};
use super::super::values::{self, Body};
use super::super::view::{View, id, limits, text, time as at};

const FOUND: View = View {
    id: "/keyId",
    columns: &[
        id("id", "/keyId"),
        text("name", "/name"),
        text("start", "/start"),
        text("status", "/status"),
        text("external-id", "/identity/externalId"),
        text("roles", "/roles"),
        text("credits", "/credits/remaining"),
        at("expires", "/expires"),
    ],
    wide: &[
        id("api", "/apiId"),
        text("permissions", "/permissions"),
        limits("limits", "/ratelimits"),
        at("created", "/createdAt"),
        at("updated", "/updatedAt"),
        at("last-used", "/lastUsedAt"),
        text("environment", "/environment"),
    ],
};
const DECRYPTED: View = View {
    id: "/plaintext",
    columns: &[
        id("id", "/keyId"),
        text("name", "/name"),
        text("external-id", "/identity/externalId"),
        id("key", "/plaintext"),
    ],
    wide: &[],
};

/// `keyway key list`
#[derive(Args)]
pub struct List {
    #[command(flatten)]
    filters: Filters,
    /// What the keys are ordered by
    #[arg(long, value_enum, default_value = "created", conflicts_with = "decrypt")]
    sort: Sort,
    /// The other way round
    #[arg(long, conflicts_with = "decrypt")]
    desc: bool,
    /// Show recoverable keys themselves; needs --api and takes no filter but --external-id
    #[arg(long, requires = "api", conflicts_with_all = OTHER_FILTERS)]
    decrypt: bool,
    #[command(flatten)]
    rows: Rows,
}

/// The filters that `apis.listKeys`, which alone shows secrets, does not know.
const OTHER_FILTERS: [&str; 11] = [
    "search",
    "status",
    "meta",
    "role",
    "permission",
    "expires_after",
    "expires_before",
    "last_used_after",
    "last_used_before",
    "created_after",
    "created_before",
];

/// Which keys are meant; all conditions must hold.
#[derive(Args, Clone)]
pub struct Filters {
    /// Only keys of this API
    #[arg(long, value_name = "ID")]
    api: Option<String>,
    /// Only this id, or a start, name or external id that begins with this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only keys in this state; repeat for more
    #[arg(long, value_enum, value_delimiter = ',')]
    status: Vec<Status>,
    /// Only keys of this identity
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// Only keys whose data has this member with exactly this value, for example plan=pro
    #[arg(long, value_name = "NAME=VALUE", value_parser = values::member)]
    meta: Option<(String, Value)>,
    /// Only keys that hold this role
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// Only keys that hold this permission, also through a role
    #[arg(long, value_name = "SLUG")]
    permission: Option<String>,
    /// Only keys that end after this time
    #[arg(long, value_name = "TIME", value_parser = time::moment, allow_hyphen_values = true)]
    expires_after: Option<When>,
    /// Only keys that end before this time
    #[arg(long, value_name = "TIME", value_parser = time::moment, allow_hyphen_values = true)]
    expires_before: Option<When>,
    /// Only keys that were used after this time
    #[arg(long, value_name = "TIME", value_parser = time::moment, allow_hyphen_values = true)]
    last_used_after: Option<When>,
    /// Only keys that were not used since this time
    #[arg(long, value_name = "TIME", value_parser = time::moment, allow_hyphen_values = true)]
    last_used_before: Option<When>,
    /// Only keys that were made after this time
    #[arg(long, value_name = "TIME", value_parser = time::moment, allow_hyphen_values = true)]
    created_after: Option<When>,
    /// Only keys that were made before this time
    #[arg(long, value_name = "TIME", value_parser = time::moment, allow_hyphen_values = true)]
    created_before: Option<When>,
}

/// The state of a key; the first that fits counts.
#[derive(Clone, Copy, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
enum Status {
    /// Switched off
    Disabled,
    /// Its time is over
    Expired,
    /// Nothing is left of its credits
    OutOfCredits,
    /// It ends within a week
    ExpiresSoon,
    /// Never used, or not for 90 days
    Unused,
    /// None of these
    Active,
}

/// What keys are ordered by.
#[derive(Clone, Copy, Serialize, ValueEnum)]
enum Sort {
    /// When they were made
    #[serde(rename = "createdAt")]
    Created,
    /// When they were last used
    #[serde(rename = "lastUsedAt")]
    LastUsed,
    /// When they end
    #[serde(rename = "expires")]
    Expires,
    /// Their name
    #[serde(rename = "name")]
    Name,
}

impl Filters {
    /// The members of `keys.listKeys`.
    pub fn body(&self, now: i64) -> Body {
        let at = |when: Option<When>| when.and_then(|when| when.resolve(now));
        let meta = self.meta.as_ref();
        Body::new()
            .maybe("apiId", self.api.as_ref())
            .maybe("search", self.search.as_ref())
            .list("status", &self.status)
            .maybe("externalId", self.external_id.as_ref())
            .maybe("meta", meta.map(|(member, value)| json!({ "member": member, "value": value })))
            .maybe("role", self.role.as_ref())
            .maybe("permission", self.permission.as_ref())
            .maybe("expiresAfter", at(self.expires_after))
            .maybe("expiresBefore", at(self.expires_before))
            .maybe("lastUsedAfter", at(self.last_used_after))
            .maybe("lastUsedBefore", at(self.last_used_before))
            .maybe("createdAfter", at(self.created_after))
            .maybe("createdBefore", at(self.created_before))
    }
}

impl List {
    /// Runs the command.
    pub fn run(&self, context: &Context) -> Outcome {
        let body = self.filters.body(context.now);
        if self.decrypt {
            let body = body.set("decrypt", true);
            return context.list("apis.listKeys", &body, &self.rows, &DECRYPTED);
        }
        let body = body.set("sort", self.sort).set("order", if self.desc { "desc" } else { "asc" });
        context.list("keys.listKeys", &body, &self.rows, &FOUND)
    }
}
