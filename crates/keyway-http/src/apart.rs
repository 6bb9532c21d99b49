//! A thread for what may keep a processor for milliseconds, as reading a large body does: nobody
//! else's request waits for it.

use std::future::pending;
use std::panic::resume_unwind;
use std::sync::LazyLock;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::task::JoinHandle;

/// Nothing if the system has no more threads.
static THREAD: LazyLock<Option<Handle>> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().ok()?;
    let handle = runtime.handle().clone();
    let run = move || {
        yield_to_others();
        runtime.block_on(pending::<()>());
    };
    thread::Builder::new().name("large-bodies".to_owned()).spawn(run).ok()?;
    Some(handle)
});

/// Lets every other thread go first that wants a processor. What is begun here may hold a lock for a
/// moment, so this is not the least priority (19), which might never get a turn to let go of it.
#[cfg(target_os = "linux")]
fn yield_to_others() {
    const LATER: i32 = 10;
    // Without a process it is the thread that asks.
    if let Err(error) = rustix::process::setpriority_process(None, LATER) {
        tracing::debug!(%error, "Long work has the priority of any other: {error}");
    }
}

#[cfg(not(target_os = "linux"))]
fn yield_to_others() {}

/// Does `work` on the thread for long work, one piece after the other. Work that nobody waits for
/// any more is given up; a panic is passed on.
pub(crate) async fn apart<F>(work: F) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    let Some(thread) = &*THREAD else { return work.await };
    let mut task = Given(thread.spawn(work));
    match (&mut task.0).await {
        Ok(output) => output,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // Its thread never ends.
            Err(_) => pending().await,
        },
    }
}

/// A task that ends with whoever waits for it.
struct Given<T>(JoinHandle<T>);

impl<T> Drop for Given<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::panic::AssertUnwindSafe;
    use std::sync::mpsc;
    use std::time::Duration;

    use futures_util::FutureExt;
    use tokio::task::yield_now;

    use super::*;

    #[tokio::test]
    async fn nobody_waits_for_long_work() {
        let (end, is_ended) = mpsc::channel::<()>();
        // Keeps its thread until another request has been worked on.
        let long = apart(async move { is_ended.recv_timeout(Duration::from_secs(30)).is_ok() });
        let other = async move {
            yield_now().await;
            end.send(()).unwrap();
        };
        assert!(tokio::join!(long, other).0);
    }

    #[tokio::test]
    async fn a_panic_is_passed_on_and_the_thread_stays() {
        let work = apart(async { panic!("on purpose") });
        assert!(AssertUnwindSafe(work).catch_unwind().await.is_err());
        assert_eq!(apart(async { 1 }).await, 1);
    }

    #[tokio::test]
    async fn work_is_given_up_with_whoever_waits_for_it() {
        let (held, is_dropped) = tokio::sync::oneshot::channel::<()>();
        let work = apart(async move {
            let _held = held;
            pending::<()>().await;
        });
        assert!(tokio::time::timeout(Duration::from_millis(20), work).await.is_err());
        assert!(is_dropped.await.is_err());
    }
}
