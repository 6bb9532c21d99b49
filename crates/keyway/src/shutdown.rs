//! When it is time to stop.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// Tells every part of the program that it is time to stop.
pub struct Shutdown(watch::Sender<bool>);

/// Waits for the time to stop.
#[derive(Clone)]
pub struct Stopping(watch::Receiver<bool>);

impl Shutdown {
    /// A pair of one who tells and one who waits.
    pub fn new() -> (Self, Stopping) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Stopping(receiver))
    }

    /// It is time to stop. Nothing brings the time before back.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }
}

impl Stopping {
    /// Ready as soon as it is time to stop, or nobody is left who could say so.
    pub async fn wait(&mut self) {
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}

/// The signals that ask a process to end: SIGTERM and SIGINT.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Begins to listen, so that from now on the signals don't kill the process.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The name of the next one.
    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everybody_who_waits_is_told_also_afterwards() {
        let (shutdown, stopping) = Shutdown::new();
        let mut early = stopping.clone();
        let waiting = tokio::spawn(async move { early.wait().await });
        shutdown.begin();
        waiting.await.unwrap();
        let mut late = stopping;
        late.wait().await;
    }
}
