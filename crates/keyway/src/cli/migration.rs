//! `keyway migration`: the formats in which imported keys are hashed.

use clap::{Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::json;

use super::context::{Context, Rows};
use super::exit::Outcome;
use super::values::Body;
use super::view::{View, id, text, time};

const VIEW: View = View {
    id: "/id",
    columns: &[
        id("id", "/id"),
        text("name", "/name"),
        text("hash", "/hash"),
        text("imported", "/imported"),
        text("converted", "/converted"),
        time("created", "/createdAt"),
    ],
    wide: &[],
};
const CREATED: View =
    View { id: "/migrationId", columns: &[id("migrationId", "/migrationId")], wide: &[] };

/// The verbs of `keyway migration`.
#[derive(Subcommand)]
pub enum Migration {
    /// List the formats and how many of their keys were used since
    List {
        #[command(flatten)]
        rows: Rows,
    },
    /// Create a format, whose id imports and verifications name
    Create {
        /// Name, unique in the workspace
        #[arg(long)]
        name: String,
        /// How the keys are hashed
        #[arg(long, value_enum, default_value = "sha256")]
        algorithm: Algorithm,
        /// How the hashes are written [default: base64 for sha256, else hex]
        #[arg(long, value_enum)]
        encoding: Option<Encoding>,
    },
    /// Delete a format; imported keys that were never used are not found any more
    Delete {
        /// The migration's id
        migration_id: String,
    },
}

/// How keys are hashed.
#[derive(Clone, Copy, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// SHA-256 of the whole key
    Sha256,
    /// SHA-256 of the long token of keys of the form prefix_short_long
    PrefixedApiKey,
}

/// How hashes are written.
#[derive(Clone, Copy, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Standard base 64
    Base64,
    /// Hexadecimal digits
    Hex,
}

impl Migration {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List { rows } => {
                context.list("migrations.listMigrations", &Body::new(), &rows, &VIEW)
            }
            Self::Create { name, algorithm, encoding } => {
                let hash = Body::new().set("algorithm", algorithm).maybe("encoding", encoding);
                let hash = serde_json::Value::from(hash);
                let body = json!({ "name": name, "hash": hash });
                context.show("migrations.createMigration", body, &CREATED)
            }
            Self::Delete { migration_id } => {
                context.ask.proceed(&format!(
                    "{migration_id} is deleted, and its keys that were never used stop verifying."
                ))?;
                let body = json!({ "migrationId": migration_id });
                context.change("migrations.deleteMigration", body, &migration_id, "deleted")
            }
        }
    }
}
