//! `keyway key`

mod bulk;
mod grants;
mod list;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::{Value, json};

use super::context::Context;
use super::exit::{Exit, Failure, Outcome};
use super::time::{self, When};
use super::values::{self, Body};
use super::view::{View, id, limits, text, time as at};

const VIEW: View = View {
    id: "/keyId",
    columns: &[
        id("id", "/keyId"),
        text("name", "/name"),
        text("start", "/start"),
        text("enabled", "/enabled"),
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
const CREATED: View =
    View { id: "/key", columns: &[id("keyId", "/keyId"), id("key", "/key")], wide: &[] };
const VERIFIED: View = View {
    id: "/keyId",
    columns: &[text("code", "/code"), text("valid", "/valid"), id("keyId", "/keyId")],
    wide: &[],
};
const REVEALED: View = View {
    id: "/plaintext",
    columns: &[id("keyId", "/keyId"), id("key", "/plaintext"), text("name", "/name")],
    wide: &[],
};
const CREDITS: View =
    View { id: "/remaining", columns: &[text("remaining", "/remaining")], wide: &[] };

/// The verbs of `keyway key`.
#[derive(Subcommand)]
pub enum Key {
    /// Find keys of the workspace
    List(Box<list::List>),
    /// Show a key, without its secret
    Get {
        /// The key's id
        key_id: String,
    },
    /// Create a key; its secret is shown this once
    Create(Box<Create>),
    /// Change a key; what is not given stays
    Update(Box<Update>),
    /// Delete a key; it stops verifying at once
    Delete {
        /// The key's id
        key_id: String,
        /// Erase it for good
        #[arg(long)]
        permanent: bool,
    },
    /// Replace a key by a new one like it; the old one ends after the overlap
    Reroll {
        /// The key's id
        key_id: String,
        /// How long the old key stays valid
        #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = time::duration)]
        overlap: std::time::Duration,
    },
    /// Show a recoverable key itself
    Reveal {
        /// The key's id
        key_id: String,
    },
    /// Refuse a key until it is enabled again
    Disable {
        /// The key's id
        key_id: String,
    },
    /// Accept a key again
    Enable {
        /// The key's id
        key_id: String,
    },
    /// Verify a key: exit 0 if it is valid, 10 if not
    Verify(Verify),
    /// Show which key a secret belongs to
    Whoami {
        #[command(flatten)]
        secret: Secret,
    },
    /// Set, add or take credits
    Credits {
        /// What to do
        #[arg(value_enum)]
        change: Change,
        /// The key's id
        key_id: String,
        /// How many
        #[arg(value_parser = time::count, required_unless_present = "unlimited")]
        amount: Option<i64>,
        /// With set: no limit
        #[arg(long, conflicts_with = "amount")]
        unlimited: bool,
    },
    /// Set, add or remove roles
    Roles(grants::Grants),
    /// Set, add or remove permissions that the key holds itself
    Permissions(grants::Grants),
    /// Change or delete many keys at once
    Bulk(Box<bulk::Bulk>),
}

/// A change of credits.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Change {
    /// Replace the balance
    Set,
    /// Add to the balance
    Add,
    /// Take from the balance, down to 0
    Sub,
}

/// The secret of a key, never by a flag.
#[derive(Args)]
pub struct Secret {
    /// The key, or - for standard input; without it, it is asked for
    key: Option<String>,
    /// File that holds the key
    #[arg(long, value_name = "PATH", conflicts_with = "key")]
    key_file: Option<PathBuf>,
}

/// Settings that a key gets and that can be changed.
#[derive(Args)]
struct Settings {
    /// Name for people
    #[arg(long)]
    name: Option<String>,
    /// Your id of the user or system that the key belongs to
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// Role; repeat for more
    #[arg(long, value_name = "NAME")]
    role: Vec<String>,
    /// Permission; repeat for more
    #[arg(long, value_name = "SLUG")]
    permission: Vec<String>,
    /// When the key ends: +90d, RFC 3339, unix milliseconds or never
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    expires: Option<When>,
    /// Credits: N, N/daily, N/monthly:DAY or unlimited
    #[arg(long, value_name = "CREDITS", value_parser = values::credits)]
    credits: Option<Value>,
    /// Rate limit NAME=COUNT/DURATION(,auto); repeat for more
    #[arg(long, value_name = "LIMIT", value_parser = values::rate_limit)]
    limit: Vec<Value>,
    /// Data of yours: JSON object or @FILE
    #[arg(long, value_name = "JSON")]
    meta: Option<String>,
}

impl Settings {
    fn body(&self) -> Result<Body, Failure> {
        let meta = self.meta.as_deref();
        Ok(Body::new()
            .maybe("name", self.name.as_ref())
            .maybe("externalId", self.external_id.as_ref())
            .list("roles", &self.role)
            .list("permissions", &self.permission)
            .maybe("credits", self.credits.as_ref())
            .list("ratelimits", &self.limit)
            .maybe("meta", meta.map(|meta| values::json_argument("--meta", meta)).transpose()?))
    }
}

/// `keyway key create`
#[derive(Args)]
pub struct Create {
    /// The API
    #[arg(long, value_name = "ID")]
    api: String,
    #[command(flatten)]
    settings: Settings,
    /// Text before the random part
    #[arg(long)]
    prefix: Option<String>,
    /// Random bytes, 16 to 255
    #[arg(long, value_name = "N")]
    bytes: Option<u16>,
    /// Create it disabled
    #[arg(long)]
    disabled: bool,
    /// Store it encrypted so that it can be shown again
    #[arg(long)]
    recoverable: bool,
}

/// `keyway key update`
#[derive(Args)]
pub struct Update {
    /// The key's id
    key_id: String,
    #[command(flatten)]
    settings: Settings,
    /// Remove a setting; repeat for more
    #[arg(long, value_enum, value_name = "SETTING")]
    clear: Vec<Clearable>,
}

/// A setting that can be removed.
#[derive(Clone, Copy, ValueEnum)]
enum Clearable {
    Name,
    ExternalId,
    Meta,
    Expires,
    Credits,
    Roles,
    Permissions,
    Limits,
}

impl Clearable {
    fn member(self) -> (&'static str, Value) {
        match self {
            Self::Name => ("name", Value::Null),
            Self::ExternalId => ("externalId", Value::Null),
            Self::Meta => ("meta", Value::Null),
            Self::Expires => ("expires", Value::Null),
            Self::Credits => ("credits", Value::Null),
            Self::Roles => ("roles", json!([])),
            Self::Permissions => ("permissions", json!([])),
            Self::Limits => ("ratelimits", json!([])),
        }
    }
}

/// `keyway key verify`
#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    secret: Secret,
    /// Permissions that the key must hold, for example 'documents.read AND documents.write'
    #[arg(long, value_name = "QUERY")]
    permissions: Option<String>,
    /// Credits to take
    #[arg(long, value_name = "N", value_parser = time::count)]
    cost: Option<i64>,
    /// Rate limit to check, NAME or NAME:COST; repeat for more
    #[arg(long, value_name = "LIMIT", value_parser = values::checked_limit)]
    limit: Vec<Value>,
    /// Tag of the usage event, for example path=/v1; repeat for more
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
}

impl Key {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        let enabled = |key_id: &str, enabled: bool, done: &str| {
            let body = json!({ "keyId": key_id, "enabled": enabled });
            context.change("keys.updateKey", body, key_id, done)
        };
        match self {
            Self::List(list) => list.run(context),
            Self::Get { key_id } => context.show("keys.getKey", json!({ "keyId": key_id }), &VIEW),
            Self::Create(create) => create.run(context),
            Self::Update(update) => update.run(context),
            Self::Delete { key_id, permanent } => {
                context.ask.name(&format!("{key_id} is deleted."), || name_of(context, &key_id))?;
                let body = Body::new().set("keyId", &key_id).flag("permanent", permanent);
                context.change("keys.deleteKey", body, &key_id, "deleted")
            }
            Self::Reroll { key_id, overlap } => {
                if overlap.is_zero() {
                    context.ask.proceed(&format!("The present key {key_id} ends at once."))?;
                }
                let overlap = u64::try_from(overlap.as_millis()).unwrap_or(u64::MAX);
                let body = json!({ "keyId": key_id, "expiration": overlap });
                context.show("keys.rerollKey", body, &CREATED)
            }
            Self::Reveal { key_id } => reveal(context, &key_id),
            Self::Disable { key_id } => enabled(&key_id, false, "disabled"),
            Self::Enable { key_id } => enabled(&key_id, true, "enabled"),
            Self::Verify(verify) => verify.run(context),
            Self::Whoami { secret } => {
                context.show("keys.whoami", json!({ "key": secret.read(context)? }), &VIEW)
            }
            Self::Credits { change, key_id, amount, unlimited } => {
                if unlimited && change != Change::Set {
                    return Err(Failure::usage("Only set takes --unlimited."));
                }
                let body =
                    Body::new().set("keyId", key_id).set("operation", change).set("value", amount);
                context.show("keys.updateCredits", body, &CREDITS)
            }
            Self::Roles(grants) => grants.run(context, grants::Kind::Roles),
            Self::Permissions(grants) => grants.run(context, grants::Kind::Permissions),
            Self::Bulk(bulk) => bulk.run(context),
        }
    }
}

impl Create {
    fn run(self, context: &Context) -> Outcome {
        let expires = self.settings.expires.and_then(|when| when.resolve(context.now));
        let body = self
            .settings
            .body()?
            .set("apiId", self.api)
            .maybe("expires", expires)
            .maybe("prefix", self.prefix)
            .maybe("byteLength", self.bytes)
            .maybe("enabled", self.disabled.then_some(false))
            .flag("recoverable", self.recoverable);
        context.show("keys.createKey", body, &CREATED)
    }
}

impl Update {
    fn run(self, context: &Context) -> Outcome {
        let expires = self.settings.expires.map(|when| when.resolve(context.now));
        let mut body = self.settings.body()?.maybe("expires", expires);
        for setting in self.clear {
            let (member, value) = setting.member();
            body = body.set(member, value);
        }
        if body.is_empty() {
            return Err(Failure::usage("Nothing to change was given.")
                .fix("see `keyway key update --help` for what can be changed"));
        }
        let body = body.set("keyId", &self.key_id);
        context.change("keys.updateKey", body, &self.key_id, "updated")
    }
}

impl Verify {
    fn run(self, context: &Context) -> Outcome {
        let body = Body::new()
            .set("key", self.secret.read(context)?)
            .maybe("permissions", self.permissions)
            .maybe("credits", self.cost.map(|cost| json!({ "cost": cost })))
            .list("ratelimits", &self.limit)
            .list("tags", &self.tag);
        let envelope = context.call("keys.verifyKey", body)?;
        context.output.object(&envelope, &VERIFIED)?;
        let valid = envelope.pointer("/data/valid").and_then(Value::as_bool);
        Ok(if valid == Some(true) { Exit::Done } else { Exit::No })
    }
}

impl Secret {
    fn read(&self, context: &Context) -> Result<String, Failure> {
        if self.key.as_deref() == Some("-") && context.stdin_is_taken() {
            return Err(Failure::usage("Standard input already holds the root key.")
                .fix("give the key with --key-file PATH"));
        }
        context.ask.secret("key", self.key.as_deref(), self.key_file.as_deref())
    }
}

impl Serialize for Change {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Set => "set",
            Self::Add => "increment",
            Self::Sub => "decrement",
        })
    }
}

fn reveal(context: &Context, key_id: &str) -> Outcome {
    let envelope = context.call("keys.getKey", json!({ "keyId": key_id, "decrypt": true }))?;
    if envelope["data"]["plaintext"].is_null() {
        return Err(Failure::new(
            Exit::Conflict,
            format!("{key_id} was not stored recoverably, so nobody can show it."),
        )
        .fix(format!("replace it by a new key: keyway key reroll {key_id}")));
    }
    context.output.object(&envelope, &REVEALED)?;
    Ok(Exit::Done)
}

fn name_of(context: &Context, key_id: &str) -> Result<String, Failure> {
    let key = context.call("keys.getKey", json!({ "keyId": key_id }))?;
    Ok(key.pointer("/data/name").and_then(Value::as_str).unwrap_or(key_id).to_owned())
}
