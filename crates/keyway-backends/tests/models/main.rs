//! The hand-over of credits to the thread that writes, in every order that loom finds: whoever
//! waits gets one answer, no credit is granted twice, and nothing that was not committed.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod sync;

#[path = "../../src/sqlite/hand_over.rs"]
mod hand_over;

use std::sync::PoisonError;

use hand_over::{Answer, Inbox, Waiting, grant_from, serve};
use keyway_core::backend::store::{StoreError, StoreResult};
use keyway_core::credits::Spend;
use loom::sync::{Arc, Condvar, Mutex};
use loom::thread::{self, JoinHandle};

/// Where an answer is waited for.
#[derive(Clone)]
struct Slot(Arc<(Mutex<Option<StoreResult<Spend>>>, Condvar)>);

impl Slot {
    fn new() -> Self {
        Self(Arc::new((Mutex::new(None), Condvar::new())))
    }

    /// Never returns if nobody answers, which loom tells as a deadlock.
    fn wait(&self) -> StoreResult<Spend> {
        let (answer, given) = &*self.0;
        let mut answer = answer.lock().unwrap();
        loop {
            if let Some(answer) = answer.take() {
                return answer;
            }
            answer = given.wait(answer).unwrap();
        }
    }
}

impl Answer for Slot {
    fn is_awaited(&self) -> bool {
        true
    }

    fn give(self, result: StoreResult<Spend>) {
        let (answer, given) = &*self.0;
        let before = answer.lock().unwrap_or_else(PoisonError::into_inner).replace(result);
        assert!(before.is_none(), "one spend was answered twice");
        given.notify_one();
    }
}

/// The thread that writes, with a balance for a database.
struct Model {
    inbox: Arc<Inbox<Slot>>,
    /// What other threads want done in a transaction.
    jobs: Arc<Mutex<Vec<Slot>>>,
    thread: JoinHandle<i64>,
}

impl Model {
    /// Starts with a balance; the commit of the transaction with that number fails.
    fn start(balance: i64, failing: Option<usize>) -> Self {
        let inbox = Arc::new(Inbox::new());
        let jobs = Arc::new(Mutex::new(Vec::<Slot>::new()));
        let (served, queued) = (Arc::clone(&inbox), Arc::clone(&jobs));
        let thread = thread::spawn(move || {
            let (mut committed, mut number) = (balance, 0);
            serve(&served, |batch| {
                assert!(batch.iter().all(|spend| spend.key.as_str() == "key_1"));
                let left = committed - grant_from(committed, batch);
                let jobs = std::mem::take(&mut *queued.lock().unwrap());
                number += 1;
                if failing == Some(number - 1) {
                    return Err(StoreError::Unavailable("the disk is full".to_owned()));
                }
                committed = left;
                for job in jobs {
                    job.give(Ok(Spend::Unlimited));
                }
                Ok(())
            });
            committed
        });
        Self { inbox, jobs, thread }
    }

    /// A thread that spends, and what was taken of what was granted to it.
    fn spender(&self, cost: i64) -> JoinHandle<Outcome> {
        let inbox = Arc::clone(&self.inbox);
        thread::spawn(move || spend(&inbox, cost))
    }

    /// The balance in the end.
    fn end(self) -> i64 {
        self.inbox.close();
        self.thread.join().unwrap()
    }
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Granted { cost: i64, left: i64 },
    Refused { left: i64 },
    Failed,
}

impl Outcome {
    fn taken(&self) -> i64 {
        match self {
            Self::Granted { cost, .. } => *cost,
            Self::Refused { .. } | Self::Failed => 0,
        }
    }
}

fn spend(inbox: &Inbox<Slot>, cost: i64) -> Outcome {
    let slot = Slot::new();
    inbox.push(Waiting::new("key_1".into(), cost, slot.clone()));
    match slot.wait() {
        Ok(Spend::Taken(left)) => Outcome::Granted { cost, left },
        Ok(Spend::Short(left)) => Outcome::Refused { left },
        Ok(Spend::Unlimited) => panic!("the key has a balance"),
        Err(_) => Outcome::Failed,
    }
}

/// Tries every order with up to so many switches that no thread asked for.
fn explore(switches: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    // `LOOM_MAX_PREEMPTIONS` looks further.
    builder.preemption_bound = builder.preemption_bound.or(Some(switches));
    builder.check(model);
}

#[test]
fn everybody_is_answered_and_no_credit_is_granted_twice() {
    explore(2, || {
        let model = Model::start(3, None);
        let spenders = [model.spender(2), model.spender(2)];
        let outcomes = spenders.map(|spender| spender.join().unwrap());
        let granted = outcomes.iter().filter(|one| **one == Outcome::Granted { cost: 2, left: 1 });
        assert_eq!(granted.count(), 1, "{outcomes:?}");
        assert!(outcomes.contains(&Outcome::Refused { left: 1 }), "{outcomes:?}");
        assert_eq!(model.end(), 1);
    });
}

#[test]
fn balances_that_are_told_are_distinct() {
    explore(2, || {
        let model = Model::start(5, None);
        let spenders = [model.spender(1), model.spender(1)];
        let mut left = spenders.map(|spender| match spender.join().unwrap() {
            Outcome::Granted { left, .. } => left,
            other @ (Outcome::Refused { .. } | Outcome::Failed) => panic!("{other:?}"),
        });
        left.sort_unstable();
        assert_eq!(left, [3, 4]);
        assert_eq!(model.end(), 3);
    });
}

#[test]
fn nothing_is_granted_by_a_transaction_that_failed() {
    for failing in [0, 1] {
        explore(2, move || {
            let model = Model::start(5, Some(failing));
            let spenders = [model.spender(2), model.spender(1)];
            let outcomes = spenders.map(|spender| spender.join().unwrap());
            let taken: i64 = outcomes.iter().map(Outcome::taken).sum();
            assert_eq!(model.end(), 5 - taken, "{outcomes:?}");
        });
    }
}

#[test]
fn whoever_comes_again_after_an_answer_is_answered_again() {
    explore(2, || {
        let model = Model::start(4, None);
        let other = model.spender(1);
        let own = [spend(&model.inbox, 1), spend(&model.inbox, 1)];
        assert!(own.iter().all(|one| one.taken() == 1), "{own:?}");
        assert_eq!(other.join().unwrap().taken(), 1);
        assert_eq!(model.end(), 1);
    });
}

#[test]
fn a_spend_beside_the_end_is_granted_or_refused_but_never_forgotten() {
    explore(2, || {
        let model = Model::start(5, None);
        let spender = model.spender(2);
        let left = model.end();
        assert_eq!(left, 5 - spender.join().unwrap().taken());
    });
}

#[test]
fn other_work_is_not_forgotten_while_spends_are_waited_for() {
    explore(2, || {
        let model = Model::start(5, None);
        let spender = model.spender(1);
        let job = Slot::new();
        model.jobs.lock().unwrap().push(job.clone());
        model.inbox.call();
        job.wait().unwrap();
        assert_eq!(spender.join().unwrap(), Outcome::Granted { cost: 1, left: 4 });
        assert_eq!(model.end(), 4);
    });
}
