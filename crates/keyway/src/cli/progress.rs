//! How far long work has come, on standard error.

use std::io::{IsTerminal as _, Write as _};

use clap::ValueEnum;
use keyway_core::time::Clock;
use serde_json::json;

use super::output::note;

/// So many that nobody knows how many.
pub const UNKNOWN: usize = usize::MAX;
/// Work that ends sooner needs no bar.
const QUIET: i64 = 1000;
/// How often a bar moves.
const BAR: i64 = 100;
/// How often an event is written.
const EVENT: i64 = 1000;
/// How often a line is written where no terminal is.
const LINE: i64 = 10_000;

/// How progress is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// A bar on a terminal, plain lines elsewhere
    Auto,
    /// A bar that moves
    Bar,
    /// A line every ten seconds and one at the end
    Plain,
    /// One JSON document a line
    Json,
    /// Not at all
    None,
}

/// The progress of one piece of work.
pub struct Progress {
    mode: Mode,
    clock: Clock,
    started: i64,
    told: i64,
    counts: Counts,
}

/// How far the work is.
#[derive(Clone, Copy)]
struct Counts {
    done: usize,
    failed: usize,
    total: usize,
}

impl Progress {
    /// Work on `total` things begins, or on [`UNKNOWN`].
    pub fn start(mode: Option<Mode>, clock: Clock, total: usize) -> Self {
        let mode = match mode {
            None | Some(Mode::Auto) if std::io::stderr().is_terminal() => Mode::Bar,
            None | Some(Mode::Auto) => Mode::Plain,
            Some(mode) => mode,
        };
        let started = clock.now().0;
        Self { mode, clock, started, told: started, counts: Counts { done: 0, failed: 0, total } }
    }

    /// So many more are done, of which so many failed.
    pub fn step(&mut self, done: usize, failed: usize) {
        self.counts.done += done;
        self.counts.failed += failed;
        let now = self.clock.now().0;
        let pause = match self.mode {
            Mode::Bar | Mode::Auto => BAR,
            Mode::Plain => LINE,
            Mode::Json => EVENT,
            Mode::None => return,
        };
        let is_early = self.mode == Mode::Bar && now - self.started < QUIET;
        if is_early || now - self.told < pause {
            return;
        }
        self.told = now;
        self.tell("progress", now - self.started);
    }

    /// Nothing more happens. Says how long it took, in milliseconds.
    pub fn end(self) -> i64 {
        let elapsed = self.clock.now().0 - self.started;
        match self.mode {
            Mode::Bar if self.told == self.started => {}
            Mode::Bar => clear(),
            Mode::Plain if elapsed < QUIET => {}
            Mode::Auto | Mode::Plain | Mode::Json | Mode::None => self.tell("end", elapsed),
        }
        elapsed
    }

    fn tell(&self, event: &str, elapsed: i64) {
        match self.mode {
            Mode::None => {}
            Mode::Json => note(&self.counts.event(event, elapsed).to_string()),
            Mode::Plain | Mode::Auto => note(&self.counts.line(elapsed)),
            Mode::Bar => {
                let mut stderr = std::io::stderr().lock();
                let line = format!("{} {}", self.counts.bar(), self.counts.line(elapsed));
                // Nobody is left to tell when standard error is closed.
                let _ = write!(stderr, "\r{line:<78}").and_then(|()| stderr.flush());
            }
        }
    }
}

/// Takes the bar away.
fn clear() {
    let mut stderr = std::io::stderr().lock();
    let _ = write!(stderr, "\r{:<78}\r", "").and_then(|()| stderr.flush());
}

impl Counts {
    /// How many a second, and how many milliseconds are left.
    fn pace(self, elapsed: i64) -> (u64, u64) {
        let (done, left) = (self.done as u64, self.total.saturating_sub(self.done) as u64);
        let elapsed = u64::try_from(elapsed).unwrap_or(0);
        let eta = left.saturating_mul(elapsed).checked_div(done).unwrap_or(0);
        (done.saturating_mul(1000) / elapsed.max(1), eta)
    }

    fn line(self, elapsed: i64) -> String {
        let Self { done, failed, total } = self;
        let (rate, eta) = self.pace(elapsed);
        if total == UNKNOWN {
            return format!("{done} so far, {rate}/s");
        }
        let percent = (done * 100).checked_div(total).unwrap_or(100);
        let rest =
            if done < total { format!(", {} s left", eta.div_ceil(1000)) } else { String::new() };
        format!("{done}/{total} ({percent} %), {rate}/s{rest}, {failed} failed")
    }

    fn bar(self) -> String {
        const WIDTH: usize = 24;
        let full = (self.done * WIDTH).checked_div(self.total).unwrap_or(WIDTH).min(WIDTH);
        format!("[{}{}]", "#".repeat(full), " ".repeat(WIDTH - full))
    }

    fn event(self, event: &str, elapsed: i64) -> serde_json::Value {
        let (rate, eta) = self.pace(elapsed);
        json!({
            "event": event, "done": self.done, "total": self.total, "failed": self.failed,
            "rate": rate, "etaMs": eta,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_how_much_is_done_how_fast_and_how_long_it_takes_yet() {
        let half = Counts { done: 50, failed: 2, total: 200 };
        assert_eq!(half.line(10_000), "50/200 (25 %), 5/s, 30 s left, 2 failed");
        assert_eq!(half.bar(), "[######                  ]");
        let event = half.event("progress", 10_000);
        assert_eq!((&event["etaMs"], &event["rate"]), (&json!(30_000), &json!(5)));
        let nothing = Counts { done: 0, failed: 0, total: 0 };
        assert_eq!(nothing.line(0), "0/0 (100 %), 0/s, 0 failed");
    }
}
