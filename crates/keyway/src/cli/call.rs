//! `keyway call`: every operation by its name, also one that this program does not know.

use clap::Args;
use serde_json::{Value, json};

use super::context::Context;
use super::exit::{Exit, Failure, Outcome};
use super::prompt::Ask;
use super::{output, values, view};

/// Calls an operation.
#[derive(Args)]
pub struct Call {
    /// Name of the operation, for example keys.getKey
    operation: String,
    /// The request: JSON, @FILE, or - for standard input [default: {}]
    #[arg(short, long, value_name = "JSON", allow_hyphen_values = true)]
    data: Option<String>,
    /// Print the body of the answer as received
    #[arg(long)]
    raw: bool,
    /// Print the status and the headers of the answer first
    #[arg(short, long)]
    include: bool,
}

impl Call {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let named = |c: char| c.is_ascii_alphanumeric() || c == '.';
        if !self.operation.contains('.') || !self.operation.chars().all(named) {
            return Err(Failure::usage(format!("{} is no operation.", self.operation))
                .fix("operations are named GROUP.OPERATION, for example keys.getKey"));
        }
        let body = self.body(context)?;
        if !self.raw && !self.include {
            return match context.call(&self.operation, body)? {
                envelope if envelope["data"].is_array() => {
                    context.output.rows(&envelope, &view::ANY, true)
                }
                envelope => context.output.object(&envelope, &view::ANY),
            }
            .map(|()| Exit::Done);
        }
        let client = context.client()?;
        let reply = client.send(&self.operation, &body)?;
        let mut text = String::new();
        if self.include {
            text = format!("HTTP {}\n", reply.status);
            for (name, value) in &reply.headers {
                text += &format!("{name}: {value}\n");
            }
            text.push('\n');
        }
        text += &String::from_utf8_lossy(&reply.body);
        if !text.ends_with('\n') {
            text.push('\n');
        }
        output::print(&text)?;
        Ok(if reply.status < 300 { Exit::Done } else { Exit::of_status(reply.status) })
    }

    fn body(&self, context: &Context) -> Result<Value, Failure> {
        match self.data.as_deref() {
            None => Ok(json!({})),
            Some("-") if context.stdin_is_taken() => {
                Err(Failure::usage("Standard input already holds the root key.")
                    .fix("give the request with -d @FILE"))
            }
            Some("-") => {
                let quiet = Ask { terminal: false, yes: false };
                values::json_argument("--data", &quiet.secret("request", Some("-"), None)?)
            }
            Some(text) => values::json_argument("--data", text),
        }
    }
}
