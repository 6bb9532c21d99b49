//! The counters in memory against the sliding window as the documentation has it, in one thread and
//! without any cleverness: whatever is asked in whatever order, both answer the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::FutureExt;
use keyway_backends::memory::MemoryCounters;
use keyway_core::backend::counters::Counters;
use keyway_core::id::WorkspaceId;
use keyway_core::ratelimit::{Check, Counter, CounterKey, CounterOwner, Judgement};
use keyway_core::time::Timestamp;
use proptest::prelude::*;

const NAMES: [&str; 3] = ["ann", "bob", "cy"];
const DURATIONS: [i64; 2] = [1000, 3000];

/// A name and a duration of those above.
type Which = (usize, usize);

/// What was counted in each window since 1970.
#[derive(Clone, Default)]
struct Reference(BTreeMap<Which, BTreeMap<i64, i64>>);

impl Reference {
    fn take(&mut self, asked: &[Asked], now: i64) -> Vec<Judgement> {
        let before = self.clone();
        let judgements: Vec<Judgement> =
            asked.iter().map(|asked| self.take_one(asked, now)).collect();
        if judgements.iter().all(|judgement| judgement.passed) {
            return judgements;
        }
        *self = before;
        // What is left is told without the batch.
        let show = |(asked, judgement): (&Asked, Judgement)| match judgement {
            Judgement { passed: true, remaining, reset } => {
                Judgement { passed: true, remaining: remaining + asked.cost, reset }
            }
            refused => refused,
        };
        asked.iter().zip(judgements).map(show).collect()
    }

    fn take_one(&mut self, &Asked { which, limit, cost, .. }: &Asked, now: i64) -> Judgement {
        let duration = DURATIONS[which.1];
        let present = self.present(which, now);
        let counted = self.0.get(&which).cloned().unwrap_or_default();
        let units = |window: i64| counted.get(&window).copied().unwrap_or(0);
        let end = (present + 1) * duration;
        // A clock that went back leaves the whole window to come.
        let to_come = (end - now).min(duration);
        let used = units(present) + units(present - 1) * to_come / duration;
        let passed = 0 < limit && used + cost <= limit;
        if passed && cost != 0 {
            *self.0.entry(which).or_default().entry(present).or_default() += cost;
        }
        let remaining = if passed { limit - used - cost } else { 0 };
        Judgement { passed, remaining, reset: Timestamp(end) }
    }

    fn give_back(&mut self, asked: &[Asked], now: i64) {
        for Asked { which, cost, .. } in asked {
            let last = self.0.get_mut(which).and_then(BTreeMap::last_entry);
            if let Some(mut last) = last.filter(|last| now < (last.key() + 1) * DURATIONS[which.1])
            {
                let units = last.get_mut();
                *units = (*units - cost).max(0);
            }
        }
    }

    /// Forgets what nobody holds and makes no difference at `now`.
    fn sweep(&mut self, held: &Held, now: i64) {
        self.0.retain(|which, windows| {
            let last = windows.last_key_value().map_or(0, |(window, _)| *window);
            held.contains_key(which) || now < (last + 2) * DURATIONS[which.1]
        });
    }

    /// The number of the present window. One that was counted in is never left for an older one.
    fn present(&self, which: Which, now: i64) -> i64 {
        let last = self.0.get(&which).and_then(|windows| windows.last_key_value());
        (now / DURATIONS[which.1]).max(last.map_or(0, |(window, _)| *window))
    }
}

/// Counters that somebody holds.
type Held = BTreeMap<Which, Arc<Counter>>;

#[derive(Clone, Debug)]
struct Asked {
    which: Which,
    limit: i64,
    cost: i64,
    /// Whether it is asked by the counter, if that is held.
    by_hand: bool,
}

#[derive(Clone, Debug)]
enum Step {
    Take(Vec<Asked>),
    GiveBack(Vec<Asked>),
    Hold(Which),
    Drop(Which),
    Sweep,
    Wait(i64),
}

fn which() -> impl Strategy<Value = Which> {
    (0..NAMES.len(), 0..DURATIONS.len())
}

fn batch() -> impl Strategy<Value = Vec<Asked>> {
    let asked = (which(), 0_i64..12, 0_i64..4, any::<bool>())
        .prop_map(|(which, limit, cost, by_hand)| Asked { which, limit, cost, by_hand });
    proptest::collection::vec(asked, 1..5)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => batch().prop_map(Step::Take),
        2 => batch().prop_map(Step::GiveBack),
        2 => which().prop_map(Step::Hold),
        2 => which().prop_map(Step::Drop),
        1 => Just(Step::Sweep),
        4 => (-700_i64..1500).prop_map(Step::Wait),
        1 => (0_i64..8000).prop_map(Step::Wait),
    ]
}

fn check<'a>(
    (workspace, namespace): (&'a WorkspaceId, &'a str),
    held: &'a Held,
    asked: &Asked,
) -> Check<'a> {
    let &Asked { which, limit, cost, by_hand } = asked;
    let owner = CounterOwner::Namespace(namespace, NAMES[which.0]);
    let counter = CounterKey { workspace, owner, duration: DURATIONS[which.1] };
    Check { counter, held: held.get(&which).filter(|_| by_hand), limit, cost }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_counters_answer_as_the_documentation_says(
        steps in proptest::collection::vec(step(), 1..120),
    ) {
        let (workspace, namespace) = ("ws_1".into(), "rlns_1");
        let ids = (&workspace, namespace);
        let (counters, mut reference) = (MemoryCounters::default(), Reference::default());
        let (mut held, mut now) = (Held::new(), 1_700_000_000_000_i64);
        for step in steps {
            match step {
                Step::Take(asked) => {
                    let checks: Vec<Check<'_>> =
                        asked.iter().map(|asked| check(ids, &held, asked)).collect();
                    let took = match &checks[..] {
                        [check] => counters.take_local(check, Timestamp(now)).map(|one| vec![one]),
                        checks => counters.take(checks, Timestamp(now)).now_or_never(),
                    };
                    prop_assert_eq!(took, Some(reference.take(&asked, now)));
                }
                Step::GiveBack(asked) => {
                    let checks: Vec<Check<'_>> =
                        asked.iter().map(|asked| check(ids, &held, asked)).collect();
                    counters.give_back(&checks, Timestamp(now)).now_or_never();
                    reference.give_back(&asked, now);
                }
                Step::Hold(which) => {
                    let asked = Asked { which, limit: 0, cost: 0, by_hand: false };
                    let counter = counters.local(&check(ids, &held, &asked).counter);
                    held.insert(which, counter.ok_or_else(|| TestCaseError::fail("none"))?);
                }
                Step::Drop(which) => {
                    held.remove(&which);
                }
                Step::Sweep => {
                    while counters.sweep(Timestamp(now)) {}
                    reference.sweep(&held, now);
                }
                Step::Wait(time) => now += time,
            }
        }
    }
}
