//! What most measurements do: make the keys, warm up, measure in rounds, report.

use std::rc::Rc;
use std::time::Duration;

use super::super::context::Context;
use super::super::exit::{Failure, Outcome};
use super::flags::{Choice, Load, Record, Target};
use super::load::{Pace, Pool, Shared};
use super::report::{Figures, Report};
use super::rounds::{self, Measured};
use super::session::{self, Session};
use super::source::{Pick, Verify};
use super::stage::{Stage, Wanted};
use super::tally::Tally;

/// The operation that most is about.
pub const VERIFY: &str = "keys.verifyKey";
/// The answer to a key that may do what is asked.
pub const VALID: &str = "200 VALID";
/// The answer of a limit that lets a request pass.
pub const PASSED: &str = "200 PASSED";

/// After this long a server has begun to store what it notes of uses.
const NOTED: Duration = Duration::from_secs(11);
/// Longer than this nobody waits for it.
const SETTLED: Duration = Duration::from_mins(2);

/// Runs a measurement: `work` makes what it needs on the stage, which is taken away in any case.
pub fn command(
    context: &Context,
    target: &Target,
    record: &Record,
    work: impl AsyncFnOnce(&mut Session<'_>, &mut Stage) -> Result<Report, Failure>,
) -> Outcome {
    session::run(async |stop| {
        let mut session = Session::open(context, target, stop).await?;
        let report = staged(&mut session, work).await?;
        session::conclude(context, record, &report)
    })
}

/// Does `work` on a stage of its own.
pub async fn staged<T>(
    session: &mut Session<'_>,
    work: impl AsyncFnOnce(&mut Session<'_>, &mut Stage) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut stage = Stage::default();
    let done = work(session, &mut stage).await;
    stage.remove(session).await;
    session.stop.check()?;
    done
}

/// The keys that are asked for: new ones, or those of a directory that was filled before.
pub async fn keys_in_use(
    session: &Session<'_>,
    made: &mut Stage,
    keys: usize,
    in_use: usize,
) -> Result<Rc<Stage>, Failure> {
    let step = (keys / in_use.max(1)).max(1);
    let indexes = (0..in_use).map(|index| (index * step) as u64);
    if let Some(stage) = Stage::of_seed(session, indexes) {
        return Ok(Rc::new(stage));
    }
    made.make(session, Wanted { keys, ..Wanted::default() }).await?;
    Ok(Rc::new(made.lent()))
}

/// How many keys there are to choose from.
pub fn keys_there(session: &Session<'_>, choice: &Choice) -> usize {
    session.manifest.as_ref().map_or(choice.keys, |manifest| manifest.keys)
}

/// Asks for each key in use once, so that all of them are warm.
pub async fn touch(
    session: &Session<'_>,
    pool: &mut Pool,
    stage: &Rc<Stage>,
    in_use: usize,
) -> Result<Tally, Failure> {
    let many = 10_000 < in_use;
    if many {
        session.say(&format!("Asking for each of {in_use} keys once."));
    }
    let once = Verify::new(session.template(VERIFY), Rc::clone(stage), Pick::once(in_use));
    let tally = pool.drive(&super::load::shared(once), Pace::Closed, Duration::from_hours(1)).await;
    session.stop.check()?;
    session.server.shorten_log();
    if many {
        session.say("Waiting until the server has stored what it noted of that.");
        rounds::rest(session, NOTED, SETTLED).await?;
    }
    Ok(tally)
}

/// An operation, measured in rounds, and at half its rate if that is wanted.
pub struct Run<'a> {
    /// Which measurement.
    pub bench: &'static str,
    /// The operation.
    pub name: &'static str,
    /// The right answers.
    pub expected: &'static [&'static str],
    /// Where requests come from.
    pub source: &'a Shared,
    /// How much load.
    pub load: &'a Load,
}

impl Run<'_> {
    /// Measures and reports.
    pub async fn report(
        &self,
        session: &Session<'_>,
        pool: &mut Pool,
    ) -> Result<(Report, Measured), Failure> {
        let Self { bench, name, expected, source, load } = self;
        let pace = load.pace();
        let measured =
            rounds::measure(session, pool, source, pace, load.warmup, load.duration).await?;
        let rate = measured.operation.tally.rate();
        let half = if load.half_load && 2.0 <= rate {
            Some(self.half(session, pool, rate / 2.0).await?)
        } else {
            None
        };
        let mut report = Report::new(session, bench, load.seed)
            .of_load(load)
            .measured(name, &measured, pace, expected);
        if let Some(half) = half {
            report.beside("halfLoad", half, expected);
        }
        Ok((report, measured))
    }

    async fn half(
        &self,
        session: &Session<'_>,
        pool: &mut Pool,
        rate: f64,
    ) -> Result<Figures, Failure> {
        let pace = Pace::Open(rate);
        session.say("Measuring at half the rate.");
        rounds::slice(session, pool, self.source, pace, self.load.warmup / 10).await?;
        let part = rounds::slice(session, pool, self.source, pace, self.load.duration / 3).await?;
        Ok(Figures::of("at half the rate", &part, pace))
    }
}
