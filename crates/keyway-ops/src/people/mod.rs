//! People in front of the dashboard: how they sign in, what their sessions may do, and who lets
//! them in. None of this is part of the public operations.

pub mod password;
pub mod private;
pub mod visit;

mod links;
mod sessions;
mod throttle;
mod users;

use std::sync::OnceLock;

use keyway_core::time::Timestamp;
use tokio::sync::Semaphore;

use crate::refusals::Refusals;
use throttle::Throttle;

pub use links::{NewLink, setup_link, unattended_owner};
pub use users::reset_password;

/// How many passwords are hashed at the same time: each takes some 20 MB of memory.
const HASHED_AT_ONCE: usize = 2;

/// What the dashboard keeps in memory.
pub struct Dashboard {
    /// Recent refusals, which can be explained.
    pub refusals: Refusals,
    /// When the server was started.
    pub started: OnceLock<Timestamp>,
    throttle: Throttle,
    hashing: Semaphore,
}

impl Default for Dashboard {
    fn default() -> Self {
        Self {
            refusals: Refusals::default(),
            started: OnceLock::new(),
            throttle: Throttle::default(),
            hashing: Semaphore::new(HASHED_AT_ONCE),
        }
    }
}
