//! The counters in memory under every order in which threads can meet. It is the code of the
//! server, read a second time with the locks of loom in the place of the real ones; loom also finds
//! batches that wait for each other for ever.

use keyway_core::ratelimit::{Judgement, Window};
use keyway_core::time::Timestamp;
use loom::thread;

#[path = "../../keyway-core/src/ratelimit/counter.rs"]
mod counter;
#[path = "../src/memory/fingerprint.rs"]
#[expect(dead_code, reason = "the models have fingerprints that don't change from run to run")]
mod fingerprint;
#[path = "../src/memory/shard.rs"]
mod shard;
#[path = "../src/memory/table.rs"]
mod table;

mod sync {
    pub use std::sync::PoisonError;

    pub use loom::sync::atomic::{AtomicUsize, Ordering};
    pub use loom::sync::{Arc, Mutex, MutexGuard};

    pub use crate::counter::{Counter, Draw, Loose, Source, take_all};
}

use fingerprint::Fingerprint;
use shard::Terms;
use sync::{Arc, Counter, Draw, Source, take_all};
use table::{Item, Place, Table};

const NOW: Timestamp = Timestamp(1_700_000_000_000);
/// Loom's runs have to be alike, and addresses aren't: counters of different windows are locked in
/// the order of their windows.
const SHORT: i64 = 1000;
const LONG: i64 = 60_000;

fn terms(duration: i64, limit: i64, cost: i64) -> Terms {
    Terms { duration, limit, cost }
}

/// The counter of this number, in the shard of this number.
fn numbered(number: u128) -> Fingerprint {
    Fingerprint::from(number << 64 | number)
}

fn at(number: u128, duration: i64, limit: i64) -> Item<'static> {
    Item { place: Place::At(numbered(number)), terms: terms(duration, limit, 1) }
}

fn passed(table: &Table, items: &[Item<'_>]) -> bool {
    let judgements = match items {
        [item] => vec![table.take(*item, NOW)],
        items => table.take_all(items, NOW),
    };
    judgements.iter().all(|judgement| judgement.passed)
}

fn left(table: &Table, number: u128, duration: i64) -> i64 {
    let look = Item { terms: terms(duration, 100, 0), ..at(number, duration, 100) };
    table.take(look, NOW).remaining
}

#[test]
fn no_more_pass_than_the_limit() {
    loom::model(|| {
        let counter = Arc::new(Counter::new(LONG, Window::default()));
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let counter = counter.clone();
                thread::spawn(move || counter.take(2, 1, NOW).passed)
            })
            .collect();
        let passed = threads.into_iter().map(|thread| thread.join().unwrap());
        assert_eq!(passed.filter(|passed| *passed).count(), 2);
        assert_eq!(counter.window().current, 2);
    });
}

#[test]
fn batches_in_opposite_orders_count_whole_and_never_wait_for_each_other() {
    loom::model(|| {
        let (a, b) = counters();
        let batch = |first: &Arc<Counter>, second: &Arc<Counter>| {
            let (first, second) = (first.clone(), second.clone());
            thread::spawn(move || {
                let draws = [&first, &second, &first].map(|counter| Draw {
                    source: Source::Counter(counter),
                    limit: 3,
                    cost: 1,
                });
                take_all(&draws, &mut [], NOW).iter().all(|judgement| judgement.passed)
            })
        };
        let threads = [batch(&a, &b), batch(&b, &a)];
        let passed = threads.map(|thread| thread.join().unwrap());
        // Either takes two of one and one of the other, and both fit.
        assert_eq!(passed, [true, true]);
        assert_eq!((a.window().current, b.window().current), (3, 3));
    });
}

#[test]
fn a_batch_is_never_seen_half_counted() {
    loom::model(|| {
        let (a, b) = counters();
        let taker = {
            let (a, b) = (a.clone(), b.clone());
            thread::spawn(move || {
                let draws = [&a, &b].map(|counter| Draw {
                    source: Source::Counter(counter),
                    limit: 9,
                    cost: 1,
                });
                take_all(&draws, &mut [], NOW);
                b.give_back(1, NOW);
                a.give_back(1, NOW);
            })
        };
        let looks =
            [&b, &a].map(|counter| Draw { source: Source::Counter(counter), limit: 9, cost: 0 });
        let seen: Vec<i64> =
            take_all(&looks, &mut [], NOW).iter().map(|look| look.remaining).collect();
        // b is given back first, so a may be the only one that counts, but never b.
        assert!([[9, 9], [8, 8], [9, 8]].contains(&[seen[0], seen[1]]), "{seen:?}");
        taker.join().unwrap();
        assert_eq!((a.window().current, b.window().current), (0, 0));
    });
}

fn counters() -> (Arc<Counter>, Arc<Counter>) {
    let of = |duration| Arc::new(Counter::new(duration, Window::default()));
    (of(SHORT), of(LONG))
}

#[test]
fn batches_over_shards_never_wait_for_each_other() {
    loom::model(|| {
        let table = Arc::new(Table::new(2, 100));
        let batch = |items: [Item<'static>; 2]| {
            let table = table.clone();
            thread::spawn(move || passed(&table, &items))
        };
        let threads =
            [batch([at(0, SHORT, 1), at(1, LONG, 1)]), batch([at(1, LONG, 1), at(0, SHORT, 1)])];
        let passed = threads.map(|thread| thread.join().unwrap());
        assert_eq!(passed.iter().filter(|passed| **passed).count(), 1);
        assert_eq!((left(&table, 0, SHORT), left(&table, 1, LONG)), (99, 99));
    });
}

#[test]
fn a_batch_meets_those_who_hold_its_counters() {
    loom::model(|| {
        let table = Arc::new(Table::new(2, 100));
        let held = table.share(numbered(0), SHORT);
        let holder = {
            let table = table.clone();
            thread::spawn(move || {
                let own = Item { place: Place::Held(&held), terms: terms(SHORT, 2, 1) };
                passed(&table, &[at(1, LONG, 9), own])
            })
        };
        let other = {
            let table = table.clone();
            thread::spawn(move || passed(&table, &[at(0, SHORT, 2), at(0, SHORT, 2)]))
        };
        let mine = table.take(at(0, SHORT, 2), NOW).passed;
        let passed = [holder.join().unwrap(), other.join().unwrap(), mine];
        let units: i64 = passed.iter().zip([1, 2, 1]).map(|(one, n)| i64::from(*one) * n).sum();
        assert!((1..=2).contains(&units), "{passed:?}");
        assert_eq!(left(&table, 0, SHORT), 100 - units);
    });
}

#[test]
fn a_sweep_never_makes_two_counters_of_one() {
    loom::model(|| {
        let table = Arc::new(Table::new(1, 100));
        let user = || {
            let table = table.clone();
            thread::spawn(move || {
                let counter = table.share(numbered(0), LONG);
                counter.take(1, 1, NOW).passed
            })
        };
        let users = [user(), user()];
        table.sweep(NOW);
        let passed = users.map(|thread| thread.join().unwrap());
        assert_eq!(passed.iter().filter(|passed| **passed).count(), 1);
        assert_eq!(left(&table, 0, LONG), 99);
        table.sweep(NOW);
        assert_eq!(left(&table, 0, LONG), 99);
    });
}

#[test]
fn a_counter_that_was_let_go_is_found_again() {
    loom::model(|| {
        let table = Arc::new(Table::new(1, 100));
        let holder = {
            let table = table.clone();
            thread::spawn(move || {
                let counter = table.share(numbered(0), LONG);
                counter.take(2, 1, NOW);
            })
        };
        let sweeper = {
            let table = table.clone();
            thread::spawn(move || {
                table.sweep(NOW);
            })
        };
        table.take(at(0, LONG, 2), NOW);
        holder.join().unwrap();
        sweeper.join().unwrap();
        assert_eq!(left(&table, 0, LONG), 98);
    });
}

#[test]
fn what_is_given_back_is_given_back_once() {
    loom::model(|| {
        let table = Arc::new(Table::new(1, 100));
        let users = [(), ()].map(|()| {
            let table = table.clone();
            thread::spawn(move || {
                let passed = table.take(at(0, LONG, 1), NOW).passed;
                if passed {
                    table.give_back(at(0, LONG, 1), NOW);
                }
                passed
            })
        });
        table.share(numbered(0), LONG);
        assert!(users.map(|thread| thread.join().unwrap()).contains(&true));
        assert_eq!((left(&table, 0, LONG), table.len()), (100, 1));
    });
}
