//! How each row of the table is measured.

use std::rc::Rc;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::super::context::Context;
use super::super::super::exit::Failure;
use super::super::flags::{Choice, Load, Target};
use super::super::flood::{self, CONNECTIONS, Kind};
use super::super::load::{Pace, shared};
use super::super::process::Process;
use super::super::report::{Figures, Report, grouped, rounded, size, time};
use super::super::rounds::{self, liveness_source, median};
use super::super::run::{self, VERIFY, staged};
use super::super::session::Session;
use super::super::source::{Pick, Verify};
use super::super::stage::Stage;
use super::super::stop::Stop;
use super::super::watch::{now, pause};
use super::super::{cold, create, credits, limit, verify};
use super::{Line, Row};

/// How many keys are in use where it isn't said.
const IN_USE: usize = 200;
/// How many keys a small store has.
const SMALL: usize = 10_000;
/// How often a start is measured.
const STARTS: usize = 7;
/// The rate at which cold keys are asked for.
const COLD_RATE: f64 = 1000.0;
/// How many rounds two stores are compared in.
const ROUNDS: u32 = 9;

/// What all rows are measured with.
pub struct Bench<'a> {
    /// The command's surroundings.
    pub context: &'a Context,
    /// Whether to end early.
    pub stop: &'a Stop,
    /// An empty server.
    pub small: Target,
    /// A server on a large store.
    pub large: Option<Target>,
    /// How long a row is measured.
    pub duration: Duration,
    /// How long it is warmed up.
    pub warmup: Duration,
    /// Choices are the same for the same seed.
    pub seed: u64,
}

impl Bench<'_> {
    fn load(&self) -> Load {
        Load::closed(self.duration, self.warmup, self.seed)
    }

    async fn session(&self, target: &Target) -> Result<Session<'_>, Failure> {
        Session::open(self.context, target, self.stop).await
    }

    async fn large(&self) -> Result<Session<'_>, Failure> {
        let target = self.large.as_ref().ok_or_else(|| Failure::usage("No large store."))?;
        self.session(target).await
    }

    /// Measures a row.
    pub async fn row(&self, row: Row) -> Result<Line, Failure> {
        match row {
            Row::Warm => self.warm().await,
            Row::Limit => self.limit().await,
            Row::Credits => self.credits().await,
            Row::Unknown => self.unknown().await,
            Row::Create => self.create().await,
            Row::Idle => self.idle().await,
            Row::Start => self.start().await,
            Row::Cold => self.cold().await,
            Row::Uniform => self.uniform().await,
            Row::Size => self.size().await,
        }
    }

    async fn warm(&self) -> Result<Line, Failure> {
        let mut session = self.session(&self.small).await?;
        let (load, choice) = (self.load().with_half_load(), Choice::some(IN_USE, IN_USE));
        let report = staged(&mut session, async |session, stage| {
            verify::measure(session, stage, &load, &choice).await
        })
        .await?;
        let half = report.also.get("halfLoad");
        let half = half.map_or_else(String::new, |half| {
            format!("; p99 at half load {}", time(half.latency.p99))
        });
        let result = format!("{}{half}", ratio(&report));
        let what = "warm `keys.verifyKey`, permission query and one auto-applied limit, 200 keys";
        Ok(line(what, "ratio ≥ 0.80; p99 ≤ 1 ms at half load", result, &report))
    }

    async fn uniform(&self) -> Result<Line, Failure> {
        let mut session = self.large().await?;
        let load = self.load();
        let report = staged(&mut session, async |session, stage| {
            verify::measure(session, stage, &load, &Choice::every()).await
        })
        .await?;
        let keys = report.load.get("keys").map_or(0.0, |keys| keys.as_f64().unwrap_or(0.0));
        let bytes = report
            .facts
            .get("rssPerWarmKey")
            .map_or_else(String::new, |bytes| format!("; {bytes} resident bytes per warm key"));
        let what = format!("the same, {} warm keys in uniform use", grouped(keys));
        let result = format!("{}{bytes}", ratio(&report));
        Ok(line(&what, "ratio ≥ 0.60; ≤ 700 resident bytes per warm key", result, &report))
    }

    async fn limit(&self) -> Result<Line, Failure> {
        let mut session = self.session(&self.small).await?;
        let (load, choice) = (self.load(), Choice::some(SMALL, IN_USE));
        let report = staged(&mut session, async |session, stage| {
            limit::measure(session, stage, &load, &choice).await
        })
        .await?;
        Ok(line("`ratelimit.limit`, 200 identifiers", "ratio ≥ 0.80", ratio(&report), &report))
    }

    async fn credits(&self) -> Result<Line, Failure> {
        let mut session = self.session(&self.small).await?;
        let (load, choice) = (self.load(), Choice::some(IN_USE, IN_USE));
        let report = staged(&mut session, async |session, stage| {
            credits::measure(session, stage, &load, &choice).await
        })
        .await?;
        let rps = report.operation.as_ref().map_or(0.0, |operation| operation.rps);
        let exact = if report.surprises.is_empty() { "every balance exact" } else { "NOT EXACT" };
        let result = format!("{}; {} spends/s, {exact}", ratio(&report), grouped(rps));
        let what = "verify with credits, every answer durable (SQLite, synchronous=FULL)";
        Ok(line(what, "ratio ≥ 0.30 and ≥ 20 000 spends/s at 64 connections", result, &report))
    }

    async fn cold(&self) -> Result<Line, Failure> {
        let mut session = self.large().await?;
        let load = self.load();
        let report = staged(&mut session, async |session, stage| {
            cold::measure(session, stage, &load, SMALL, COLD_RATE).await
        })
        .await?;
        let p99 = report.operation.as_ref().map_or(0.0, |operation| operation.latency.p99);
        let full = report.also.get("fullRate").map_or_else(String::new, |full| {
            format!("; at full rate {}/s, p99 {}", grouped(full.rps), time(full.latency.p99))
        });
        let result = format!("p99 {} at {}/s{full}", time(p99), grouped(COLD_RATE));
        Ok(line("cold verify (not cached)", "p99 ≤ 3 ms, embedded", result, &report))
    }

    async fn unknown(&self) -> Result<Line, Failure> {
        let mut session = self.session(&self.small).await?;
        let (load, choice) = (self.load(), Choice::some(IN_USE, IN_USE));
        let report = staged(&mut session, async |session, stage| {
            flood::measure(session, stage, &load, &choice, &[Kind::Unknown], CONNECTIONS).await
        })
        .await?;
        let p99 = |key: &str| {
            report.also.get(key).map_or_else(|| "?".to_owned(), |row| time(row.latency.p99))
        };
        let bytes = |key: &str| {
            let bytes = report.facts.get(key).and_then(Value::as_u64);
            bytes.map_or_else(|| "?".to_owned(), size)
        };
        let result = format!(
            "warm p99 at half load: alone {}, beside a flood of liveness {}, beside unknown keys \
             {}; memory {} before, {} after",
            p99("warmAlone"),
            p99("warmDuringLiveness"),
            p99("warmDuringUnknown"),
            bytes("unknownRssBefore"),
            bytes("unknownRssAfter"),
        );
        let bar = "warm keys not slowed by more than the requests displace; memory bounded";
        let flood = report.also.get("unknown").cloned();
        let mut line = line("unknown keys at full rate", bar, result, &report);
        if let Some(flood) = flood {
            (line.rps, line.p99) = (Some(flood.rps), Some(flood.latency.p99));
        }
        Ok(line)
    }

    /// Two servers at once, whose slices take turns.
    async fn size(&self) -> Result<Line, Failure> {
        let mut small = self.session(&self.small).await?;
        let large = self.large().await?;
        let many = large.manifest.as_ref().map_or(0, |manifest| manifest.keys);
        staged(&mut small, async |small, stage| {
            let mut sides = [
                Side::new(small, stage, SMALL, self.seed).await?,
                Side::new(&large, &mut Stage::default(), many, self.seed).await?,
            ];
            let part = self.duration / ROUNDS / 2;
            for side in &mut sides {
                side.round(self.warmup / 2).await?;
                side.ratios.clear();
            }
            for _ in 0..ROUNDS {
                for side in &mut sides {
                    side.round(part).await?;
                }
            }
            let [small, large] = sides;
            let changes =
                small.ratios.iter().zip(&large.ratios).map(|(small, large)| large / small);
            let change = median(changes.collect()).unwrap_or(0.0);
            let middle = |ratios: &[f64]| median(ratios.to_vec()).map_or(0.0, rounded);
            let (few, lots) = (middle(&small.ratios), middle(&large.ratios));
            #[expect(clippy::cast_precision_loss, reason = "a number of keys is below 2^53")]
            let what = format!(
                "{} keys in the store, {IN_USE} in use, beside {} keys",
                grouped(many as f64),
                grouped(SMALL as f64)
            );
            let result = format!(
                "ratio {lots:.2} beside {few:.2}: {:+.1} % (median of {ROUNDS} rounds)",
                (change - 1.0) * 100.0
            );
            let report = json!({ "small": small.ratios, "large": large.ratios });
            let line = Line { what, bar: "ratio within 5 %", result, rps: None, p99: None, report };
            Ok(line)
        })
        .await
    }

    async fn start(&self) -> Result<Line, Failure> {
        let mut session = self.large().await?;
        let keys = session.manifest.as_ref().map_or(1, |manifest| manifest.keys);
        let mut times = Vec::new();
        for number in 0..STARTS {
            let index = (number * keys / STARTS) as u64;
            let stage = Stage::of_seed(&session, std::iter::once(index));
            let stage = Rc::new(stage.unwrap_or_default());
            let start = session.server.restart(self.stop).await?;
            let once = Verify::new(session.template(VERIFY), Rc::clone(&stage), Pick::once(1));
            let mut pool = session.pool(1);
            let tally = pool.drive(&shared(once), Pace::Closed, Duration::from_mins(1)).await;
            let figures = Figures::new(VERIFY, &tally, None, Pace::Closed);
            if let Some(surprise) = figures.surprises(&[run::VALID]).first() {
                return Err(Failure::new(super::Exit::Failed, surprise));
            }
            times.push((now() - start).as_secs_f64() * 1000.0);
        }
        let list = times.iter().map(|time| rounded(*time)).collect::<Vec<f64>>();
        let worst = times.iter().copied().fold(0.0, f64::max);
        let middle = median(times).unwrap_or(0.0);
        #[expect(clippy::cast_precision_loss, reason = "a number of keys is below 2^53")]
        let what = format!("start to first verdict, {} keys in the store", grouped(keys as f64));
        Ok(Line {
            what,
            bar: "≤ 300 ms",
            result: format!("{middle:.0} ms (median of {STARTS}; {worst:.0} ms at most)"),
            rps: None,
            p99: None,
            report: json!({ "milliseconds": list }),
        })
    }

    async fn create(&self) -> Result<Line, Failure> {
        let mut session = self.session(&self.small).await?;
        let load = self.load();
        let report = staged(&mut session, async |session, stage| {
            create::measure(session, stage, &load, false).await
        })
        .await?;
        let short = Load::closed(self.duration / 2, self.warmup / 2, self.seed);
        let full = staged(&mut session, async |session, stage| {
            create::measure(session, stage, &short, true).await
        })
        .await?;
        let rps = |report: &Report| {
            report.operation.as_ref().map_or_else(|| "?".to_owned(), |row| grouped(row.rps))
        };
        let result = format!(
            "{}/s; {}/s with an owner, a role, a permission and a limit",
            rps(&report),
            rps(&full)
        );
        let what =
            "`keys.createKey`, embedded, 64 connections, each committed with its audit entry";
        Ok(line(what, "≥ 2 000/s", result, &report))
    }

    async fn idle(&self) -> Result<Line, Failure> {
        let session = self.session(&self.small).await?;
        pause(Duration::from_secs(1)).await;
        let memory = session.server.process.and_then(Process::memory);
        let program = match &self.small.server {
            Some(program) => Some(program.clone()),
            None => std::env::current_exe().ok(),
        };
        let bytes = program.and_then(|path| std::fs::metadata(path).ok()).map(|file| file.len());
        let shown = |bytes: Option<u64>| bytes.map_or_else(|| "?".to_owned(), size);
        let resident = memory.map(|memory| memory.resident);
        Ok(Line {
            what: "binary / idle memory".to_owned(),
            bar: "≤ 40 MiB / ≤ 40 MiB",
            result: format!("{} / {}", shown(bytes), shown(resident)),
            rps: None,
            p99: None,
            report: json!({ "binaryBytes": bytes, "rss": resident }),
        })
    }
}

/// A server with keys in use, for rounds that take turns with another.
struct Side<'a> {
    session: &'a Session<'a>,
    pool: super::super::load::Pool,
    source: super::super::load::Shared,
    alive: super::super::load::Shared,
    ratios: Vec<f64>,
}

impl<'a> Side<'a> {
    async fn new(
        session: &'a Session<'a>,
        made: &mut Stage,
        keys: usize,
        seed: u64,
    ) -> Result<Self, Failure> {
        let stage = run::keys_in_use(session, made, keys, IN_USE.min(keys)).await?;
        let mut pool = session.pool(64);
        run::touch(session, &mut pool, &stage, IN_USE.min(keys)).await?;
        let pick = Pick::new(seed, IN_USE.min(keys), false);
        let source = shared(Verify::new(session.template(VERIFY), stage, pick));
        let alive = liveness_source(session);
        Ok(Self { session, pool, source, alive, ratios: Vec::new() })
    }

    async fn round(&mut self, part: Duration) -> Result<(), Failure> {
        let pool = &mut self.pool;
        let one = rounds::slice(self.session, pool, &self.source, Pace::Closed, part).await?;
        let other = rounds::slice(self.session, pool, &self.alive, Pace::Closed, part).await?;
        if let (Some(operation), Some(liveness)) = (one.cost(), other.cost()) {
            self.ratios.push(liveness.as_secs_f64() / operation.as_secs_f64());
        }
        Ok(())
    }
}

fn ratio(report: &Report) -> String {
    let whole = report.ratio_whole.map_or_else(String::new, |whole| format!(" (whole {whole:.2})"));
    report.ratio.map_or_else(|| "ratio ?".to_owned(), |ratio| format!("ratio {ratio:.2}{whole}"))
}

fn line(what: &str, bar: &'static str, mut result: String, report: &Report) -> Line {
    if let Some(surprise) = report.surprises.first() {
        result += &format!("; WRONG: {surprise}");
    }
    Line {
        what: what.to_owned(),
        bar,
        result,
        rps: report.operation.as_ref().map(|row| row.rps),
        p99: report.operation.as_ref().map(|row| row.latency.p99),
        report: json!(report),
    }
}
