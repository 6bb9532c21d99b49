//! A model test of coherence: whatever is kept in memory, no answer is one that the plain truth
//! could not have given.
//!
//! A schedule is a sequence of writes of every kind to two new workspaces, with questions between
//! them: verifications, limits, and who a root key is. `model` knows the objects as plain values
//! and what Keyway has to answer about them.
//!
//! - Alone (`alone`), each answer must be exactly that of the model.
//! - Together (`together`), several tasks write while others ask, and an answer must follow from
//!   states that its objects had at some moment between question and answer.
//! - A Keyway whose cache is deaf to one kind of change (`deaf`) must be caught by the same
//!   schedules.
//!
//! A failure names the seed of its schedule. `KEYWAY_COHERENCE_SEED=17` runs only the schedule of
//! that seed, and `KEYWAY_COHERENCE_SCHEDULES=10000` as many as that of each sort, from seed 0 on.
//! What schedules do alone repeats itself; what they do together depends on the machine too.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends where its surroundings are not what they must be"
)]

mod alone;
mod asking;
mod chance;
mod deaf;
mod hand;
mod keyway;
mod model;
mod setup;
mod together;
mod world;

/// The seeds of the schedules to run, where `usually` says how many these are.
fn seeds(usually: u64) -> std::ops::Range<u64> {
    if let Some(seed) = setting("KEYWAY_COHERENCE_SEED") {
        return seed..seed + 1;
    }
    0..setting("KEYWAY_COHERENCE_SCHEDULES").unwrap_or(usually)
}

#[expect(clippy::disallowed_methods, reason = "how a test run chooses its schedules")]
fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}
