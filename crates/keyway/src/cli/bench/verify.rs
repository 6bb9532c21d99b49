//! `keyway bench verify`

use std::rc::Rc;

use clap::Args;

use super::super::context::Context;
use super::super::exit::{Failure, Outcome};
use super::flags::{Choice, Load, Record, Target};
use super::load::shared;
use super::report::Report;
use super::run::{self, Run, VALID, VERIFY};
use super::session::Session;
use super::source::{Pick, Verify as Verifications};
use super::stage::Stage;

/// `keyway bench verify`
#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    load: Load,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    record: Record,
}

impl Verify {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let Self { target, load, choice, record } = self;
        run::command(context, &target, &record, async |session, stage| {
            measure(session, stage, &load, &choice).await
        })
    }
}

/// Measures verifications of keys that are in use.
pub async fn measure(
    session: &Session<'_>,
    made: &mut Stage,
    load: &Load,
    choice: &Choice,
) -> Result<Report, Failure> {
    let keys = run::keys_there(session, choice);
    let in_use = choice.in_use(keys);
    let stage = run::keys_in_use(session, made, keys, in_use).await?;
    let mut pool = session.pool(load.concurrency);
    let memory = || session.server.process.and_then(super::process::Process::memory);
    let before = memory();
    run::touch(session, &mut pool, &stage, in_use).await?;
    let after = memory();

    let pick = Pick::new(load.seed, in_use, choice.hot);
    let source = shared(Verifications::new(session.template(VERIFY), Rc::clone(&stage), pick));
    let run = Run { bench: "verify", name: VERIFY, expected: &[VALID], source: &source, load };
    let (report, _) = run.report(session, &mut pool).await?;
    let mut report = report.load("keys", keys).of_choice(in_use, choice.hot);
    if let Some((before, after)) = before.zip(after) {
        let grown = after.resident.saturating_sub(before.resident);
        report.fact("rssPerWarmKey", grown / in_use as u64);
    }
    if let Some(size) = session.server.database_size() {
        report.fact("databaseBytes", size);
    }
    Ok(report)
}
