//! One thing after the other: each answer must be exactly the model's.

use keyway_backends::cache::Cache;

use crate::asking::question;
use crate::chance::Chance;
use crate::hand::{Hand, Next};
use crate::keyway::Keyway;
use crate::setup::setup;
use crate::world::{act, ask, write};

/// How many writes a schedule has.
const STEPS: usize = 16;

/// Runs a schedule and says what was wrong about it.
pub async fn run(keyway: &Keyway, seed: u64) -> Result<(), String> {
    let mut chance = Chance::new(seed);
    let world = setup(keyway, chance.one_in(2)).await;
    for _ in 0..STEPS {
        let next = Hand::new(keyway, &mut world.lock().unwrap(), &mut chance, (0, 1)).next();
        match next.unwrap() {
            Next::Outside(what) => act(keyway, &world, &what).await,
            Next::Write(what) => {
                let is_made = write(keyway, &world, &what).await?;
                // A hash may be taken by a key that is hidden or the other workspace's.
                if !is_made && what.operation != "keys.migrateKeys" {
                    return Err(format!("{what:?} was refused"));
                }
            }
        }
        for _ in 0..chance.below(4) {
            let asked = question(&world.lock().unwrap(), &mut chance);
            ask(keyway, &world, &asked).await?;
        }
    }
    Ok(())
}

/// Runs schedules until one is wrong.
pub fn run_all(cache: Cache, seeds: std::ops::Range<u64>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let keyway = Keyway::start(cache).await;
        for seed in seeds {
            run(&keyway, seed).await.map_err(|wrong| format!("seed {seed}: {wrong}"))?;
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
fn answers_from_a_large_cache_are_the_models() {
    assert_right(64 << 20, 1000);
}

#[test]
fn answers_from_a_cache_that_always_evicts_are_the_models() {
    assert_right(128 << 10, 500);
}

#[test]
fn answers_without_room_in_the_cache_are_the_models() {
    assert_right(0, 100);
}
