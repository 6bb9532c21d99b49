//! Several tasks write while others ask: an answer must be one that the model could have given at
//! some moment between the question and the answer.

use std::sync::Arc;

use keyway_backends::cache::Cache;
use tokio::task::JoinSet;

use crate::asking::question;
use crate::chance::Chance;
use crate::hand::{Hand, Next};
use crate::keyway::Keyway;
use crate::setup::setup;
use crate::world::{Shared, ask, write};

const WRITERS: usize = 3;
const ASKERS: usize = 2;
/// How many writes each writer makes.
const STEPS: usize = 8;

async fn run(keyway: &Arc<Keyway>, seed: u64) -> Result<usize, String> {
    let world = setup(keyway, seed.is_multiple_of(2)).await;
    let mut writers = JoinSet::new();
    for which in 0..WRITERS {
        let chance = Chance::new(seed * 100 + which as u64);
        writers.spawn(make_writes(Arc::clone(keyway), world.clone(), chance, which));
    }
    let mut askers = JoinSet::new();
    for which in 0..ASKERS {
        let chance = Chance::new(seed * 100 + 50 + which as u64);
        askers.spawn(ask_on(Arc::clone(keyway), world.clone(), chance));
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap()?;
    }
    world.lock().unwrap().is_over = true;
    while let Some(done) = askers.join_next().await {
        done.unwrap()?;
    }
    let undecided = world.lock().unwrap().undecided;
    Ok(undecided)
}

async fn make_writes(
    keyway: Arc<Keyway>,
    world: Shared,
    mut chance: Chance,
    which: usize,
) -> Result<(), String> {
    for _ in 0..STEPS {
        let part = (which, WRITERS);
        let next = Hand::new(&keyway, &mut world.lock().unwrap(), &mut chance, part).next();
        match next {
            Some(Next::Write(what)) => {
                write(&keyway, &world, &what).await?;
            }
            // Another has to switch a workspace on.
            Some(Next::Outside(_)) | None => tokio::task::yield_now().await,
        }
    }
    Ok(())
}

async fn ask_on(keyway: Arc<Keyway>, world: Shared, mut chance: Chance) -> Result<(), String> {
    loop {
        let asked = {
            let world = world.lock().unwrap();
            if world.is_over {
                return Ok(());
            }
            question(&world, &mut chance)
        };
        ask(&keyway, &world, &asked).await?;
        // Answers from memory never wait, and whom they wake has to get a turn.
        tokio::task::yield_now().await;
    }
}

/// Runs schedules until one is wrong.
pub fn run_all(cache: Cache, seeds: std::ops::Range<u64>) -> Result<(), String> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(4).enable_all().build().unwrap();
    runtime.block_on(async {
        let keyway = Arc::new(Keyway::start(cache).await);
        for seed in seeds {
            let undecided =
                run(&keyway, seed).await.map_err(|wrong| format!("seed {seed}: {wrong}"))?;
            assert_eq!(undecided, 0, "answers to seed {seed} had too many possible reasons");
        }
        Ok(())
    })
}

fn assert_right(max_bytes: usize, usually: u64) {
    if let Err(wrong) = run_all(Cache::new(max_bytes), crate::seeds(usually)) {
        panic!("{wrong}");
    }
}

#[test]
fn concurrent_answers_from_a_large_cache_follow_from_states_of_their_time() {
    assert_right(64 << 20, 250);
}

#[test]
fn concurrent_answers_from_a_cache_that_always_evicts_follow_from_states_of_their_time() {
    assert_right(128 << 10, 150);
}
