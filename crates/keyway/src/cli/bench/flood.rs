//! `keyway bench flood` and `keyway bench unknown`: what warm keys feel of somebody else's flood.

use std::rc::Rc;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::super::context::Context;
use super::super::exit::{Exit, Failure, Outcome};
use super::flags::{Choice, Load, Record, Target};
use super::http::liveness;
use super::limit;
use super::load::{Crowd, Pace, shared};
use super::process::Process;
use super::report::{Figures, Report, rounded};
use super::rounds;
use super::run::{self, PASSED, VALID, VERIFY};
use super::session::Session;
use super::source::{Limit, Pick, Same, Unknown, Verify};
use super::stage::{Stage, Wanted};
use super::tally::Tally;
use super::turn::First;

/// Rounds of each flood.
const ROUNDS: u32 = 5;
/// Connections of a flood. With a request on its way on each of them it takes all that two
/// processors have left; more of them only make the queue longer.
pub const CONNECTIONS: usize = 16;

/// What floods the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Keys that look right and were never issued
    Unknown,
    /// One key, again and again
    HotKey,
    /// One limit, again and again
    HotLimit,
    /// Bodies just below the largest that the server takes
    LargeBody,
}

/// `keyway bench flood`
#[derive(Args)]
pub struct Flood {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    load: Load,
    #[command(flatten)]
    choice: Choice,
    /// What floods the server; repeat for more [default: each kind in turn]
    #[arg(long, value_enum, value_name = "KIND", help_heading = "Load")]
    kind: Vec<Kind>,
    /// Connections of the flood
    #[arg(long, value_name = "N", default_value_t = CONNECTIONS, value_parser = super::flags::many, help_heading = "Load")]
    flood_concurrency: usize,
    #[command(flatten)]
    record: Record,
}

/// `keyway bench unknown`
#[derive(Args)]
pub struct UnknownKeys {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    load: Load,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    record: Record,
}

impl Flood {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let Self { target, load, choice, kind, flood_concurrency, record } = self;
        let kinds = if kind.is_empty() { Kind::value_variants().to_vec() } else { kind };
        run::command(context, &target, &record, async |session, stage| {
            measure(session, stage, &load, &choice, &kinds, flood_concurrency).await
        })
    }
}

impl UnknownKeys {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let Self { target, load, choice, record } = self;
        run::command(context, &target, &record, async |session, stage| {
            measure(session, stage, &load, &choice, &[Kind::Unknown], CONNECTIONS).await
        })
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown keys",
            Self::HotKey => "one hot key",
            Self::HotLimit => "one hot limit",
            Self::LargeBody => "large bodies",
        }
    }

    /// The names of the flood's own figures and of those of the warm keys in it.
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Unknown => ("unknown", "warmDuringUnknown"),
            Self::HotKey => ("hotKey", "warmDuringHotKey"),
            Self::HotLimit => ("hotLimit", "warmDuringHotLimit"),
            Self::LargeBody => ("largeBody", "warmDuringLargeBody"),
        }
    }

    fn expected(self) -> &'static [&'static str] {
        match self {
            Self::Unknown => &["200 NOT_FOUND"],
            Self::HotKey => &[VALID],
            Self::HotLimit => &[PASSED],
            Self::LargeBody => &["400 invalid_input"],
        }
    }

    fn crowd(self, session: &Session<'_>, stage: &Stage, seed: u64, size: usize) -> Crowd {
        let verify = || session.template(VERIFY);
        match self {
            Self::Unknown => session.crowd(size, Unknown::new(verify(), seed)),
            Self::HotKey => session.crowd(size, Same::key(&verify(), stage)),
            Self::HotLimit => {
                let template = session.template(limit::NAME);
                let pick = Pick::new(seed, 1, false);
                session.crowd(size, Limit::new(template, &stage.namespace, pick))
            }
            Self::LargeBody => session.crowd(size, Same::large(&verify())),
        }
    }
}

/// Measures warm keys at half load: alone, beside a flood of liveness requests, beside each flood.
pub async fn measure(
    session: &Session<'_>,
    made: &mut Stage,
    load: &Load,
    choice: &Choice,
    kinds: &[Kind],
    size: usize,
) -> Result<Report, Failure> {
    let keys = run::keys_there(session, choice);
    let in_use = choice.in_use(keys);
    let made_keys = if session.manifest.is_some() { 0 } else { keys };
    made.make(session, Wanted { keys: made_keys, namespace: true, credits: None }).await?;
    let lent = made.lent();
    let step = (keys / in_use).max(1);
    let mut stage =
        Stage::of_seed(session, (0..in_use).map(|index| (index * step) as u64)).unwrap_or_default();
    if session.manifest.is_some() {
        stage.namespace.clone_from(&lent.namespace);
    } else {
        stage = lent;
    }
    let stage = Rc::new(stage);

    let mut pool = session.pool(load.concurrency);
    run::touch(session, &mut pool, &stage, in_use).await?;
    let pick = Pick::new(load.seed, in_use, choice.hot);
    let warm = shared(Verify::new(session.template(VERIFY), Rc::clone(&stage), pick));
    session.say("Measuring the rate of warm keys.");
    rounds::slice(session, &mut pool, &warm, Pace::Closed, load.warmup / 2).await?;
    let full = rounds::slice(session, &mut pool, &warm, Pace::Closed, load.warmup).await?;
    let half = Pace::Open((full.tally.rate() / 2.0).max(1.0));

    let mut report = Report::new(session, "flood", load.seed)
        .of_load(load)
        .load("keys", keys)
        .of_choice(in_use, choice.hot);
    report.bench = if kinds == [Kind::Unknown] { "unknown" } else { "flood" };
    report.beside(
        "warmFullRate",
        Figures::of("warm keys, full rate", &full, Pace::Closed),
        &[VALID],
    );

    // Every kind gets its share of the time, and so does each of its three slices.
    let count = u32::try_from(kinds.len()).unwrap_or(1).max(1);
    let part = load.duration / count / ROUNDS / 3;
    for kind in kinds {
        let flood = kind.crowd(session, &stage, load.seed, size);
        let alive = session.crowd(size, Same::from(liveness(&session.server.host)));
        session.say(&format!("Measuring beside a flood: {}.", kind.name()));
        let before = session.server.process.and_then(Process::memory);
        let (mut alone, mut calm, mut wild) = (Sum::new(), Sum::new(), Sum::new());
        let mut progress = session.context.progress(ROUNDS as usize);
        for _ in 0..ROUNDS {
            let slice = rounds::slice(session, &mut pool, &warm, half, part).await?;
            alone.add(&slice.tally, None, slice.cpu);
            for (sum, crowd) in [(&mut calm, &alive), (&mut wild, &flood)] {
                let _turn = First::of_thread();
                let both = async { tokio::join!(pool.drive(&warm, half, part), crowd.drive(part)) };
                let ((one, other), cpu) = rounds::costed(session, part, both).await?;
                let other = other.map_err(|err| {
                    Failure::new(Exit::Failed, "The flood cannot be driven.").because(err)
                })?;
                sum.add(&one, Some(&other), cpu);
            }
            progress.step(1, 0);
        }
        progress.end();
        let after = session.server.process.and_then(Process::memory);

        let warm_cost = alone.cost();
        let (flood_key, warm_key) = kind.keys();
        let name = kind.name();
        report.beside(
            "warmAlone",
            Figures::new("warm keys alone", &alone.warm, warm_cost, half),
            &[VALID],
        );
        let figures = Figures::new("warm keys beside liveness", &calm.warm, None, half);
        report.beside("warmDuringLiveness", figures, &[VALID]);
        let figures = Figures::new(
            "a flood of liveness",
            &calm.flood,
            calm.flood_cost(warm_cost),
            Pace::Closed,
        );
        report.beside("liveness", figures, &["200"]);
        let figures = Figures::new(&format!("warm keys beside {name}"), &wild.warm, None, half);
        report.beside(warm_key, figures, &[VALID]);
        let figures = Figures::new(
            &format!("a flood of {name}"),
            &wild.flood,
            wild.flood_cost(warm_cost),
            Pace::Closed,
        );
        report.beside(flood_key, figures, kind.expected());
        if let (Some(before), Some(after)) = (before, after) {
            report.fact(&format!("{flood_key}RssBefore"), before.resident);
            report.fact(&format!("{flood_key}RssAfter"), after.resident);
            report.fact(&format!("{flood_key}RssPeak"), after.peak);
        }
        if let (Some(calm), Some(wild)) = (calm.flood_cost(warm_cost), wild.flood_cost(warm_cost)) {
            let ratio = calm.as_secs_f64() / wild.as_secs_f64();
            report.fact(&format!("{flood_key}Ratio"), rounded(ratio));
        }
    }
    report.remember_memory(session);
    Ok(report)
}

/// The slices of one kind.
struct Sum {
    warm: Tally,
    flood: Tally,
    cpu: Option<Duration>,
}

impl Sum {
    fn new() -> Self {
        Self { warm: Tally::new(), flood: Tally::new(), cpu: Some(Duration::ZERO) }
    }

    fn add(&mut self, warm: &Tally, flood: Option<&Tally>, cpu: Option<Duration>) {
        self.warm.add(warm);
        if let Some(flood) = flood {
            self.flood.add(flood);
        }
        self.cpu = self.cpu.zip(cpu).map(|(sum, more)| sum + more);
    }

    /// CPU time of a warm request, where there was no flood.
    fn cost(&self) -> Option<Duration> {
        rounds::per_request(self.cpu?, self.warm.requests())
    }

    /// CPU time of a request of the flood: what is left when the warm ones are taken away.
    fn flood_cost(&self, warm: Option<Duration>) -> Option<Duration> {
        let warm = warm?.mul_f64(f64::from(u32::try_from(self.warm.requests()).ok()?));
        rounds::per_request(self.cpu?.checked_sub(warm)?, self.flood.requests())
    }
}
