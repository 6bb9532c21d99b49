//! `keyway bench`: load for a server, and what it costs the server to bear it.
#![expect(clippy::struct_field_names, reason = "fields have the names of their flags")]

mod cold;
mod compare;
mod create;
mod credits;
mod flags;
mod flood;
mod http;
mod keys;
mod limit;
mod load;
mod manifest;
mod mixed;
mod process;
mod random;
mod report;
mod rounds;
mod run;
mod seed;
mod server;
mod session;
mod source;
mod stage;
mod stop;
mod table;
mod tally;
mod turn;
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
    /// Checks of rate limits
    Limit(limit::Limit),
    /// Verifications that spend credits, of which every balance is checked
    Credits(credits::Credits),
    /// Several kinds of requests
    Mixed(mixed::Mixed),
    /// First verifications of keys, of which the server knows nothing yet
    Cold(cold::Cold),
    /// Warm keys at half load beside as many unknown keys as the server answers
    Unknown(flood::UnknownKeys),
    /// Warm keys at half load beside floods of several kinds
    Flood(flood::Flood),
    /// New keys
    Create(create::Create),
    /// Fill a data directory with very many keys, for measurements alone
    Seed(seed::Seed),
    /// The standard set, as a table with what we hold ourselves to
    Table(table::Table),
}

impl Bench {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Verify(verify) => verify.run(context),
            Self::Limit(limit) => limit.run(context),
            Self::Credits(credits) => credits.run(context),
            Self::Mixed(mixed) => mixed.run(context),
            Self::Cold(cold) => cold.run(context),
            Self::Unknown(unknown) => unknown.run(context),
            Self::Flood(flood) => flood.run(context),
            Self::Create(create) => create.run(context),
            Self::Seed(seed) => seed.run(context),
            Self::Table(table) => table.run(context),
        }
    }
}
