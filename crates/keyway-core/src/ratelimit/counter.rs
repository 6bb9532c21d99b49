//! One counter, and batches of them.

use super::sync::{Arc, Mutex, MutexGuard, PoisonError};
use super::{Judgement, Timestamp, Window, uncount};

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
    fn rank(self: &Arc<Self>) -> (i64, usize) {
        (self.duration, Arc::as_ptr(self).addr())
    }
}

/// One check of a batch whose counters are held: `cost` units, if they fit under `limit`.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'a> {
    /// Of which counter.
    pub counter: &'a Arc<Counter>,
    /// How many units fit into a window.
    pub limit: i64,
    /// How many units are wanted; 0 looks without counting.
    pub cost: i64,
}

/// Judges all checks at `now` and counts them if every one passes; else counts none. Several
/// checks of one counter add up in order. No other call sees a batch half counted.
pub fn take_all(draws: &[Draw<'_>], now: Timestamp) -> Vec<Judgement> {
    if let [draw] = draws {
        return vec![draw.counter.take(draw.limit, draw.cost, now)];
    }
    let mut order: Vec<&Arc<Counter>> = draws.iter().map(|draw| draw.counter).collect();
    order.sort_unstable_by_key(|counter| counter.rank());
    order.dedup_by_key(|counter| Arc::as_ptr(counter));
    let mut guards: Vec<MutexGuard<'_, Window>> =
        order.iter().map(|counter| counter.lock()).collect();
    let before: Vec<Window> = guards.iter().map(|guard| **guard).collect();
    let place = |draw: &Draw<'_>| {
        let rank = draw.counter.rank();
        order.partition_point(|counter| counter.rank() < rank)
    };

    // Each check sees what those before it in the batch would count.
    let mut judgements: Vec<Judgement> = draws
        .iter()
        .map(|draw| guards[place(draw)].take(now, draw.counter.duration, draw.limit, draw.cost))
        .collect();
    if !judgements.iter().all(|judgement| judgement.passed) {
        for (guard, before) in guards.iter_mut().zip(before) {
            **guard = before;
        }
        uncount(draws.iter().map(|draw| draw.cost), &mut judgements);
    }
    judgements
}

/// Takes back what a batch counted.
pub fn give_back_all(draws: &[Draw<'_>], now: Timestamp) {
    for draw in draws {
        draw.counter.give_back(draw.cost, now);
    }
}
