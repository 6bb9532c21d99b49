//! `keyway audit`

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::context::{Context, Rows};
use super::exit::{Exit, Failure, Outcome};
use super::progress::UNKNOWN;
use super::time::When;
use super::values::Body;
use super::view::{View, id, text, time};
use crate::wiring::{self, AuditVerify};

const EXPORT: &str = "auditLogs.exportAuditLogs";
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
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        rows: Rows,
    },
    /// Write what was changed into a file, newest first; the log tells that this was done
    Export {
        #[command(flatten)]
        filter: Filter,
        /// Rows for a spreadsheet, or one JSON document a line
        #[arg(long, value_name = "FORMAT", default_value = "ndjson")]
        format: FileFormat,
        /// File to write [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
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

/// Which entries.
#[derive(Args)]
pub struct Filter {
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
}

impl Filter {
    fn body(self, now: i64) -> Body {
        let list = |one: Option<String>| one.map(|one| vec![one]);
        let resolve = |when: Option<When>| when.and_then(|when| when.resolve(now));
        Body::new()
            .maybe("events", list(self.event))
            .maybe("actorIds", list(self.actor))
            .maybe("targetIds", list(self.target))
            .maybe("from", resolve(self.since))
            .maybe("to", resolve(self.until))
    }
}

/// The form of an exported log.
#[derive(Clone, Copy, ValueEnum)]
pub enum FileFormat {
    /// Rows for a spreadsheet, in which no cell is a formula
    Csv,
    /// One JSON document a line
    Ndjson,
}

impl Audit {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List { filter, rows } => {
                let body = filter.body(context.now);
                context.list("auditLogs.listAuditLogs", &body, &rows, &VIEW)
            }
            Self::Export { filter, format, out } => {
                let name = match format {
                    FileFormat::Csv => "csv",
                    FileFormat::Ndjson => "ndjson",
                };
                export(context, filter.body(context.now).set("format", name), out.as_deref())
            }
            Self::Verify { data_dir, database_url } => {
                verify(context, AuditVerify { data_dir, database_url, export: None })
            }
        }
    }
}

fn export(context: &Context, body: Body, out: Option<&Path>) -> Outcome {
    let Some(out) = out else {
        let mut stdout = std::io::stdout().lock();
        context.download(EXPORT, body, |piece| {
            stdout.write_all(piece).map_err(|err| unwritten("Standard output", &err))
        })?;
        return Ok(Exit::Done);
    };
    // The file has its name only when it is whole.
    let part = out.with_added_extension("part");
    let shown = part.display().to_string();
    let mut file = File::create(&part).map_err(|err| unwritten(&shown, &err))?;
    let mut progress = context.progress(UNKNOWN);
    let mut lines = 0;
    let result = context.download(EXPORT, body, |piece| {
        let more = piece.split(|byte| *byte == b'\n').count() - 1;
        lines += more;
        progress.step(more, 0);
        file.write_all(piece).map_err(|err| unwritten(&shown, &err))
    });
    progress.end();
    if result.is_err() {
        // What is left of it is told by the failure anyway.
        let _ = std::fs::remove_file(&part);
    }
    result?;
    file.sync_all()
        .and_then(|()| std::fs::rename(&part, out))
        .map_err(|err| unwritten(&shown, &err))?;
    context.output.note(&format!("{lines} lines were written to {}.", out.display()));
    Ok(Exit::Done)
}

fn unwritten(what: &str, err: &std::io::Error) -> Failure {
    Failure::new(Exit::Config, format!("{what} cannot be written.")).because(err)
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
