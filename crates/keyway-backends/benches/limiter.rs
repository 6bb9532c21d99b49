//! How long a check of a rate limit takes in memory: `cargo bench -p keyway-backends`.

use std::hint::black_box;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::FutureExt;
use keyway_backends::memory::MemoryCounters;
use keyway_core::backend::counters::Counters;
use keyway_core::id::WorkspaceId;
use keyway_core::ratelimit::{Check, Counter, CounterKey, CounterOwner};
use keyway_core::time::{MINUTE, Timestamp};

const NOW: Timestamp = Timestamp(1_700_000_000_000);
const MANY: usize = 1_000_000;

/// Counters, and what they are asked for by.
struct Bench {
    counters: MemoryCounters,
    workspace: WorkspaceId,
    namespace: &'static str,
    users: Vec<String>,
}

impl Bench {
    /// As many counters, each counted once.
    fn of(count: usize) -> Self {
        let bench = Self {
            counters: MemoryCounters::default(),
            workspace: "ws_3GkW5rQm2LxYp8BtNz7v".into(),
            namespace: "rlns_8TnVxq4ZrW2mKj5Lp9Bd",
            users: (0..count).map(|user| format!("user_{user:08}")).collect(),
        };
        (0..count).for_each(|user| bench.take(bench.check(user)));
        bench
    }

    fn check(&self, user: usize) -> Check<'_> {
        let owner = CounterOwner::Namespace(self.namespace, &self.users[user]);
        let counter = CounterKey { workspace: &self.workspace, owner, duration: MINUTE };
        Check { counter, held: None, limit: 1 << 40, cost: 1 }
    }

    fn hold(&self) -> Vec<Arc<Counter>> {
        let counter = |user| self.counters.local(&self.check(user).counter);
        (0..self.users.len()).filter_map(counter).collect()
    }

    fn take(&self, check: Check<'_>) {
        black_box(self.counters.take_local(black_box(&check), NOW));
    }

    fn take_all(&self, checks: &[Check<'_>]) {
        black_box(self.counters.take(black_box(checks), NOW).now_or_never());
    }
}

/// Numbers below `end` that follow no order.
fn shuffled(end: usize) -> impl FnMut() -> usize {
    let mut state = 0_u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(state >> 33).map_or(0, |number| number % end)
    }
}

/// The time of `count` calls in each of two threads.
#[expect(clippy::disallowed_methods, reason = "it measures how long something takes")]
fn contended(count: u64, call: impl Fn(usize) + Sync) -> Duration {
    let started = std::time::Instant::now();
    thread::scope(|scope| {
        for number in 0..2 {
            let call = &call;
            scope.spawn(move || (0..count).for_each(|_| call(number)));
        }
    });
    started.elapsed()
}

fn limiter(criterion: &mut Criterion) {
    let few = Bench::of(4);
    let kept = Bench::of(4);
    let held = kept.hold();
    let hold = |user: usize| Check { held: Some(&held[user]), ..kept.check(user) };
    let batch = [0, 1, 2, 3].map(|user| few.check(user));
    let held_batch = [0, 1, 2, 3].map(hold);
    let mut group = criterion.benchmark_group("limiter");
    group.bench_function("one hot", |bencher| bencher.iter(|| few.take(few.check(0))));
    group.bench_function("one hot, held", |bencher| bencher.iter(|| few.take(hold(0))));
    group.bench_function("batch of 4", |bencher| bencher.iter(|| few.take_all(&batch)));
    group.bench_function("batch of 4, held", |bencher| bencher.iter(|| few.take_all(&held_batch)));
    group.bench_function("2 threads, one counter", |bencher| {
        bencher.iter_custom(|count| contended(count, |_| few.take(few.check(0))));
    });
    group.bench_function("2 threads, one counter, held", |bencher| {
        bencher.iter_custom(|count| contended(count, |_| few.take(hold(0))));
    });
    group.bench_function("2 threads, a counter each", |bencher| {
        bencher.iter_custom(|count| contended(count, |thread| few.take(few.check(thread))));
    });

    let many = Bench::of(MANY);
    let mut next = shuffled(MANY);
    group.bench_function("1 M uniform", |bencher| {
        bencher.iter(|| many.take(many.check(next())));
    });
    let held = many.hold();
    group.bench_function("1 M uniform, held", |bencher| {
        bencher.iter(|| {
            let user = next();
            many.take(Check { held: Some(&held[user]), ..many.check(0) });
        });
    });
    group.finish();
}

criterion_group!(benches, limiter);
criterion_main!(benches);
