//! `keyway permission`

use clap::Subcommand;
use serde_json::{Value, json};

use super::context::{Context, Rows};
use super::exit::{Failure, Outcome};
use super::usage::Kind;
use super::values::Body;
use super::view::{View, id, text, time};

/// What is shown of permissions, also of those that a role or a key holds.
pub const VIEW: View = View {
    id: "/id",
    columns: &[
        id("id", "/id"),
        id("slug", "/slug"),
        text("name", "/name"),
        text("description", "/description"),
    ],
    wide: &[],
};
const CREATED: View =
    View { id: "/permissionId", columns: &[id("permissionId", "/permissionId")], wide: &[] };
const USAGE: View = View {
    id: "/id",
    columns: &[
        id("id", "/id"),
        id("slug", "/slug"),
        text("roles", "/roleCount"),
        text("keys", "/keyCount"),
        time("updated", "/updatedAt"),
    ],
    wide: &[],
};

/// The verbs of `keyway permission`.
#[derive(Subcommand)]
pub enum Permission {
    /// List the permissions of the workspace
    List {
        /// Only those whose id, slug, name or description contains this
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        rows: Rows,
    },
    /// Show a permission
    Get {
        /// The permission, by id or slug
        permission: String,
    },
    /// Create a permission
    Create {
        /// What queries name, for example documents.read
        #[arg(long)]
        slug: String,
        /// Name for people [default: the slug]
        #[arg(long)]
        name: Option<String>,
        /// What it allows
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
    },
    /// Rename or describe a permission
    Update {
        /// The permission, by id or slug
        permission: String,
        /// New slug; keys that hold the permission satisfy it at once
        #[arg(long)]
        slug: Option<String>,
        /// New name for people
        #[arg(long)]
        name: Option<String>,
        /// New description; empty for none
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
    },
    /// Delete a permission; roles and keys lose it at once
    Delete {
        /// The permission, by id or slug
        permission: String,
    },
    /// Tell how many roles and keys hold a permission; without one, of every permission
    Usage {
        /// Permissions, by id or slug
        permissions: Vec<String>,
        #[command(flatten)]
        rows: Rows,
    },
}

impl Permission {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List { search, rows } => {
                let body = Body::new().maybe("search", search);
                context.list("permissions.listPermissions", &body, &rows, &VIEW)
            }
            Self::Get { permission } => {
                let body = json!({ "permission": permission });
                context.show("permissions.getPermission", body, &VIEW)
            }
            Self::Create { slug, name, description } => {
                let body = Body::new()
                    .set("name", name.as_ref().unwrap_or(&slug))
                    .set("slug", &slug)
                    .maybe("description", description);
                context.show("permissions.createPermission", body, &CREATED)
            }
            Self::Update { permission, slug, name, description } => {
                let description = description.map(|text| (!text.is_empty()).then_some(text));
                let body = Body::new()
                    .maybe("slug", slug)
                    .maybe("name", name)
                    .maybe("description", description);
                if body.is_empty() {
                    return Err(Failure::usage("Nothing to change was given.")
                        .fix("see `keyway permission update --help` for what can be changed"));
                }
                let body = body.set("permission", permission);
                context.show("permissions.updatePermission", body, &VIEW)
            }
            Self::Delete { permission } => {
                let what = format!("{permission} is deleted; roles and keys lose it at once.");
                context.ask.name(&what, || slug_of(context, &permission))?;
                let body = json!({ "permission": permission });
                context.change("permissions.deletePermission", body, &permission, "deleted")
            }
            Self::Usage { permissions, rows } => {
                Kind::Permissions.show(context, &permissions, &rows, &USAGE)
            }
        }
    }
}

fn slug_of(context: &Context, permission: &str) -> Result<String, Failure> {
    let body = json!({ "permission": permission });
    let envelope = context.call("permissions.getPermission", body)?;
    Ok(envelope.pointer("/data/slug").and_then(Value::as_str).unwrap_or(permission).to_owned())
}
