//! `keyway bench cold`

use std::rc::Rc;
use std::time::Duration;

use clap::Args;

use super::super::context::Context;
use super::super::exit::{Failure, Outcome};
use super::flags::{Load, Record, Target, many, rate};
use super::load::{Pace, shared};
use super::report::{Figures, Report};
use super::rounds;
use super::run::{self, VALID, VERIFY};
use super::session::Session;
use super::source::{Pick, Verify};
use super::stage::Stage;

/// How long warming up may use up keys that are cold.
const WARMUP: Duration = Duration::from_millis(500);
/// More keys are not needed in any time that people wait for.
const MOST: usize = 500_000;

/// `keyway bench cold`
#[derive(Args)]
pub struct Cold {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    load: Load,
    /// Keys to create, each of which is asked for at most once
    #[arg(long, value_name = "N", default_value = "20k", value_parser = many, help_heading = "Load")]
    keys: usize,
    /// Rate at which latency is measured
    #[arg(long, value_name = "RATE", default_value = "1k/s", value_parser = rate, help_heading = "Load")]
    cold_rate: f64,
    #[command(flatten)]
    record: Record,
}

impl Cold {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let Self { target, load, keys, cold_rate, record } = self;
        run::command(context, &target, &record, async |session, stage| {
            measure(session, stage, &load, keys, cold_rate).await
        })
    }
}

/// Measures first verifications: at a steady rate, and then as many as the server answers.
pub async fn measure(
    session: &mut Session<'_>,
    made: &mut Stage,
    load: &Load,
    keys: usize,
    rate: f64,
) -> Result<Report, Failure> {
    let all = session.manifest.as_ref().map_or(keys, |manifest| manifest.keys);
    let count = all.min(MOST);
    let stage = run::keys_in_use(session, made, all, count).await?;
    if session.server.is_private() {
        session.say("Starting the server again, so that nothing is warm.");
        session.server.restart(&session.stop).await?;
    } else {
        session.say("note: what a running server knows of the keys already is not cold.");
    }
    let mut pool = session.pool(load.concurrency);
    let once = Verify::new(session.template(VERIFY), Rc::clone(&stage), Pick::once(count));
    let source = shared(once);
    let pace = Pace::Open(rate);
    // A quarter of the keys is left for the full rate.
    #[expect(clippy::cast_precision_loss, reason = "a number of keys is below 2^53")]
    let enough = Duration::from_secs_f64(count as f64 * 0.75 / rate).saturating_sub(WARMUP);
    let time = load.duration.min(enough * 2);
    let warmup = load.warmup.min(WARMUP);
    let measured = rounds::measure(session, &mut pool, &source, pace, warmup, time).await?;
    session.say("Measuring cold keys at full rate.");
    let full = rounds::slice(session, &mut pool, &source, Pace::Closed, load.duration / 3).await?;

    let mut report = Report::new(session, "cold", load.seed)
        .of_load(load)
        .load("pace", format!("open loop at {rate}/s"))
        .load("keys", all)
        .measured(VERIFY, &measured, pace, &[VALID]);
    report.beside("fullRate", Figures::of("at full rate", &full, Pace::Closed), &[VALID]);
    if let Some(size) = session.server.database_size() {
        report.fact("databaseBytes", size);
    }
    Ok(report)
}
