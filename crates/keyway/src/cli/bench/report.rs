//! The result of a measurement: one shape for JSON, and a text for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::load::Pace;
use super::process::hardware;
use super::rounds::{Measured, Part, median};
use super::session::Session;
use super::tally::Tally;

/// The result of a measurement. Latencies and CPU times are microseconds, sizes bytes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Which measurement.
    pub bench: &'static str,
    version: &'static str,
    commit: &'static str,
    optimised: bool,
    /// Unix milliseconds.
    date: i64,
    hardware: String,
    target: Target,
    /// The seed of all choices.
    pub seed: u64,
    /// What was asked for.
    pub load: Map<String, Value>,
    /// The operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<Figures>,
    /// `GET /v2/liveness` in the same minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveness: Option<Figures>,
    /// CPU time of liveness by that of the operation: the median of the rounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    /// The same of all that the server did during the rounds, also between the slices, with
    /// liveness as it was before the operation was used at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio_whole: Option<f64>,
    /// Each round.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<RoundFigures>,
    /// Measurements beside the main one, by their names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub also: BTreeMap<&'static str, Figures>,
    /// Numbers of this measurement alone.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub facts: Map<String, Value>,
    memory: Option<MemoryFigures>,
    /// What was not as it should be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub surprises: Vec<String>,
    #[serde(skip)]
    histogram: Vec<(f64, u64)>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    kind: &'static str,
    host: String,
    file_system: Option<String>,
}

#[derive(Serialize)]
struct MemoryFigures {
    rss: u64,
    peak: u64,
}

/// What came of one kind of request.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// Its name.
    pub name: String,
    /// How many were answered.
    pub requests: u64,
    /// How many a second.
    pub rps: f64,
    /// How many a second were planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_rps: Option<f64>,
    /// CPU time of the server per request.
    pub cpu: Option<f64>,
    /// How long they took.
    pub latency: Latency,
    /// How often each answer was given.
    pub answers: BTreeMap<String, u64>,
    /// How often there was none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub failures: BTreeMap<String, u64>,
    /// How many were planned and not sent.
    #[serde(skip_serializing_if = "is_zero")]
    pub unsent: u64,
}

/// Quantiles of a latency.
#[derive(Clone, Copy, Serialize)]
pub struct Latency {
    pub p50: f64,
    pub p90: f64,
    pub p99: f64,
    pub p999: f64,
    pub max: f64,
}

/// One round.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoundFigures {
    ratio: Option<f64>,
    operation_cpu: Option<f64>,
    liveness_cpu: Option<f64>,
    operation_rps: f64,
    liveness_rps: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Figures {
    /// Of a tally and what it cost.
    pub fn new(name: &str, tally: &Tally, cost: Option<Duration>, pace: Pace) -> Self {
        Self {
            name: name.to_owned(),
            requests: tally.requests(),
            rps: rounded(tally.rate()),
            planned_rps: match pace {
                Pace::Closed => None,
                Pace::Open(rate) => Some(rounded(rate)),
            },
            cpu: cost.map(|cost| rounded(cost.as_secs_f64() * 1e6)),
            latency: Latency {
                p50: rounded(tally.at(0.5)),
                p90: rounded(tally.at(0.9)),
                p99: rounded(tally.at(0.99)),
                p999: rounded(tally.at(0.999)),
                max: rounded(tally.max()),
            },
            answers: tally.answers(),
            failures: tally.failures().clone(),
            unsent: tally.unsent,
        }
    }

    /// Of a part of a measurement.
    pub fn of(name: &str, part: &Part, pace: Pace) -> Self {
        Self::new(name, &part.tally, part.cost(), pace)
    }

    /// What was answered otherwise than expected, or not at all.
    pub fn surprises(&self, expected: &[&str]) -> Vec<String> {
        let name = &self.name;
        let others = self.answers.iter().filter(|(answer, _)| !expected.contains(&answer.as_str()));
        let others = others
            .map(|(answer, count)| format!("{name} was answered {count} times with {answer}."));
        let failures = self.failures.iter();
        let failures =
            failures.map(|(what, count)| format!("{name} failed {count} times: {what}."));
        let unsent = (0 < self.unsent)
            .then(|| format!("{} requests of {name} were planned and not sent.", self.unsent));
        let mut all: Vec<String> = others.chain(failures).chain(unsent).collect();
        if self.requests == 0 {
            all.push(format!("{name} was never answered."));
        }
        all
    }
}

impl Report {
    /// An empty result of a session.
    pub fn new(session: &Session<'_>, bench: &'static str, seed: u64) -> Self {
        let is_private = session.server.is_private();
        let mut report = Self {
            bench,
            version: env!("CARGO_PKG_VERSION"),
            commit: option_env!("KEYWAY_COMMIT").unwrap_or("unknown"),
            optimised: !cfg!(debug_assertions),
            date: session.context.now,
            hardware: hardware(),
            target: Target {
                kind: if is_private { "embedded" } else { "url" },
                host: session.server.host.clone(),
                file_system: session.server.file_system(),
            },
            seed,
            load: Map::new(),
            operation: None,
            liveness: None,
            ratio: None,
            ratio_whole: None,
            rounds: Vec::new(),
            also: BTreeMap::new(),
            facts: Map::new(),
            memory: None,
            surprises: Vec::new(),
            histogram: Vec::new(),
        };
        report.remember_memory(session);
        report
    }

    /// Adds what was measured in rounds.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a count of requests is below 2^53")]
    pub fn measured(
        mut self,
        name: &str,
        measured: &Measured,
        pace: Pace,
        expected: &[&str],
    ) -> Self {
        let micros = |cost: Option<Duration>| cost.map(|cost| rounded(cost.as_secs_f64() * 1e6));
        let operation = Figures::of(name, &measured.operation, pace);
        self.surprises.extend(operation.surprises(expected));
        let liveness = Figures::of("GET /v2/liveness", &measured.liveness, pace);
        self.surprises.extend(liveness.surprises(&["200"]));
        self.ratio =
            median(measured.rounds.iter().filter_map(super::rounds::Round::ratio).collect())
                .map(rounded);
        self.ratio_whole = measured.calm.zip(measured.whole).and_then(|(calm, whole)| {
            let alive = calm.as_secs_f64() * measured.liveness.tally.requests() as f64;
            let cost = (whole.as_secs_f64() - alive) / measured.operation.tally.requests() as f64;
            Some(rounded(calm.as_secs_f64() / cost)).filter(|ratio| ratio.is_finite())
        });
        self.rounds = measured
            .rounds
            .iter()
            .map(|round| RoundFigures {
                ratio: round.ratio().map(rounded),
                operation_cpu: micros(round.operation_cpu),
                liveness_cpu: micros(round.liveness_cpu),
                operation_rps: rounded(round.operation_rate),
                liveness_rps: rounded(round.liveness_rate),
            })
            .collect();
        self.histogram = histogram(&measured.operation.tally);
        self.operation = Some(operation);
        self.liveness = Some(liveness);
        self
    }

    /// The result as people read it.
    pub fn text(&self) -> String {
        let mut text = format!(
            "keyway bench {} · version {} · {} server{} · seed {}\n{}\n",
            self.bench,
            self.version,
            self.target.kind,
            self.target.file_system.as_ref().map_or(String::new(), |kind| format!(" on {kind}")),
            self.seed,
            self.hardware,
        );
        if !self.optimised {
            text += "This program was built without optimisation: its numbers mean nothing.\n";
        }
        if !self.load.is_empty() {
            let load = self.load.iter().map(|(name, value)| format!("{name} {}", bare(value)));
            text += &format!("{}\n", load.collect::<Vec<_>>().join(", "));
        }
        let rows: Vec<&Figures> =
            self.operation.iter().chain(&self.liveness).chain(self.also.values()).collect();
        if !rows.is_empty() {
            let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
            let _ = writeln!(
                text,
                "\n{:width$}  {:>11}  {:>10} {:>10} {:>10} {:>10} {:>10}  {:>11}",
                "", "requests/s", "p50", "p90", "p99", "p99.9", "max", "CPU/request",
            );
            for row in rows {
                let Latency { p50, p90, p99, p999, max } = row.latency;
                let [p50, p90, p99, p999, max] = [p50, p90, p99, p999, max].map(time);
                let cpu = row.cpu.map_or_else(|| "?".to_owned(), time);
                let _ = writeln!(
                    text,
                    "{:width$}  {:>11}  {p50:>10} {p90:>10} {p99:>10} {p999:>10} {max:>10}  {cpu:>11}",
                    row.name,
                    grouped(row.rps),
                );
            }
        }
        if let Some(ratio) = self.ratio {
            let all: Vec<f64> = self.rounds.iter().filter_map(|round| round.ratio).collect();
            let (low, high) = all
                .iter()
                .fold((f64::MAX, f64::MIN), |(low, high), one| (low.min(*one), high.max(*one)));
            let whole = self.ratio_whole.map_or_else(String::new, |whole| {
                format!("; with all that happens between the slices {whole:.2}")
            });
            let _ = writeln!(
                text,
                "\nratio by CPU time {ratio:.2} (median of {} rounds from {low:.2} to {high:.2}{whole})",
                all.len()
            );
        }
        if !self.histogram.is_empty() {
            text += "\n";
            let most = self.histogram.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
            let all: u64 = self.histogram.iter().map(|(_, count)| *count).sum();
            for (upper, count) in &self.histogram {
                let bar = usize::try_from(count * 40 / most).unwrap_or(0);
                let _ = writeln!(
                    text,
                    "{:>12}  {:40} {:5.1} %",
                    format!("< {}", time(*upper)),
                    "#".repeat(bar),
                    percent(*count, all)
                );
            }
        }
        let answers = self.operation.iter().chain(self.also.values()).flat_map(|row| {
            row.answers
                .iter()
                .chain(&row.failures)
                .map(|(answer, count)| format!("\n  {}: {answer} × {count}", row.name))
        });
        let answers: String = answers.collect();
        if !answers.is_empty() {
            text += &format!("\nanswers{answers}\n");
        }
        for (name, value) in &self.facts {
            text += &format!("{name}: {}\n", bare(value));
        }
        if let Some(memory) = &self.memory {
            text += &format!("memory: {} now, {} at most\n", size(memory.rss), size(memory.peak));
        }
        text
    }

    /// Adds a line of the head.
    #[must_use]
    pub fn load(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.load.insert(name.to_owned(), value.into());
        self
    }

    /// The seed, the connections and the pace of a load.
    #[must_use]
    pub fn of_load(mut self, load: &super::flags::Load) -> Self {
        self.load.insert("connections".to_owned(), load.concurrency.into());
        let pace = match load.pace() {
            Pace::Closed => "closed loop".into(),
            Pace::Open(rate) => format!("open loop at {}/s", grouped(rate)).into(),
        };
        self.load.insert("pace".to_owned(), pace);
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.load.insert("durationMs".to_owned(), milliseconds(load.duration).into());
        self.load.insert("warmupMs".to_owned(), milliseconds(load.warmup).into());
        self
    }

    /// How many keys or identifiers are in use, and how they are chosen.
    #[must_use]
    pub fn of_choice(self, in_use: usize, hot: bool) -> Self {
        self.load("inUse", in_use).load("choice", if hot { "hot" } else { "uniform" })
    }

    /// How many requests got no answer.
    pub fn unanswered(&self) -> u64 {
        let all = self.operation.iter().chain(self.also.values());
        all.flat_map(|figures| figures.failures.values()).sum()
    }

    /// Takes the memory of the server as it is now.
    pub fn remember_memory(&mut self, session: &Session<'_>) {
        self.memory = session.server.process.and_then(|process| {
            let memory = process.memory()?;
            Some(MemoryFigures { rss: memory.resident, peak: memory.peak })
        });
    }

    /// Adds another measurement and what was not as expected in it.
    pub fn beside(&mut self, key: &'static str, figures: Figures, expected: &[&str]) {
        self.surprises.extend(figures.surprises(expected));
        self.also.insert(key, figures);
    }

    /// Adds a number of this measurement.
    pub fn fact(&mut self, name: &str, value: impl Into<Value>) {
        self.facts.insert(name.to_owned(), value.into());
    }
}

/// Latencies in steps of a factor of two, the thin ends cut off.
fn histogram(tally: &Tally) -> Vec<(f64, u64)> {
    let mut steps: Vec<(f64, u64)> = Vec::new();
    let mut from = 0;
    let mut upper: u64 = 16_000;
    while from <= tally.latency.max() && steps.len() < 32 {
        let count = if from < upper { tally.latency.count_between(from, upper - 1) } else { 0 };
        #[expect(clippy::cast_precision_loss, reason = "the steps are round numbers")]
        steps.push((upper as f64 / 1000.0, count));
        (from, upper) = (upper, upper * 2);
    }
    let all = tally.requests();
    let thick = |(_, count): &(f64, u64)| all < count * 1000;
    let first = steps.iter().position(thick).unwrap_or(0);
    let last = steps.iter().rposition(thick).map_or(0, |last| last + 1);
    steps.get(first..last).unwrap_or_default().to_vec()
}

#[expect(clippy::cast_precision_loss, reason = "a share needs few digits")]
fn percent(part: u64, all: u64) -> f64 {
    part as f64 * 100.0 / all.max(1) as f64
}

/// Four significant digits are more than any of this is exact to.
pub fn rounded(number: f64) -> f64 {
    if number == 0.0 || !number.is_finite() {
        return 0.0;
    }
    let scale = 10_f64.powf(3.0 - number.abs().log10().floor());
    if 1.0 <= scale { (number * scale).round() / scale } else { number.round() }
}

/// Microseconds for people.
pub fn time(microseconds: f64) -> String {
    if microseconds < 1000.0 {
        format!("{microseconds:.1} µs")
    } else if microseconds < 1_000_000.0 {
        format!("{:.2} ms", microseconds / 1000.0)
    } else {
        format!("{:.2} s", microseconds / 1_000_000.0)
    }
}

/// Bytes for people.
#[expect(clippy::cast_precision_loss, reason = "a size needs few digits")]
pub fn size(bytes: u64) -> String {
    let bytes = bytes as f64;
    if bytes < 1024.0 * 1024.0 {
        format!("{:.0} KiB", bytes / 1024.0)
    } else if bytes < 1024.0 * 1024.0 * 1024.0 {
        format!("{:.1} MiB", bytes / 1024.0 / 1024.0)
    } else {
        format!("{:.2} GiB", bytes / 1024.0 / 1024.0 / 1024.0)
    }
}

/// A whole number with its thousands apart.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rates are positive and far below the limits"
)]
pub fn grouped(number: f64) -> String {
    let digits = (number.round() as u64).to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if 0 < index && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "rounding gives exactly these")]
    fn numbers_are_written_for_people() {
        assert_eq!(grouped(1_234_567.4), "1 234 567");
        assert_eq!(grouped(12.0), "12");
        assert_eq!(time(12.34), "12.3 µs");
        assert_eq!(time(12_340.0), "12.34 ms");
        assert_eq!(size(3 << 20), "3.0 MiB");
        assert_eq!(rounded(0.812_345), 0.8123);
        assert_eq!(rounded(123_456.7), 123_457.0);
        assert_eq!(rounded(f64::NAN), 0.0);
    }
}
