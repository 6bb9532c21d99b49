//! `keyway bench`: load for a server, and what it costs the server to bear it.

mod compare;
mod flags;
mod http;
mod keys;
mod load;
mod manifest;
mod process;
mod random;
mod report;
mod rounds;
mod server;
mod session;
mod source;
mod stage;
mod stop;
mod tally;
mod verify;
mod watch;

use clap::Subcommand;

use super::context::Context;
use super::exit::Outcome;

/// The verbs of `keyway bench`.
#[derive(Subcommand)]
pub enum Bench {
    /// Verifications of keys that are in use
    Verify(verify::Verify),
}

impl Bench {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Verify(verify) => verify.run(context),
        }
    }
}
