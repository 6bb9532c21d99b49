//! Ctrl-C: the first ends the work after the current batch, the second at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::exit::Exit;

/// Watches for Ctrl-C from its creation to the end of the process.
#[derive(Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Starts to watch. Where signals cannot be watched, Ctrl-C ends the process as usual.
    pub fn watch() -> Self {
        let interrupt = Self::default();
        let seen = interrupt.clone();
        std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build()
            else {
                return;
            };
            runtime.block_on(async {
                while tokio::signal::ctrl_c().await.is_ok() {
                    if seen.0.swap(true, Ordering::Relaxed) {
                        std::process::exit(Exit::Interrupted as i32);
                    }
                }
            });
        });
        interrupt
    }

    /// Whether Ctrl-C was pressed.
    pub fn seen(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
