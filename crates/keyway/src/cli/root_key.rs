//! `keyway root-key`

mod can;
mod update;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::context::{Context, Rows};
use super::exit::{Exit, Failure, Outcome};
use super::time::{self, When};
use super::values::Body;
use super::view::{View, id, text, time as at};

const VIEW: View = View {
    id: "/keyId",
    columns: &[
        id("id", "/keyId"),
        text("name", "/name"),
        text("start", "/start"),
        text("enabled", "/enabled"),
        text("roles", "/roles"),
        text("environments", "/environments"),
        at("expires", "/expires"),
        at("last-used", "/lastUsedAt"),
    ],
    wide: &[
        text("apis", "/apiIds"),
        text("permissions", "/permissions"),
        text("by-name", "/directPermissions"),
        at("created", "/createdAt"),
    ],
};
const CREATED: View =
    View { id: "/key", columns: &[id("keyId", "/keyId"), id("key", "/key")], wide: &[] };
const CATALOGUE: View = View {
    id: "/permission",
    columns: &[
        id("permission", "/permission"),
        text("level", "/level"),
        text("sensitive", "/sensitive"),
        text("description", "/description"),
    ],
    wide: &[text("scopes", "/scopes"), text("operations", "/operations")],
};

/// The verbs of `keyway root-key`.
#[derive(Subcommand)]
pub enum RootKey {
    /// List the root keys that this one may read
    List {
        /// Only those whose name contains this
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        /// Only those that hold this permission
        #[arg(long, value_name = "PERMISSION")]
        permission: Option<String>,
        #[command(flatten)]
        rows: Rows,
    },
    /// Show a root key and what it may do
    Get {
        /// The root key's id
        key_id: String,
    },
    /// Show the root key that this command line uses
    Whoami,
    /// Create a root key; its secret is shown this once
    Create(Create),
    /// Change a root key; shows the difference and asks
    Update(update::Update),
    /// Replace the secret; the old one ends after the overlap
    Reroll {
        /// The root key's id
        key_id: String,
        /// How long the old secret stays valid
        #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = time::duration)]
        overlap: std::time::Duration,
    },
    /// Refuse a root key until it is enabled again
    Disable {
        /// The root key's id
        key_id: String,
    },
    /// Accept a root key again
    Enable {
        /// The root key's id
        key_id: String,
    },
    /// Delete a root key; it is refused at once
    Delete {
        /// The root key's id
        key_id: String,
    },
    /// List every permission that a root key can hold
    Permissions {
        /// Only of this resource, for example api
        #[arg(long, value_name = "RESOURCE")]
        group: Option<String>,
        /// Only those that this operation asks for
        #[arg(long, value_name = "OPERATION")]
        operation: Option<String>,
    },
    /// Tell whether a root key may call an operation: exit 0 if it may, 10 if not
    Can(can::Can),
}

/// A named set of permissions.
#[derive(Clone, Copy, ValueEnum)]
enum Preset {
    /// Verify keys
    Verify,
    /// Verify keys and check rate limits
    VerifyLimit,
    /// Create and manage keys
    Issuer,
    /// Manage roles and permissions
    Rbac,
    /// Check and manage rate limits
    Ratelimit,
    /// Read analytics
    Analytics,
    /// Read everything
    ReadOnly,
    /// Do everything
    Full,
}

impl Preset {
    fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Verify => &["verifier"],
            Self::VerifyLimit => &["verifier", "ratelimiter"],
            Self::Issuer => &["issuer"],
            Self::Rbac => &["rbac_admin"],
            Self::Ratelimit => &["ratelimiter"],
            Self::Analytics => &["analyst"],
            Self::ReadOnly => &["read_only"],
            Self::Full => &["admin"],
        }
    }
}

/// What a root key may do, and where.
#[derive(Args)]
struct Powers {
    /// Named set of permissions
    #[arg(long, value_enum)]
    preset: Option<Preset>,
    /// Built-in role: read_only, verifier, issuer, rbac_admin, ratelimiter, analyst or admin;
    /// repeat for more
    #[arg(long, value_name = "ROLE")]
    role: Vec<String>,
    /// Limit the roles to this API; repeat for more
    #[arg(long, value_name = "ID")]
    api: Vec<String>,
    /// Limit the root key to APIs of this environment; repeat for more
    #[arg(long, value_name = "SLUG")]
    environment: Vec<String>,
}

impl Powers {
    fn body(&self) -> Body {
        let preset = self.preset.map_or(&[][..], Preset::roles).iter().copied();
        let mut roles: Vec<&str> = preset.collect();
        for role in &self.role {
            if !roles.contains(&role.as_str()) {
                roles.push(role);
            }
        }
        Body::new()
            .list("roles", &roles)
            .list("apiIds", &self.api)
            .list("environments", &self.environment)
    }
}

/// `keyway root-key create`
#[derive(Args)]
pub struct Create {
    /// Name for people
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    powers: Powers,
    /// Permission, for example api.*.create_key; repeat for more
    #[arg(long, value_name = "PERMISSION")]
    permission: Vec<String>,
    /// When the root key ends: +90d, RFC 3339, unix milliseconds or never
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    expires: Option<When>,
}

impl RootKey {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        let enabled = |key_id: &str, enabled: bool, done: &str| {
            let body = json!({ "keyId": key_id, "enabled": enabled });
            context.change("rootKeys.updateKey", body, key_id, done)
        };
        match self {
            Self::List { search, permission, rows } => {
                let body = Body::new().maybe("search", search);
                context.list_where("rootKeys.listKeys", &body, &rows, &VIEW, |root_key| {
                    let held = root_key["permissions"].as_array();
                    permission.as_ref().is_none_or(|wanted| {
                        held.is_some_and(|held| held.iter().any(|one| one == wanted))
                    })
                })
            }
            Self::Get { key_id } => {
                context.show("rootKeys.getKey", json!({ "keyId": key_id }), &VIEW)
            }
            Self::Whoami => context.show("rootKeys.whoami", json!({}), &VIEW),
            Self::Create(create) => create.run(context),
            Self::Update(update) => update.run(context),
            Self::Reroll { key_id, overlap } => {
                if overlap.is_zero() {
                    let what = format!("The present secret of {key_id} is refused at once.");
                    context.ask.proceed(&what)?;
                }
                let overlap = u64::try_from(overlap.as_millis()).unwrap_or(u64::MAX);
                let body = json!({ "keyId": key_id, "expiration": overlap });
                context.show("rootKeys.rerollKey", body, &CREATED)
            }
            Self::Disable { key_id } => enabled(&key_id, false, "disabled"),
            Self::Enable { key_id } => enabled(&key_id, true, "enabled"),
            Self::Delete { key_id } => {
                context.ask.name(&format!("{key_id} is deleted and refused at once."), || {
                    Ok(name_of(&get(context, Some(&key_id))?).unwrap_or(&key_id).to_owned())
                })?;
                let body = json!({ "keyId": key_id });
                context.change("rootKeys.deleteKey", body, &key_id, "deleted")
            }
            Self::Permissions { group, operation } => {
                permissions(context, group.as_deref(), operation.as_deref())
            }
            Self::Can(can) => can.run(context),
        }
    }
}

impl Create {
    fn run(self, context: &Context) -> Outcome {
        let body = self.powers.body();
        if body.is_empty() && self.permission.is_empty() {
            return Err(Failure::usage("The root key would be able to do nothing.")
                .fix("give --preset, --role or --permission"));
        }
        let body = body
            .maybe("name", self.name)
            .set("permissions", self.permission)
            .maybe("expires", self.expires.and_then(|when| when.resolve(context.now)));
        context.show("rootKeys.createKey", body, &CREATED)
    }
}

fn permissions(context: &Context, group: Option<&str>, operation: Option<&str>) -> Outcome {
    let mut envelope = context.call("rootKeys.listPermissionCatalog", json!({}))?;
    let mut found = envelope.pointer_mut("/data/permissions").map_or(Value::Null, Value::take);
    if let Some(rows) = found.as_array_mut() {
        rows.retain(|row| {
            let asked = |wanted: &str| {
                row["operations"].as_array().is_some_and(|all| all.iter().any(|one| one == wanted))
            };
            group.is_none_or(|group| row["resource"] == group) && operation.is_none_or(asked)
        });
    }
    envelope["data"] = found;
    context.output.rows(&envelope, &CATALOGUE, true)?;
    Ok(Exit::Done)
}

/// The envelope of a root key; without an id, of the one in use.
fn get(context: &Context, key_id: Option<&str>) -> Result<Value, Failure> {
    match key_id {
        Some(key_id) => context.call("rootKeys.getKey", json!({ "keyId": key_id })),
        None => context.call("rootKeys.whoami", json!({})),
    }
}

fn name_of(envelope: &Value) -> Option<&str> {
    envelope.pointer("/data/name").and_then(Value::as_str)
}

/// A member of `data` that is a list of texts.
fn texts(envelope: &Value, name: &str) -> Vec<String> {
    envelope["data"][name]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(ToOwned::to_owned)
        .collect()
}
