//! One counter, and batches of them.

use super::sync::{Arc, Mutex, MutexGuard, PoisonError};
use super::{Judgement, Timestamp, Window};

/// The state of one counter, exact whoever asks at the same time.
#[derive(Debug)]
pub struct Counter {
    duration: i64,
    window: Mutex<Window>,
}

impl Counter {
    /// A counter that stands at `window`, of windows of `duration` milliseconds.
    pub fn new(duration: i64, window: Window) -> Self {
        Self { duration, window: Mutex::new(window) }
    }

    /// The length of its windows in milliseconds.
    pub fn duration(&self) -> i64 {
        self.duration
    }

    /// Its window, as it was last counted.
    pub fn window(&self) -> Window {
        *self.lock()
    }

    /// Judges a check of `cost` units under `limit` at `now`, and counts it if it passes.
    pub fn take(&self, limit: i64, cost: i64, now: Timestamp) -> Judgement {
        self.lock().take(now, self.duration, limit, cost)
    }

    /// Takes back what a check counted. A window that has ended meanwhile stays as it is.
    pub fn give_back(&self, cost: i64, now: Timestamp) {
        self.lock().give_back(now, self.duration, cost);
    }

    fn lock(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The order in which counters are locked. Any would do, if it is the same for everybody.
    fn rank(counter: &Arc<Self>) -> (i64, usize) {
        (counter.duration, Arc::as_ptr(counter).addr())
    }
}

/// One check of a batch: `cost` units, if they fit under `limit`.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'a> {
    /// From what they are taken.
    pub source: Source<'a>,
    /// How many units fit into a window.
    pub limit: i64,
    /// How many units are wanted; 0 looks without counting.
    pub cost: i64,
}

/// From what a batch takes.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// A counter. It is locked while the batch is judged.
    Counter(&'a Arc<Counter>),
    /// The window in this place of those that the caller guards by itself.
    Loose(usize),
}

/// A window that belongs to no counter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loose {
    /// What was counted.
    pub window: Window,
    /// The length of its windows in milliseconds.
    pub duration: i64,
}

/// Judges all checks at `now` and counts them if every one passes; else counts none. Several
/// checks of one counter add up in order. No other call sees a batch half counted.
pub fn take_all(draws: &[Draw<'_>], loose: &mut [Loose], now: Timestamp) -> Vec<Judgement> {
    let mut order: Vec<&Arc<Counter>> = draws
        .iter()
        .filter_map(|draw| match draw.source {
            Source::Counter(counter) => Some(counter),
            Source::Loose(_) => None,
        })
        .collect();
    order.sort_unstable_by_key(|counter| Counter::rank(counter));
    order.dedup_by_key(|counter| Arc::as_ptr(counter));
    // Beside each counter that is locked stands what it would become.
    let mut locked: Vec<(MutexGuard<'_, Window>, Window)> = order
        .iter()
        .map(|counter| {
            let guard = counter.lock();
            let window = *guard;
            (guard, window)
        })
        .collect();
    let before = loose.to_vec();

    // Each check sees what those before it in the batch would count.
    let mut judgements: Vec<Judgement> = draws
        .iter()
        .map(|&Draw { source, limit, cost }| {
            let (window, duration) = match source {
                Source::Counter(counter) => {
                    let rank = Counter::rank(counter);
                    let place = order.partition_point(|other| Counter::rank(other) < rank);
                    (&mut locked[place].1, counter.duration)
                }
                Source::Loose(place) => {
                    let Loose { window, duration } = &mut loose[place];
                    (window, *duration)
                }
            };
            window.take(now, duration, limit, cost)
        })
        .collect();
    if judgements.iter().all(|judgement| judgement.passed) {
        for (guard, window) in &mut locked {
            **guard = *window;
        }
    } else {
        drop(locked);
        loose.copy_from_slice(&before);
        uncount(draws.iter().map(|draw| draw.cost), &mut judgements);
    }
    judgements
}

/// Shows in the judgements of a refused batch what is left without it.
fn uncount(costs: impl Iterator<Item = i64>, judgements: &mut [Judgement]) {
    for (cost, judgement) in costs.zip(judgements) {
        if judgement.passed {
            judgement.remaining = judgement.remaining.saturating_add(cost);
        }
    }
}
