//! What every client command uses: the client, the output, the questions, the time.

use std::cell::OnceCell;
use std::path::Path;

use clap::Args;
use keyway_core::time::Clock;
use serde_json::{Value, json};

use super::Global;
use super::client::Client;
use super::connection::Connection;
use super::exit::{Exit, Failure, Outcome};
use super::interrupt::Interrupt;
use super::output::{Format, Output};
use super::progress::Progress;
use super::prompt::Ask;
use super::values::{self, Body};
use super::view::View;
use crate::settings::environment;

/// The largest page that the server gives.
pub const PAGE: usize = 100;

/// How much of a list is wanted.
#[derive(Args, Clone)]
pub struct Rows {
    /// Every row, page by page
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// At most this many rows [default: 100]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Goes on where an earlier call ended
    #[arg(long)]
    cursor: Option<String>,
}

/// The surroundings of a client command.
pub struct Context {
    /// Where results go.
    pub output: Output,
    /// How to ask.
    pub ask: Ask,
    /// Unix milliseconds at the start of the command.
    pub now: i64,
    global: Global,
    client: OnceCell<Client>,
}

impl Context {
    /// Nothing is read or connected before the first call.
    pub fn new(global: Global, output: Output) -> Self {
        let no_input = global.no_input || environment("KEYWAY_NO_INPUT").is_some();
        let ask = Ask { terminal: !no_input && Ask::at_terminal(), yes: global.yes };
        Self { output, ask, now: Clock::System.now().0, global, client: OnceCell::new() }
    }

    /// The client, with a root key.
    pub fn client(&self) -> Result<&Client, Failure> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let connection = Connection::resolve(&self.global, &environment)?;
        let verbose = 0 < self.output.verbose;
        let bodies = self.global.debug_http || 1 < self.output.verbose;
        let client = Client::new(connection, verbose, bodies)?;
        client.require_root_key()?;
        Ok(self.client.get_or_init(|| client))
    }

    /// Which server and which root key the flags, the environment and the profile name.
    pub fn connection(&self) -> Result<Connection, Failure> {
        Connection::resolve(&self.global, &environment)
    }

    /// Whether a flag names a server.
    pub fn names_a_server(&self) -> bool {
        self.global.url.is_some() || self.global.profile.is_some()
    }

    /// The progress of work on so many things.
    pub fn progress(&self, total: usize) -> Progress {
        Progress::start(self.global.progress, Clock::System, total)
    }

    /// The contents of a file, or of standard input for `-`.
    pub fn input(&self, flag: &str, path: &str) -> Result<String, Failure> {
        if path != "-" {
            return values::read_file(Path::new(path));
        }
        if self.stdin_is_taken() {
            return Err(Failure::usage("Standard input already holds the root key.")
                .fix(format!("give a file with {flag} PATH")));
        }
        std::io::read_to_string(std::io::stdin()).map_err(|err| {
            Failure::new(Exit::Config, "Standard input cannot be read.").because(err)
        })
    }

    /// Whether standard input is taken by `--root-key-stdin`.
    pub fn stdin_is_taken(&self) -> bool {
        self.global.root_key_stdin
    }

    /// Calls an operation and returns the envelope.
    pub fn call(&self, operation: &str, body: impl Into<Value>) -> Result<Value, Failure> {
        let client = self.client()?;
        client.call(operation, &body.into()).map_err(|failure| with_grant(client, failure))
    }

    /// Calls an operation that answers with a file, and gives its bytes to `write` as they come.
    pub fn download(
        &self,
        operation: &str,
        body: impl Into<Value>,
        write: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let client = self.client()?;
        client
            .download(operation, &body.into(), write)
            .map_err(|failure| with_grant(client, failure))
    }

    /// Calls an operation and shows its data.
    pub fn show(&self, operation: &str, body: impl Into<Value>, view: &View) -> Outcome {
        let envelope = self.call(operation, body)?;
        self.output.object(&envelope, view)?;
        Ok(Exit::Done)
    }

    /// Calls an operation that has nothing to show, and says that `id` was treated.
    pub fn change(&self, operation: &str, body: impl Into<Value>, id: &str, done: &str) -> Outcome {
        let envelope = self.call(operation, body)?;
        self.changed(&envelope, id, done)
    }

    /// Shows the answer of a change: a note for people, the id alone with `-o id`.
    pub fn changed(&self, envelope: &Value, id: &str, done: &str) -> Outcome {
        if self.output.for_programs() {
            self.output.object(envelope, &super::view::ANY)?;
        } else if self.output.is(Format::Id) {
            super::output::print(&format!("{id}\n"))?;
        } else {
            self.output.note(&format!("{id} {done}."));
        }
        Ok(Exit::Done)
    }

    /// Shows a list, page by page.
    pub fn list(&self, operation: &str, body: &Body, rows: &Rows, view: &View) -> Outcome {
        self.list_where(operation, body, rows, view, |_| true)
    }

    /// Shows those items of a list that `keep` accepts.
    pub fn list_where(
        &self,
        operation: &str,
        body: &Body,
        rows: &Rows,
        view: &View,
        keep: impl Fn(&Value) -> bool,
    ) -> Outcome {
        self.list_as(operation, body, rows, view, |mut envelope| {
            if let Some(items) = envelope.get_mut("data").and_then(Value::as_array_mut) {
                items.retain(&keep);
            }
            Ok(envelope)
        })
    }

    /// Shows a list of which every page goes through `treat` first.
    pub fn list_as(
        &self,
        operation: &str,
        body: &Body,
        rows: &Rows,
        view: &View,
        treat: impl Fn(Value) -> Result<Value, Failure>,
    ) -> Outcome {
        let every = rows.all || self.output.format == Format::Jsonl && rows.limit.is_none();
        let wanted = match rows.limit {
            _ if every => usize::MAX,
            Some(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
            None => PAGE,
        };
        let interrupt = (PAGE < wanted).then(Interrupt::watch);
        let mut cursor = rows.cursor.clone();
        let mut whole: Option<Value> = None;
        let (mut shown, mut first) = (0, true);
        loop {
            // A page must not hold more than is wanted, or the cursor would skip rows.
            let size = PAGE.min(wanted - shown);
            let request = body.clone().set("limit", size).maybe("cursor", cursor.take());
            let envelope = treat(self.call(operation, request)?)?;
            shown += envelope["data"].as_array().map_or(0, Vec::len);
            cursor = envelope
                .pointer("/pagination/cursor")
                .and_then(Value::as_str)
                .map(ToOwned::to_owned);
            if self.output.streams() {
                self.output.rows(&envelope, view, first)?;
            } else {
                whole = Some(match whole {
                    None => envelope,
                    Some(whole) => joined(whole, envelope),
                });
            }
            first = false;
            let interrupted = interrupt.as_ref().is_some_and(Interrupt::seen);
            if cursor.is_none() || wanted <= shown || interrupted {
                if let Some(whole) = &whole {
                    self.output.rows(whole, view, true)?;
                }
                if let Some(cursor) = cursor {
                    super::output::note(&format!("more: --all or --cursor {cursor}"));
                }
                return Ok(if interrupted { Exit::Interrupted } else { Exit::Done });
            }
        }
    }
}

/// Adds the command that grants what is missing.
fn with_grant(client: &Client, failure: Failure) -> Failure {
    if !failure.is("unkey/authorization/insufficient_permissions") {
        return failure;
    }
    let Some(permission) = narrowest(failure.missing()) else {
        return failure.fix(
            "use a root key of the workspace and the environment that this belongs to; \
             `keyway root-key whoami` shows which this one has",
        );
    };
    let id = client
        .call("rootKeys.whoami", &json!({}))
        .ok()
        .and_then(|own| own.pointer("/data/keyId")?.as_str().map(ToOwned::to_owned))
        .unwrap_or_else(|| "ROOT_KEY_ID".to_owned());
    let fix = format!(
        "with a root key that may do this, run: keyway root-key update {id} --add '{permission}'"
    );
    failure.fix(fix)
}

/// Of permissions of which each suffices, the one that grants least.
fn narrowest(permissions: &[String]) -> Option<&String> {
    permissions.iter().find(|permission| !permission.contains(".*.")).or(permissions.first())
}

/// Two pages of one list as one.
fn joined(mut whole: Value, mut page: Value) -> Value {
    let rows = page["data"].take();
    if let (Some(all), Value::Array(rows)) = (whole["data"].as_array_mut(), rows) {
        all.extend(rows);
    }
    whole["pagination"] = page["pagination"].take();
    whole
}
