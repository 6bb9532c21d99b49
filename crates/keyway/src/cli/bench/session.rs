//! A measurement from its start to its end: the server, the connections, what is left behind.

use std::path::PathBuf;

use serde_json::{Value, json};
use tokio::task::LocalSet;

use super::super::context::Context;
use super::super::exit::{Exit, Failure, Outcome};
use super::flags::{Record, Target};
use super::http::{Connection, Template};
use super::load::{Crowd, Pool, Source};
use super::manifest::Manifest;
use super::report::Report;
use super::server::{self, Options, Server};
use super::stop::Stop;

/// Everything that a measurement works with.
pub struct Session<'a> {
    /// The command's surroundings.
    pub context: &'a Context,
    /// The server that is measured.
    pub server: Server,
    /// Whether to end early.
    pub stop: Stop,
    /// What the data directory was filled with, if it was.
    pub manifest: Option<Manifest>,
}

impl Session<'_> {
    /// Connections to the server.
    pub fn pool(&self, size: usize) -> Pool {
        Pool::new(self.server.address, size, self.stop.clone())
    }

    /// Connections that drive load on a thread of their own.
    pub fn crowd(&self, size: usize, source: impl Source + Send + 'static) -> Crowd {
        Crowd::new(self.server.address, size, self.stop.clone(), source)
    }

    /// A connection to the server.
    pub fn connection(&self) -> Connection {
        Connection::new(self.server.address)
    }

    /// Requests for an operation.
    pub fn template(&self, operation: &str) -> Template {
        Template::post(&self.server.host, operation, &self.server.root_key)
    }

    /// Calls an operation and returns the data of its answer.
    pub async fn call(&self, operation: &str, body: &Value) -> Result<Value, Failure> {
        let mut request = Vec::new();
        self.template(operation).write(&mut request, &[&body.to_string()]);
        let mut connection = self.connection();
        let answer = connection.exchange(&request).await.map_err(|err| {
            let text = format!("{operation} got no answer from {}.", self.server.host);
            Failure::new(Exit::Unavailable, text).because(err)
        })?;
        let envelope: Value = serde_json::from_slice(answer.body).unwrap_or_default();
        if answer.status == 200 {
            return Ok(envelope["data"].clone());
        }
        let detail = envelope.pointer("/error/detail").and_then(Value::as_str);
        let text = format!("{operation} was answered with {}.", answer.status);
        Err(Failure::new(Exit::of_status(answer.status), text)
            .because(detail.unwrap_or("the answer tells no more")))
    }

    /// A note for people.
    pub fn say(&self, text: &str) {
        self.context.output.note(text);
    }
}

/// Runs measurements, which are told to end by Ctrl-C and SIGTERM.
pub fn run(work: impl AsyncFnOnce(&Stop) -> Outcome) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|err| Failure::new(Exit::Failed, "No load can be made.").because(err))?;
    LocalSet::new().block_on(&runtime, async {
        let stop = Stop::watch()?;
        let outcome = work(&stop).await;
        stop.check()?;
        outcome
    })
}

impl<'a> Session<'a> {
    /// A measurement of the server that the flags choose.
    pub async fn open(context: &'a Context, target: &Target, stop: &Stop) -> Result<Self, Failure> {
        let embedded = target.is_embedded(context.names_a_server())?;
        let manifest = target.data_dir.as_deref().map(Manifest::read).transpose()?;
        let server = if embedded {
            // The server works in a directory of its own.
            let there = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
            let data_dir = target.data_dir.as_ref().map(there);
            let options = Options {
                filled: data_dir.zip(manifest.as_ref().map(Manifest::root_key)),
                temporary: target.temp_dir.as_ref().map(there),
                program: target.server.as_ref().map(there),
                config: target.server_config.as_ref().map(there),
                log_level: target.server_log.clone(),
            };
            Server::private(options, stop).await?
        } else {
            named(context, target, manifest.as_ref()).await?
        };
        Ok(Self { context, server, stop: stop.clone(), manifest })
    }
}

async fn named(
    context: &Context,
    target: &Target,
    manifest: Option<&Manifest>,
) -> Result<Server, Failure> {
    let connection = context.connection()?;
    let (address, host) = server::resolve(&connection.url).await?;
    if !address.ip().is_loopback() && !context.ask.yes {
        let text = format!("{host} is another machine, which a measurement keeps busy.");
        return Err(Failure::usage(text).fix("confirm with --yes that it may be"));
    }
    let root_key = match (manifest, connection.root_key) {
        (Some(manifest), _) => manifest.root_key(),
        (None, Some(root_key)) => root_key.secret,
        (None, None) => return Err(super::super::connection::no_root_key()),
    };
    Ok(Server::running(address, host, root_key, target.pid))
}

/// Shows and keeps a result, and compares it.
pub fn conclude(context: &Context, record: &Record, report: &Report) -> Outcome {
    let data = json!(report);
    if let Some(path) = &record.out {
        std::fs::write(path, format!("{data:#}\n")).map_err(|err| {
            let text = format!("The result cannot be written to {}.", path.display());
            Failure::new(Exit::Config, text).because(err)
        })?;
    }
    let base = record.compare.as_deref().map(super::compare::read).transpose()?;
    let comparison = base.map(|base| super::compare::compare(&base, &data, &record.fail_if));
    let mut text = report.text();
    let mut shown = data;
    if let Some(comparison) = &comparison {
        text += &comparison.text();
        shown["comparison"] = comparison.json();
    }
    context.output.local(&shown, &text)?;
    for surprise in &report.surprises {
        super::super::output::note(&format!("warning: {surprise}"));
    }
    if comparison.is_some_and(|comparison| comparison.has_failed()) {
        return Ok(Exit::Failed);
    }
    Ok(if report.surprises.is_empty() { Exit::Done } else { Exit::Partly })
}
