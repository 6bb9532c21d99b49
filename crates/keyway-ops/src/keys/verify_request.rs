//! What `keys.verifyKey` takes.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::fields::{IpField, KeyText};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// The whole key.
    pub key: KeyText,
    /// Permissions that the key must hold: names joined by AND and OR, with parentheses.
    #[schemars(length(min = 1, max = 1000))]
    pub permissions: Option<String>,
    pub credits: Option<CreditsRequest>,
    /// Limits to check beside those that apply by themselves.
    #[schemars(length(max = 50))]
    #[serde(default)]
    pub ratelimits: Vec<LimitRequest>,
    /// Marks of this use for analytics.
    #[schemars(length(max = 20), inner(length(min = 1, max = 512)))]
    #[serde(default)]
    pub tags: Vec<String>,
    /// In which format the key was hashed elsewhere, for keys that were imported.
    #[schemars(length(max = 256))]
    pub migration_id: Option<String>,
    /// The address to compare with the API's allow-list, for servers that check on behalf of
    /// their users; the address of the request if left out.
    pub client_ip: Option<IpField>,
    /// Only keys of these APIs; a key of another is not found.
    #[schemars(length(max = 100))]
    pub keyspaces: Option<Vec<String>>,
}

/// How many credits this use costs.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct CreditsRequest {
    #[schemars(range(min = 0, max = 1_000_000_000_000_i64))]
    pub cost: i64,
}

/// A limit by name, or one that is given on the spot by `limit` and `duration`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct LimitRequest {
    #[schemars(length(min = 3, max = 255))]
    pub name: String,
    #[schemars(range(min = 0))]
    #[serde(default = "one")]
    pub cost: i64,
    /// Units per window.
    #[schemars(range(min = 1))]
    pub limit: Option<i64>,
    /// The length of a window in milliseconds.
    #[schemars(range(min = 1000))]
    pub duration: Option<i64>,
}

fn one() -> i64 {
    1
}
