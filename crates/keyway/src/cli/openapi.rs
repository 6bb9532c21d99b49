//! `keyway openapi`

use clap::{Args, ValueEnum};

use super::context::Context;
use super::exit::{Exit, Outcome};
use super::{output, yaml};

/// Prints the bundled OpenAPI document, without a server.
#[derive(Args)]
pub struct Openapi {
    /// Form of the document
    #[arg(long, value_enum, default_value = "json")]
    format: Form,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Json,
    Yaml,
}

impl Openapi {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let document = keyway_http::openapi::document();
        let text = match (&context.output.jq, self.format) {
            (Some(jq), _) => jq.run(&document)?,
            (None, Form::Yaml) if context.output.format != output::Format::Json => {
                yaml::document(&document)
            }
            (None, _) => output::document(&document),
        };
        output::print(&text)?;
        Ok(Exit::Done)
    }
}
