//! `keyway master-key`

use clap::Subcommand;
use keyway_core::id::Entropy;
use keyway_core::vault::MasterKey as Sealing;
use serde_json::json;

use super::context::Context;
use super::exit::{Exit, Outcome};

/// The verbs of `keyway master-key`.
#[derive(Subcommand)]
pub enum MasterKey {
    /// Make up a master key: 32 random bytes in base 64
    Generate,
}

impl MasterKey {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        let Self::Generate = self;
        let text = Sealing::generate(&Entropy::System);
        context.output.local(&json!({ "masterKey": text }), &format!("{text}\n"))?;
        context.output.note(
            "Keep it apart from backups, and give it to the server as KEYWAY_MASTER_KEY or in the \
             file that KEYWAY_MASTER_KEY_FILE names. Without it, recoverable keys cannot be shown.",
        );
        Ok(Exit::Done)
    }
}
