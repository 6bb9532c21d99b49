//! `keyway workspace`

use clap::Subcommand;
use serde_json::json;

use super::context::{Context, Rows};
use super::exit::{Failure, Outcome};
use super::values::Body;
use super::view::{View, id, text, time};

const VIEW: View = View {
    id: "/id",
    columns: &[
        id("id", "/id"),
        text("name", "/name"),
        text("slug", "/slug"),
        text("enabled", "/enabled"),
        text("keys", "/keyCount"),
        time("created", "/createdAt"),
    ],
    wide: &[],
};
const CREATED: View = View {
    id: "/rootKey",
    columns: &[
        id("workspaceId", "/workspaceId"),
        id("rootKeyId", "/rootKeyId"),
        id("rootKey", "/rootKey"),
    ],
    wide: &[],
};
const DELETED: View =
    View { id: "/workspaceId", columns: &[time("purgeAt", "/purgeAt")], wide: &[] };

/// The verbs of `keyway workspace`.
#[derive(Subcommand)]
pub enum Workspace {
    /// List the workspaces of the instance
    List {
        /// Only those whose name or slug contains this
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        rows: Rows,
    },
    /// Show a workspace
    Get {
        /// The workspace; without it, that of the root key
        workspace_id: Option<String>,
    },
    /// Create a workspace and its first root key
    Create {
        /// Name
        #[arg(long)]
        name: String,
        /// Short name for URLs
        #[arg(long)]
        slug: Option<String>,
    },
    /// Rename a workspace
    Update {
        /// The workspace
        workspace_id: String,
        /// New name
        #[arg(long)]
        name: String,
    },
    /// Refuse every root key of a workspace
    Disable {
        /// The workspace
        workspace_id: String,
    },
    /// Accept the root keys of a workspace again
    Enable {
        /// The workspace
        workspace_id: String,
    },
    /// Delete a workspace with everything in it
    Delete {
        /// The workspace
        workspace_id: String,
        /// Its name, instead of being asked for it
        #[arg(long, value_name = "NAME")]
        confirm: Option<String>,
    },
}

impl Workspace {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        let update = |body: Body, id: &str, done: &str| {
            context.change("workspaces.updateWorkspace", body.set("workspaceId", id), id, done)
        };
        match self {
            Self::List { search, rows } => {
                let body = Body::new().maybe("search", search);
                context.list("workspaces.listWorkspaces", &body, &rows, &VIEW)
            }
            Self::Get { workspace_id } => {
                let body = Body::new().maybe("workspaceId", workspace_id);
                context.show("workspaces.getWorkspace", body, &VIEW)
            }
            Self::Create { name, slug } => {
                let body = Body::new().set("name", name).maybe("slug", slug);
                context.show("workspaces.createWorkspace", body, &CREATED)
            }
            Self::Update { workspace_id, name } => {
                update(Body::new().set("name", name), &workspace_id, "updated")
            }
            Self::Disable { workspace_id } => {
                let what = format!("Every root key of {workspace_id} is refused at once.");
                context.ask.proceed(&what)?;
                update(Body::new().set("enabled", false), &workspace_id, "disabled")
            }
            Self::Enable { workspace_id } => {
                update(Body::new().set("enabled", true), &workspace_id, "enabled")
            }
            Self::Delete { workspace_id, confirm } => {
                let name = confirm.map_or_else(|| confirmed_name(context, &workspace_id), Ok)?;
                let body = json!({ "workspaceId": workspace_id, "confirmName": name });
                context.show("workspaces.deleteWorkspace", body, &DELETED)
            }
        }
    }
}

/// The name of the workspace, once the person has typed it.
fn confirmed_name(context: &Context, workspace_id: &str) -> Result<String, Failure> {
    let body = json!({ "workspaceId": workspace_id });
    let workspace = context.call("workspaces.getWorkspace", body)?;
    let name = workspace.pointer("/data/name").and_then(|name| name.as_str());
    let name = name.unwrap_or(workspace_id).to_owned();
    let what = format!("{workspace_id} is deleted with everything in it.");
    context.ask.name(&what, || Ok(name.clone()))?;
    Ok(name)
}
