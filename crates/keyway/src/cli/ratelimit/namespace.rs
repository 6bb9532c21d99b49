//! `keyway ratelimit namespace`

use clap::Subcommand;
use serde_json::json;

use super::super::context::{Context, Rows};
use super::super::exit::Outcome;
use super::super::values::Body;
use super::super::view::{View, id, text, time};

const VIEW: View = View {
    id: "/id",
    columns: &[
        id("id", "/id"),
        text("name", "/name"),
        text("overrides", "/overrideCount"),
        time("created", "/createdAt"),
    ],
    wide: &[],
};
const CREATED: View =
    View { id: "/namespaceId", columns: &[id("namespaceId", "/namespaceId")], wide: &[] };

/// The verbs of `keyway ratelimit namespace`.
#[derive(Subcommand)]
pub enum Namespace {
    /// List the namespaces that the root key may read
    List {
        /// Only those whose name or id contains this
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        rows: Rows,
    },
    /// Create a namespace
    Create {
        /// Name; that of a deleted namespace stays taken
        #[arg(long)]
        name: String,
    },
    /// Rename a namespace; its counters and overrides stay
    Rename {
        /// The namespace, by name or id
        namespace: String,
        /// New name
        name: String,
    },
    /// Delete a namespace; checks in it are refused, and its name stays taken
    Delete {
        /// The namespace, by name or id
        namespace: String,
    },
}

impl Namespace {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List { search, rows } => {
                let body = Body::new().maybe("search", search);
                context.list("ratelimit.listNamespaces", &body, &rows, &VIEW)
            }
            Self::Create { name } => {
                context.show("ratelimit.createNamespace", json!({ "name": name }), &CREATED)
            }
            Self::Rename { namespace, name } => {
                let body = json!({ "namespace": namespace, "name": name });
                context.change("ratelimit.updateNamespace", body, &namespace, "renamed")
            }
            Self::Delete { namespace } => {
                let what = format!(
                    "{namespace} is deleted for good: checks in it are refused from now on."
                );
                context.ask.name(&what, || Ok(namespace.clone()))?;
                let body = json!({ "namespace": namespace });
                context.change("ratelimit.deleteNamespace", body, &namespace, "deleted")
            }
        }
    }
}
