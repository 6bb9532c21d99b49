//! `keyway bench limit`

use clap::Args;

use super::super::context::Context;
use super::super::exit::{Failure, Outcome};
use super::flags::{Choice, Load, Record, Target};
use super::load::shared;
use super::report::Report;
use super::run::{self, PASSED, Run};
use super::session::Session;
use super::source::{Limit as Checks, Pick};
use super::stage::{Stage, Wanted};

/// The operation.
pub const NAME: &str = "ratelimit.limit";

/// `keyway bench limit`
#[derive(Args)]
pub struct Limit {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    load: Load,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    record: Record,
}

impl Limit {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let Self { target, load, choice, record } = self;
        run::command(context, &target, &record, async |session, stage| {
            measure(session, stage, &load, &choice).await
        })
    }
}

/// Measures checks of limits.
pub async fn measure(
    session: &Session<'_>,
    made: &mut Stage,
    load: &Load,
    choice: &Choice,
) -> Result<Report, Failure> {
    let in_use = choice.in_use(choice.keys);
    made.make(session, Wanted { namespace: true, ..Wanted::default() }).await?;
    let mut pool = session.pool(load.concurrency);
    let pick = Pick::new(load.seed, in_use, choice.hot);
    let source = shared(Checks::new(session.template(NAME), &made.namespace, pick));
    let run = Run { bench: "limit", name: NAME, expected: &[PASSED], source: &source, load };
    let (report, _) = run.report(session, &mut pool).await?;
    Ok(report.load("identifiers", choice.keys).of_choice(in_use, choice.hot))
}
