//! `keyway role`

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::{Context, Rows};
use super::exit::{Exit, Failure, Outcome};
use super::usage::Kind;
use super::values::Body;
use super::view::{View, each, id, text, time};

/// What is shown of roles, also of those that a key holds.
pub const VIEW: View = View {
    id: "/id",
    columns: &[
        id("id", "/id"),
        text("name", "/name"),
        text("description", "/description"),
        each("permissions", "/permissions", "slug"),
    ],
    wide: &[],
};
const CREATED: View = View { id: "/roleId", columns: &[id("roleId", "/roleId")], wide: &[] };
const USAGE: View = View {
    id: "/id",
    columns: &[
        id("id", "/id"),
        text("name", "/name"),
        text("keys", "/keyCount"),
        text("permissions", "/permissionCount"),
        time("updated", "/updatedAt"),
    ],
    wide: &[],
};

/// The verbs of `keyway role`.
#[derive(Subcommand)]
pub enum Role {
    /// List the roles of the workspace
    List {
        /// Only those whose id, name or description contains this
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        rows: Rows,
    },
    /// Show a role and its permissions
    Get {
        /// The role, by id or name
        role: String,
    },
    /// Create a role
    Create {
        /// Name, unique in the workspace
        #[arg(long)]
        name: String,
        /// What it is for
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        /// Permission, by slug or id; repeat for more
        #[arg(long, value_name = "SLUG")]
        permission: Vec<String>,
    },
    /// Rename or describe a role
    Update {
        /// The role, by id or name
        role: String,
        /// New name
        #[arg(long)]
        name: Option<String>,
        /// New description; empty for none
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
    },
    /// Delete a role; keys lose it at once
    Delete {
        /// The role, by id or name
        role: String,
    },
    /// Replace the permissions of a role; keys that hold it follow at once
    SetPermissions(SetPermissions),
    /// Tell how many keys hold a role; without one, of every role
    Usage {
        /// Roles, by id or name
        roles: Vec<String>,
        #[command(flatten)]
        rows: Rows,
    },
}

/// `keyway role set-permissions`
#[derive(Args)]
pub struct SetPermissions {
    /// The role, by id or name
    role: String,
    /// Permission of the complete new set, by slug or id; repeat for more
    #[arg(long, value_name = "SLUG", required_unless_present = "none")]
    permission: Vec<String>,
    /// No permission at all
    #[arg(long, conflicts_with = "permission")]
    none: bool,
}

impl Role {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List { search, rows } => {
                let body = Body::new().maybe("search", search);
                context.list("permissions.listRoles", &body, &rows, &VIEW)
            }
            Self::Get { role } => {
                context.show("permissions.getRole", json!({ "role": role }), &VIEW)
            }
            Self::Create { name, description, permission } => {
                let body = Body::new()
                    .set("name", name)
                    .maybe("description", description)
                    .list("permissions", &permission);
                context.show("permissions.createRole", body, &CREATED)
            }
            Self::Update { role, name, description } => {
                let description = description.map(|text| (!text.is_empty()).then_some(text));
                let body = Body::new().maybe("name", name).maybe("description", description);
                if body.is_empty() {
                    return Err(Failure::usage("Nothing to change was given.")
                        .fix("see `keyway role update --help` for what can be changed"));
                }
                let body = body.set("role", &role);
                context.change("permissions.updateRole", body, &role, "updated")
            }
            Self::Delete { role } => {
                let what = format!("{role} is deleted, and keys that hold it lose it at once.");
                context.ask.name(&what, || name_of(context, &role))?;
                let body = json!({ "role": role });
                context.change("permissions.deleteRole", body, &role, "deleted")
            }
            Self::SetPermissions(SetPermissions { role, permission, none: _ }) => {
                let body = json!({ "roleId": role, "permissions": permission });
                let envelope = context.call("permissions.setRolePermissions", body)?;
                context.output.rows(&envelope, &super::permission::VIEW, true)?;
                Ok(Exit::Done)
            }
            Self::Usage { roles, rows } => Kind::Roles.show(context, &roles, &rows, &USAGE),
        }
    }
}

fn name_of(context: &Context, role: &str) -> Result<String, Failure> {
    let envelope = context.call("permissions.getRole", json!({ "role": role }))?;
    Ok(envelope.pointer("/data/name").and_then(Value::as_str).unwrap_or(role).to_owned())
}
