//! `keyway completion`

use clap::Args;
use clap_complete::Shell;
use serde_json::json;

use super::context::Context;
use super::exit::{Exit, Outcome};
use super::help;

/// Prints the completion script of a shell.
#[derive(Args)]
pub struct Completion {
    /// The shell
    shell: Shell,
}

impl Completion {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut help::command(), "keyway", &mut script);
        let script = String::from_utf8_lossy(&script);
        let shell = self.shell.to_string();
        context.output.local(&json!({ "shell": shell, "script": script }), &script)?;
        Ok(Exit::Done)
    }
}
