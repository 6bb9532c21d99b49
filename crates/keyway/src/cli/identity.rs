//! `keyway identity`

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::context::{Context, Rows};
use super::exit::{Failure, Outcome};
use super::values::{self, Body};
use super::view::{View, id, limits, text};

const VIEW: View = View {
    id: "/id",
    columns: &[
        id("id", "/id"),
        text("external-id", "/externalId"),
        limits("limits", "/ratelimits"),
        text("meta", "/meta"),
    ],
    wide: &[],
};
const CREATED: View =
    View { id: "/identityId", columns: &[id("identityId", "/identityId")], wide: &[] };

/// The verbs of `keyway identity`.
#[derive(Subcommand)]
pub enum Identity {
    /// List the identities that the root key may read
    List {
        /// Only those whose id or external id contains this
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        rows: Rows,
    },
    /// Show an identity
    Get {
        /// The identity, by id or external id
        identity: String,
    },
    /// Create an identity: an owner of keys
    Create {
        /// Your id of the user or system
        #[arg(long, value_name = "ID")]
        external_id: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Change an identity; its keys follow at once
    Update {
        /// The identity, by id or external id
        identity: String,
        #[command(flatten)]
        settings: Settings,
        /// Remove a setting; repeat for more
        #[arg(long, value_enum, value_name = "SETTING")]
        clear: Vec<Clearable>,
    },
    /// Delete an identity; its keys stay valid and belong to nobody
    Delete {
        /// The identity, by id or external id
        identity: String,
    },
}

/// Settings of an identity.
#[derive(Args)]
pub struct Settings {
    /// Data of yours, replaced as a whole: JSON object or @FILE
    #[arg(long, value_name = "JSON")]
    meta: Option<String>,
    /// Rate limit NAME=COUNT/DURATION(,auto) that the keys share; repeat for the complete set
    #[arg(long, value_name = "LIMIT", value_parser = values::rate_limit)]
    limit: Vec<Value>,
}

impl Settings {
    fn body(&self) -> Result<Body, Failure> {
        let meta = self.meta.as_deref();
        Ok(Body::new()
            .maybe("meta", meta.map(|meta| values::json_argument("--meta", meta)).transpose()?)
            .list("ratelimits", &self.limit))
    }
}

/// A setting that can be removed.
#[derive(Clone, Copy, ValueEnum)]
pub enum Clearable {
    /// All data
    Meta,
    /// All rate limits
    Limits,
}

impl Identity {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List { search, rows } => {
                let body = Body::new().maybe("search", search);
                context.list("identities.listIdentities", &body, &rows, &VIEW)
            }
            Self::Get { identity } => {
                context.show("identities.getIdentity", json!({ "identity": identity }), &VIEW)
            }
            Self::Create { external_id, settings } => {
                let body = settings.body()?.set("externalId", external_id);
                context.show("identities.createIdentity", body, &CREATED)
            }
            Self::Update { identity, settings, clear } => {
                let mut body = settings.body()?;
                for setting in clear {
                    body = match setting {
                        Clearable::Meta => body.set("meta", json!({})),
                        Clearable::Limits => body.set("ratelimits", json!([])),
                    };
                }
                if body.is_empty() {
                    return Err(Failure::usage("Nothing to change was given.")
                        .fix("see `keyway identity update --help` for what can be changed"));
                }
                let body = body.set("identity", identity);
                context.show("identities.updateIdentity", body, &VIEW)
            }
            Self::Delete { identity } => {
                let what = format!("{identity} is deleted; its keys belong to nobody then.");
                context.ask.name(&what, || external_id_of(context, &identity))?;
                let body = json!({ "identity": identity });
                context.change("identities.deleteIdentity", body, &identity, "deleted")
            }
        }
    }
}

fn external_id_of(context: &Context, identity: &str) -> Result<String, Failure> {
    let envelope = context.call("identities.getIdentity", json!({ "identity": identity }))?;
    Ok(envelope.pointer("/data/externalId").and_then(Value::as_str).unwrap_or(identity).to_owned())
}
