//! Ctrl-C and SIGTERM: a measurement ends early and takes away what it made.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use tokio::sync::Notify;

use super::super::exit::{Exit, Failure};
use crate::shutdown::Signals;

/// Whether somebody wants the measurement to end.
#[derive(Clone, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Default)]
struct Inner {
    wanted: AtomicBool,
    exit: AtomicU8,
    notify: Notify,
}

impl Stop {
    /// Watches for signals. The second one ends the process at once.
    pub fn watch() -> Result<Self, Failure> {
        let stop = Self::default();
        let mut signals = Signals::listen().map_err(|err| {
            Failure::new(Exit::Failed, "Signals cannot be waited for.").because(err)
        })?;
        let told = stop.clone();
        tokio::task::spawn_local(async move {
            loop {
                let exit = if signals.next().await == "SIGTERM" {
                    Exit::Terminated
                } else {
                    Exit::Interrupted
                };
                if told.0.wanted.swap(true, Ordering::Relaxed) {
                    std::process::exit(exit as i32);
                }
                told.0.exit.store(exit as u8, Ordering::Relaxed);
                told.0.notify.notify_waiters();
            }
        });
        Ok(stop)
    }

    /// Whether a signal has come.
    pub fn wanted(&self) -> bool {
        self.0.wanted.load(Ordering::Relaxed)
    }

    /// Waits for a signal.
    pub async fn wait(&self) {
        let notified = self.0.notify.notified();
        if !self.wanted() {
            notified.await;
        }
    }

    /// Fails if a signal has come.
    pub fn check(&self) -> Result<(), Failure> {
        if !self.wanted() {
            return Ok(());
        }
        let exit = if self.0.exit.load(Ordering::Relaxed) == Exit::Terminated as u8 {
            Exit::Terminated
        } else {
            Exit::Interrupted
        };
        Err(Failure::new(exit, "The measurement was ended before it had a result."))
    }
}
