//! `keyway api`

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::{Context, Rows};
use super::exit::{Failure, Outcome};
use super::values::{Body, Switch};
use super::view::{View, id, text, time};

const VIEW: View = View {
    id: "/id",
    columns: &[
        id("id", "/id"),
        text("name", "/name"),
        text("environment", "/environment"),
        text("keys", "/keyCount"),
        time("created", "/createdAt"),
    ],
    wide: &[
        text("prefix", "/defaultPrefix"),
        text("bytes", "/defaultByteLength"),
        text("protected", "/deleteProtection"),
        text("encrypted", "/storeEncryptedKeys"),
        text("checksum", "/checksum"),
        text("allow-ip", "/ipAllowlist"),
    ],
};
const CREATED: View = View { id: "/apiId", columns: &[id("apiId", "/apiId")], wide: &[] };

/// The verbs of `keyway api`.
#[derive(Subcommand)]
pub enum Api {
    /// List the APIs that the root key may read
    List {
        /// Only those whose name or id contains this
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        rows: Rows,
    },
    /// Show an API
    Get {
        /// The API
        api_id: String,
    },
    /// Create an API
    Create {
        /// Name, 3 to 256 characters
        #[arg(long)]
        name: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Change the settings of an API
    Update {
        /// The API
        api_id: String,
        /// New name
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        settings: Settings,
    },
    /// Delete an API; its keys stop verifying at once
    Delete {
        /// The API
        api_id: String,
    },
}

/// Settings of an API.
#[derive(Args)]
pub struct Settings {
    /// Environment: production, preview, development or another slug; empty for none
    #[arg(long, value_name = "SLUG")]
    environment: Option<String>,
    /// Prefix of new keys
    #[arg(long)]
    prefix: Option<String>,
    /// Random bytes of new keys
    #[arg(long, value_name = "N")]
    bytes: Option<u16>,
    /// Refuse to delete the API
    #[arg(long, value_enum)]
    delete_protection: Option<Switch>,
    /// Store keys so that they can be shown again
    #[arg(long, value_enum)]
    store_encrypted: Option<Switch>,
    /// End new keys in a checksum, so that typos are found without asking the server
    #[arg(long, value_enum)]
    checksum: Option<Switch>,
    /// Address or network that may verify; repeat for more, empty for all
    #[arg(long, value_name = "CIDR")]
    allow_ip: Vec<String>,
}

impl Settings {
    /// The environment as a member; an empty one is none.
    fn environment(&self) -> Body {
        let slug = self.environment.as_ref();
        Body::new().maybe("environment", slug.map(|slug| (!slug.is_empty()).then_some(slug)))
    }

    /// What only `apis.updateApi` can set.
    fn others(&self) -> Body {
        let addresses: Vec<_> = self.allow_ip.iter().filter(|cidr| !cidr.is_empty()).collect();
        let body = Body::new()
            .maybe("defaultPrefix", self.prefix.as_ref())
            .maybe("defaultByteLength", self.bytes)
            .maybe("deleteProtection", self.delete_protection)
            .maybe("storeEncryptedKeys", self.store_encrypted)
            .maybe("checksum", self.checksum);
        if self.allow_ip.is_empty() { body } else { body.set("ipAllowlist", addresses) }
    }
}

impl Api {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List { search, rows } => {
                context.list("apis.listApis", &Body::new().maybe("search", search), &rows, &VIEW)
            }
            Self::Get { api_id } => context.show("apis.getApi", json!({ "apiId": api_id }), &VIEW),
            Self::Create { name, settings } => create(context, &name, &settings),
            Self::Update { api_id, name, settings } => {
                let body = Body::new()
                    .maybe("name", name)
                    .and(settings.environment())
                    .and(settings.others());
                if body.is_empty() {
                    return Err(Failure::usage("Nothing to change was given.")
                        .fix("see `keyway api update --help` for what can be changed"));
                }
                let body = body.set("apiId", &api_id);
                context.change("apis.updateApi", body, &api_id, "updated")
            }
            Self::Delete { api_id } => {
                context.ask.name(
                    &format!("{api_id} is deleted, and its keys stop verifying at once."),
                    || name_of(context, &api_id),
                )?;
                let body = json!({ "apiId": api_id });
                context.change("apis.deleteApi", body, &api_id, "deleted")
            }
        }
    }
}

fn create(context: &Context, name: &str, settings: &Settings) -> Outcome {
    let body = Body::new().set("name", name).and(settings.environment());
    let created = context.call("apis.createApi", body)?;
    let others = settings.others();
    if !others.is_empty() {
        let id = created.pointer("/data/apiId").cloned().unwrap_or_default();
        context.call("apis.updateApi", others.set("apiId", &id)).map_err(|failure| {
            failure
                .because(format!("the API {id} was created, but its settings could not be set"))
                .fix(format!("set them with `keyway api update {id} …`, or delete the API"))
        })?;
    }
    context.output.object(&created, &CREATED)?;
    Ok(super::exit::Exit::Done)
}

fn name_of(context: &Context, api_id: &str) -> Result<String, Failure> {
    let api = context.call("apis.getApi", json!({ "apiId": api_id }))?;
    Ok(api.pointer("/data/name").and_then(|name| name.as_str()).unwrap_or(api_id).to_owned())
}
