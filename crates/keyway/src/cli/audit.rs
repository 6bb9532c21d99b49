//! `keyway audit`

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use super::context::{Context, Rows};
use super::exit::{Exit, Failure, Outcome};
use super::time::When;
use super::values::Body;
use super::view::{View, id, text, time};
use crate::wiring::{self, AuditVerify};

const VIEW: View = View {
    id: "/id",
    columns: &[
        time("time", "/time"),
        id("id", "/id"),
        text("event", "/event"),
        id("actor", "/actor/id"),
        text("description", "/description"),
    ],
    wide: &[
        text("actor-name", "/actor/name"),
        text("remote-ip", "/remoteIp"),
        id("request", "/requestId"),
    ],
};
const CHAINS: View = View {
    id: "/workspaceId",
    columns: &[
        id("workspace", "/workspaceId"),
        text("entries", "/entries"),
        text("intact", "/intact"),
        text("fault", "/fault"),
    ],
    wide: &[],
};

/// The verbs of `keyway audit`.
#[derive(Subcommand)]
pub enum Audit {
    /// List what was changed, newest first
    List {
        /// Only this event, for example key.create
        #[arg(long)]
        event: Option<String>,
        /// Only what this root key or user did
        #[arg(long, value_name = "ID")]
        actor: Option<String>,
        /// Only what was done to this resource
        #[arg(long, value_name = "ID")]
        target: Option<String>,
        /// Only since this time
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        since: Option<When>,
        /// Only until this time
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        until: Option<When>,
        #[command(flatten)]
        rows: Rows,
    },
    /// Check that no entry of the audit log was changed or removed: exit 0 if so, 10 if not
    Verify {
        /// Directory of the embedded storage [env: KEYWAY_DATA_DIR]
        #[arg(long, value_name = "DIR")]
        data_dir: Option<PathBuf>,
        /// PostgreSQL [env: KEYWAY_DATABASE_URL]
        #[arg(long, value_name = "URL", conflicts_with = "data_dir")]
        database_url: Option<String>,
    },
}

impl Audit {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List { event, actor, target, since, until, rows } => {
                let resolve = |when: Option<When>| when.and_then(|when| when.resolve(context.now));
                let body = Body::new()
                    .maybe("event", event)
                    .maybe("actorId", actor)
                    .maybe("resourceId", target)
                    .maybe("since", resolve(since))
                    .maybe("until", resolve(until));
                context.list("auditLogs.listAuditLogs", &body, &rows, &VIEW)
            }
            Self::Verify { data_dir, database_url } => {
                verify(context, AuditVerify { data_dir, database_url, export: None })
            }
        }
    }
}

fn verify(context: &Context, request: AuditVerify) -> Outcome {
    let chains = wiring::audit_verify(request).map_err(|err| {
        let failure = Failure::new(Exit::Config, "The audit log cannot be read.");
        err.chain().fold(failure, Failure::because)
    })?;
    let intact = chains.iter().all(|chain| chain.fault.is_none());
    let rows: Vec<Value> = chains
        .into_iter()
        .map(|chain| {
            let body = Body::new()
                .set("workspaceId", chain.workspace_id)
                .set("entries", chain.entries)
                .set("intact", chain.fault.is_none())
                .maybe("fault", chain.fault);
            body.into()
        })
        .collect();
    context.output.rows(&json!({ "data": rows }), &CHAINS, true)?;
    Ok(if intact { Exit::Done } else { Exit::No })
}
