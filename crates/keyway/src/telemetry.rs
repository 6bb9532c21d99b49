//! The log: lines on standard error, for people or for programs.

use std::io::IsTerminal as _;

use tracing::Level;
use tracing_subscriber::EnvFilter;

use crate::settings::LogFormat;

/// Starts the log of the process. Only the first call in a process does anything.
pub fn start(level: Level, format: LogFormat) {
    let is_terminal = std::io::stderr().is_terminal();
    let as_text = match format {
        LogFormat::Auto => is_terminal,
        LogFormat::Text => true,
        LogFormat::Json => false,
    };
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter(level))
        .with_writer(std::io::stderr)
        .with_ansi(is_terminal);
    let started =
        if as_text { lines.try_init() } else { lines.json().flatten_event(true).try_init() };
    if started.is_ok() {
        log_panics();
    }
}

/// Our own crates at `level`; others only if they warn, or tell all at `trace`.
fn filter(level: Level) -> EnvFilter {
    let others = match level {
        Level::TRACE => Level::DEBUG,
        Level::ERROR => Level::ERROR,
        _ => Level::WARN,
    };
    let ours = ["keyway", "keyway_http", "keyway_ops", "keyway_backends", "keyway_core"];
    let directives = ours.iter().map(|name| format!(",{name}={level}"));
    EnvFilter::new(others.to_string() + &directives.collect::<String>())
}

/// A panic becomes a line of the log like any other, with its place.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let text = panic.payload_as_str().unwrap_or("without a message");
        tracing::error!(place, "A part of the program panicked: {text}");
    }));
}
