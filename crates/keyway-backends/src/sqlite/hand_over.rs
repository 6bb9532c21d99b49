//! How the many who spend credits meet the one thread that writes.
//!
//! Spends wait in an [`Inbox`]. The thread takes all that wait, up to a bound, runs one
//! transaction for them and answers each when it is known what became of that ([`serve`]). Under
//! load it waits a moment for those that it has just answered, as they are likely to come again:
//! a commit costs the same for one as for all.
//!
//! `tests/models` runs this file under loom.

use std::collections::VecDeque;
use std::sync::PoisonError;
use std::time::Duration;

use keyway_core::backend::store::{StoreError, StoreResult};
use keyway_core::credits::Spend;
use keyway_core::id::KeyId;

use super::sync::{Condvar, Mutex, MutexGuard, Until, wait_until};

/// How many spends share a transaction at most.
pub(super) const BATCH: usize = 256;
/// How many spends may wait. Each belongs to a request that is held, so this is never reached
/// before other limits are.
const CAPACITY: usize = 65_536;
/// How long after its answers the thread waits for those that it has just answered.
const PATIENCE: Duration = Duration::from_micros(500);

/// Whoever waits for the end of a spend.
pub(super) trait Answer {
    /// Whether anybody still waits.
    fn is_awaited(&self) -> bool;

    /// Tells what became of it.
    fn give(self, result: StoreResult<Spend>);
}

/// A spend that waits for its transaction.
pub(super) struct Waiting<A> {
    /// Whose credits are wanted.
    pub key: KeyId,
    /// How many; more than 0.
    pub cost: i64,
    /// What became of it, provided that the transaction is committed.
    pub outcome: Option<StoreResult<Spend>>,
    answer: A,
}

impl<A: Answer> Waiting<A> {
    /// A spend of which nothing has become yet.
    pub fn new(key: KeyId, cost: i64, answer: A) -> Self {
        Self { key, cost, outcome: None, answer }
    }

    fn settle(self, lost: Option<&str>) {
        self.answer.give(match (lost, self.outcome) {
            (Some(text), _) => Err(StoreError::Unavailable(text.to_owned())),
            (None, Some(outcome)) => outcome,
            (None, None) => Err(StoreError::Unavailable("the spend was left out".to_owned())),
        });
    }
}

/// Where spends wait for the thread that writes.
pub(super) struct Inbox<A> {
    state: Mutex<State<A>>,
    thread: Condvar,
}

struct State<A> {
    waiting: VecDeque<Waiting<A>>,
    /// From how many spends on the thread is to be woken; 0 while it is awake.
    wanted: usize,
    /// There is something else to do than spending.
    is_called: bool,
    is_closed: bool,
}

impl<A: Answer> Inbox<A> {
    pub fn new() -> Self {
        Self {
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                wanted: 0,
                is_called: false,
                is_closed: false,
            }),
            thread: Condvar::new(),
        }
    }

    /// Lets a spend wait for its turn. Its answer says what became of it, in any case.
    pub fn push(&self, spend: Waiting<A>) {
        let mut state = self.lock();
        if state.is_closed || CAPACITY <= state.waiting.len() {
            let why = if state.is_closed { "the writer has ended" } else { "too much is waiting" };
            drop(state);
            return spend.settle(Some(why));
        }
        state.waiting.push_back(spend);
        if state.wanted != 0 && state.wanted <= state.waiting.len() {
            self.wake(state);
        }
    }

    /// Makes the thread run a transaction whether or not anything is to be spent.
    pub fn call(&self) {
        let mut state = self.lock();
        state.is_called = true;
        self.wake(state);
    }

    /// Takes no more spends. Those that wait have their turn, and then the thread ends.
    pub fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        state.is_called = true;
        self.wake(state);
    }

    fn wake(&self, mut state: MutexGuard<'_, State<A>>) {
        if std::mem::take(&mut state.wanted) != 0 {
            drop(state);
            self.thread.notify_one();
        }
    }

    /// Waits until there is something to do and takes the spends that belong to it, in the order
    /// of their arrival. `false` means that there will never be anything to do any more.
    fn take(&self, answered: usize, batch: &mut Vec<Waiting<A>>) -> bool {
        let until = Until::after(PATIENCE);
        let mut state = self.lock();
        // Whoever was answered and whoever has come meanwhile are different clients.
        let expected = (answered + state.waiting.len()).min(BATCH);
        while state.waiting.is_empty() && !state.is_called && !state.is_closed {
            state.wanted = 1;
            state = self.thread.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        while state.waiting.len() < expected && !state.is_called && !state.is_closed {
            state.wanted = expected;
            let (next, is_in_time) = wait_until(&self.thread, &self.state, state, until);
            state = next;
            if !is_in_time {
                break;
            }
        }
        state.wanted = 0;
        let is_called = std::mem::take(&mut state.is_called);
        let count = state.waiting.len().min(BATCH);
        batch.extend(state.waiting.drain(..count));
        is_called || count != 0
    }

    fn lock(&self) -> MutexGuard<'_, State<A>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs transactions until the inbox is closed and empty. `transaction` gives each spend its
/// outcome and commits; if it fails, all of them failed.
pub(super) fn serve<A: Answer>(
    inbox: &Inbox<A>,
    mut transaction: impl FnMut(&mut [Waiting<A>]) -> StoreResult<()>,
) {
    let _end = End(inbox);
    let mut batch = Vec::with_capacity(BATCH);
    let mut answered = 0;
    while inbox.take(answered, &mut batch) {
        batch.retain(|spend| spend.answer.is_awaited());
        let lost = transaction(&mut batch).err().map(|err| err.to_string());
        answered = batch.len();
        for spend in batch.drain(..) {
            spend.settle(lost.as_deref());
        }
    }
}

/// Grants each spend that the rest of the balance covers, in this order, and tells how much that
/// is in all.
pub(super) fn grant_from<A>(balance: i64, spends: &mut [Waiting<A>]) -> i64 {
    let mut left = balance;
    for spend in spends {
        spend.outcome = Some(Ok(if spend.cost <= left {
            left -= spend.cost;
            Spend::Taken(left)
        } else {
            Spend::Short(left)
        }));
    }
    balance - left
}

/// Lets nobody wait for a thread that has ended, for whatever reason.
struct End<'a, A: Answer>(&'a Inbox<A>);

impl<A: Answer> Drop for End<'_, A> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.is_closed = true;
        let left = std::mem::take(&mut state.waiting);
        drop(state);
        for spend in left {
            spend.settle(Some("the writer has ended"));
        }
    }
}
