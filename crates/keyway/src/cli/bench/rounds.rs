//! An operation and `GET /v2/liveness` in turns.
//!
//! What a machine does beside the measurement changes from second to second. Slices of the
//! operation and of the simplest request that the server answers follow each other so closely
//! that a disturbance meets both, and the ratio of their costs holds where the costs don't.

use std::time::Duration;

use super::super::exit::Failure;
use super::http::liveness;
use super::load::{Pace, Pool, Shared, shared};
use super::process::{CpuTime, Process};
use super::session::Session;
use super::source::Same;
use super::tally::Tally;
use super::watch::pause;

/// The fewest rounds of which a median says something.
const FEWEST: u32 = 5;
/// How long a round should be: a slice of each.
const ROUND: Duration = Duration::from_secs(2);
/// How long the server may still work on a slice that is over.
const SETTLE: Duration = Duration::from_secs(2);
/// How often it is asked whether it has come to rest.
const LOOK: Duration = Duration::from_millis(10);

/// Both, measured in turns.
pub struct Measured {
    /// What came of the operation.
    pub operation: Part,
    /// What came of liveness.
    pub liveness: Part,
    /// Each round by itself.
    pub rounds: Vec<Round>,
    /// What liveness cost before the operation was used for the first time.
    pub calm: Option<Duration>,
    /// CPU time of all rounds, also between the slices.
    pub whole: Option<Duration>,
}

/// All slices of one kind.
pub struct Part {
    /// What was answered.
    pub tally: Tally,
    /// What it cost the server.
    pub cpu: Option<Duration>,
}

/// One round.
pub struct Round {
    /// CPU time of the operation, per request.
    pub operation_cpu: Option<Duration>,
    /// CPU time of liveness, per request.
    pub liveness_cpu: Option<Duration>,
    /// Operations a second.
    pub operation_rate: f64,
    /// Liveness requests a second.
    pub liveness_rate: f64,
}

impl Round {
    /// How often liveness costs as little as the operation; nothing if it isn't known.
    pub fn ratio(&self) -> Option<f64> {
        let (operation, liveness) = (self.operation_cpu?, self.liveness_cpu?);
        Some(liveness.as_secs_f64() / operation.as_secs_f64()).filter(|ratio| ratio.is_finite())
    }
}

impl Part {
    fn new() -> Self {
        Self { tally: Tally::new(), cpu: Some(Duration::ZERO) }
    }

    fn add(&mut self, slice: &Self) {
        self.tally.add(&slice.tally);
        self.cpu = self.cpu.zip(slice.cpu).map(|(sum, more)| sum + more);
    }

    /// CPU time per request.
    pub fn cost(&self) -> Option<Duration> {
        per_request(self.cpu?, self.tally.requests())
    }
}

/// What one of so many requests cost.
pub fn per_request(cpu: Duration, requests: u64) -> Option<Duration> {
    let nanoseconds = u64::try_from(cpu.as_nanos()).ok()?;
    nanoseconds.checked_div(requests).filter(|cost| 0 < *cost).map(Duration::from_nanos)
}

/// The liveness requests of a session.
pub fn liveness_source(session: &Session<'_>) -> Shared {
    shared(Same::from(liveness(&session.server.host)))
}

/// Drives `operation` and liveness in turns, for `time` in all.
pub async fn measure(
    session: &Session<'_>,
    pool: &mut Pool,
    operation: &Shared,
    pace: Pace,
    warmup: Duration,
    time: Duration,
) -> Result<Measured, Failure> {
    let alive = liveness_source(session);
    let count = u32::try_from(time.as_millis() / ROUND.as_millis()).unwrap_or(FEWEST).max(FEWEST);
    let part = time / count / 2;
    session.say(&format!("Measuring: {count} rounds of {:.1} s.", 2.0 * part.as_secs_f64()));

    // Once to open the connections and once to see what it costs on a server that does nothing
    // else yet.
    slice(session, pool, &alive, pace, warmup / 10).await?;
    let calm = slice(session, pool, &alive, pace, warmup.mul_f64(0.2).max(part / 2)).await?;
    slice(session, pool, operation, pace, warmup.mul_f64(0.7)).await?;

    let mut measured = Measured {
        operation: Part::new(),
        liveness: Part::new(),
        rounds: Vec::new(),
        calm: calm.cost(),
        whole: None,
    };
    let before = session.server.process.and_then(Process::cpu);
    let mut progress = session.context.progress(count as usize);
    for number in 0..count {
        let (one, other) = if number % 2 == 0 {
            let one = slice(session, pool, operation, pace, part).await?;
            (one, slice(session, pool, &alive, pace, part).await?)
        } else {
            let other = slice(session, pool, &alive, pace, part).await?;
            (slice(session, pool, operation, pace, part).await?, other)
        };
        measured.rounds.push(Round {
            operation_cpu: one.cost(),
            liveness_cpu: other.cost(),
            operation_rate: one.tally.rate(),
            liveness_rate: other.tally.rate(),
        });
        measured.operation.add(&one);
        measured.liveness.add(&other);
        progress.step(1, 0);
    }
    progress.end();
    measured.whole = used(session.server.process, before.as_ref());
    Ok(measured)
}

/// Drives one kind of load for a while. What the server still does for it afterwards counts too.
pub async fn slice(
    session: &Session<'_>,
    pool: &mut Pool,
    source: &Shared,
    pace: Pace,
    time: Duration,
) -> Result<Part, Failure> {
    let (tally, cpu) = costed(session, time, pool.drive(source, pace, time)).await?;
    Ok(Part { tally, cpu })
}

/// Does work of about this length, and says what it cost the server.
pub async fn costed<T>(
    session: &Session<'_>,
    time: Duration,
    work: impl Future<Output = T>,
) -> Result<(T, Option<Duration>), Failure> {
    let process = session.server.process;
    let before = process.and_then(Process::cpu);
    let done = work.await;
    session.stop.check()?;
    session.server.shorten_log();
    if let Some(process) = process {
        settle(process, time.min(SETTLE)).await;
    }
    Ok((done, used(process, before.as_ref())))
}

fn used(process: Option<Process>, before: Option<&CpuTime>) -> Option<Duration> {
    Some(process?.cpu()?.since(before?))
}

/// Gives the server this long to begin what it has put off, and then until `limit` to end it.
pub async fn rest(session: &Session<'_>, begin: Duration, limit: Duration) -> Result<(), Failure> {
    let Some(process) = session.server.process else { return Ok(()) };
    tokio::select! {
        () = async {
            pause(begin).await;
            settle(process, limit).await;
        } => {}
        () = session.stop.wait() => {}
    }
    session.stop.check()
}

/// Waits until the server does nothing any more.
async fn settle(process: Process, limit: Duration) {
    let Some(mut last) = process.cpu() else { return };
    for _ in 0..limit.as_millis() / LOOK.as_millis() {
        pause(LOOK).await;
        let Some(present) = process.cpu() else { return };
        if present.since(&last) < LOOK / 20 {
            return;
        }
        last = present;
    }
}

/// The middle of some numbers.
pub fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let half = numbers.len() / 2;
    match numbers.len() {
        0 => None,
        length if length % 2 == 1 => Some(numbers[half]),
        _ => Some(f64::midpoint(numbers[half - 1], numbers[half])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(Vec::new()), None);
    }

    #[test]
    fn a_ratio_needs_both_costs() {
        let round = |operation, liveness| Round {
            operation_cpu: operation,
            liveness_cpu: liveness,
            operation_rate: 1.0,
            liveness_rate: 1.0,
        };
        let micros = |count| Some(Duration::from_micros(count));
        assert_eq!(round(micros(20), micros(10)).ratio(), Some(0.5));
        assert_eq!(round(None, micros(10)).ratio(), None);
        assert_eq!(per_request(Duration::from_micros(30), 3), micros(10));
        assert_eq!(per_request(Duration::from_micros(30), 0), None);
    }
}
