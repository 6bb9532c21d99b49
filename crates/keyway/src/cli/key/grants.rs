//! `keyway key roles` and `keyway key permissions`

use clap::{Args, ValueEnum};
use serde_json::json;

use super::super::context::Context;
use super::super::exit::{Exit, Failure, Outcome};
use super::super::{permission, role};

/// What a key holds, and how that changes.
#[derive(Args)]
pub struct Grants {
    /// What to do
    #[arg(value_enum)]
    change: Change,
    /// The key's id
    key_id: String,
    /// Names, slugs or ids
    #[arg(required_unless_present = "none")]
    names: Vec<String>,
    /// With set: nothing at all
    #[arg(long, conflicts_with = "names")]
    none: bool,
}

/// A change of a set.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Change {
    /// Replace all others
    Set,
    /// Add to the others
    Add,
    /// Take away
    Remove,
}

/// Roles or permissions.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Roles.
    Roles,
    /// Permissions that the key holds directly.
    Permissions,
}

impl Grants {
    /// Runs the command.
    pub fn run(self, context: &Context, kind: Kind) -> Outcome {
        if self.none && self.change != Change::Set {
            return Err(Failure::usage("Only set takes --none."));
        }
        let (operation, member, view) = match (kind, self.change) {
            (Kind::Roles, Change::Set) => ("keys.setRoles", "roles", &role::VIEW),
            (Kind::Roles, Change::Add) => ("keys.addRoles", "roles", &role::VIEW),
            (Kind::Roles, Change::Remove) => ("keys.removeRoles", "roles", &role::VIEW),
            (Kind::Permissions, Change::Set) => {
                ("keys.setPermissions", "permissions", &permission::VIEW)
            }
            (Kind::Permissions, Change::Add) => {
                ("keys.addPermissions", "permissions", &permission::VIEW)
            }
            (Kind::Permissions, Change::Remove) => {
                ("keys.removePermissions", "permissions", &permission::VIEW)
            }
        };
        let envelope =
            context.call(operation, json!({ "keyId": self.key_id, member: self.names }))?;
        context.output.rows(&envelope, view, true)?;
        Ok(Exit::Done)
    }
}
