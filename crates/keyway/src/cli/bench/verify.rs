//! `keyway bench verify`

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use clap::Args;

use super::super::context::Context;
use super::super::exit::{Failure, Outcome};
use super::flags::{Choice, Load, Record, Target};
use super::load::{Pace, Pool, Shared};
use super::report::{Figures, Report};
use super::rounds;
use super::session::{self, Session};
use super::source::{Pick, Verify as Source};
use super::stage::{Stage, Wanted};

/// The operation.
pub const NAME: &str = "keys.verifyKey";
/// The only answer that is right.
pub const EXPECTED: &[&str] = &["200 VALID"];

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
        session::run(context, &target, async |session| {
            let mut stage = Stage::default();
            let report = measure(session, &mut stage, &load, &choice).await;
            stage.remove(session).await;
            session::conclude(context, &record, &report?)
        })
    }
}

async fn measure(
    session: &Session<'_>,
    made: &mut Stage,
    load: &Load,
    choice: &Choice,
) -> Result<Report, Failure> {
    let keys = session.manifest.as_ref().map_or(choice.keys, |manifest| manifest.keys);
    let in_use = choice.in_use(keys);
    let stage = keys_in_use(session, made, keys, in_use).await?;
    let pick = Pick::new(load.seed, in_use, choice.hot);
    let source =
        Rc::new(RefCell::new(Source::new(session.template(NAME), Rc::clone(&stage), pick)));
    let source: Shared = source;

    let mut pool = session.pool(load.concurrency);
    let before = session.server.process.and_then(|process| process.memory());
    touch(session, &mut pool, &stage, in_use).await?;
    let after = session.server.process.and_then(|process| process.memory());
    let pace = load.pace();
    let measured =
        rounds::measure(session, &mut pool, &source, pace, load.warmup, load.duration).await?;
    let half =
        half_load(session, &mut pool, &source, load, measured.operation.tally.rate()).await?;

    let mut report = Report::new(session, "verify", load.seed)
        .load("keys", keys)
        .load("inUse", in_use)
        .load("choice", if choice.hot { "hot" } else { "uniform" })
        .of_load(load)
        .measured(NAME, &measured, pace, EXPECTED);
    if let Some(half) = half {
        report.beside("halfLoad", half, EXPECTED);
    }
    if let Some((before, after)) = before.zip(after) {
        let grown = after.resident.saturating_sub(before.resident);
        report.fact("rssPerWarmKey", grown / in_use as u64);
    }
    if let Some(size) = session.server.database_size() {
        report.fact("databaseBytes", size);
    }
    Ok(report)
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

/// Asks for each key in use once, so that all of them are warm.
pub async fn touch(
    session: &Session<'_>,
    pool: &mut Pool,
    stage: &Rc<Stage>,
    in_use: usize,
) -> Result<super::tally::Tally, Failure> {
    if 10_000 < in_use {
        session.say(&format!("Asking for each of {in_use} keys once."));
    }
    let once = Source::new(session.template(NAME), Rc::clone(stage), Pick::Once(0, in_use));
    let once: Shared = Rc::new(RefCell::new(once));
    let tally = pool.drive(&once, Pace::Closed, Duration::from_hours(1)).await;
    session.stop.check()?;
    session.server.shorten_log();
    Ok(tally)
}

/// The same load at half the rate that was reached, if that is wanted.
pub async fn half_load(
    session: &Session<'_>,
    pool: &mut Pool,
    source: &Shared,
    load: &Load,
    rate: f64,
) -> Result<Option<Figures>, Failure> {
    if !load.half_load || rate < 2.0 {
        return Ok(None);
    }
    let pace = Pace::Open(rate / 2.0);
    session.say("Measuring at half the rate.");
    rounds::slice(session, pool, source, pace, load.warmup / 10).await?;
    let part = rounds::slice(session, pool, source, pace, load.duration / 3).await?;
    Ok(Some(Figures::of("at half the rate", &part, pace)))
}
