//! The one thread that writes. Changes that have queued up go into one transaction, each in a
//! savepoint of its own, so that one wait for the disk makes all of them durable. Nobody is
//! answered before that.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;

use futures_util::future::BoxFuture;
use keyway_core::backend::store::{StoreError, StoreResult};
use tokio::sync::{mpsc, oneshot};

use super::checkpoint::Checkpointer;
use super::connection::{SqliteConnection, finish};

/// How many changes share a transaction at most.
const BATCH: usize = 256;
/// How many changes may wait; more wait before the queue.
const QUEUE: usize = 4096;

/// Runs a change. What it returns answers whoever asked for it, once it is known whether the
/// transaction was committed.
type Job = Box<dyn FnOnce(&mut SqliteConnection) -> Done + Send>;

struct Done {
    /// Whether the change is to stay in the transaction.
    keep: bool,
    answer: Box<dyn FnOnce(Result<(), &str>) + Send>,
}

/// The thread that writes. It ends when this is dropped, after all changes that have queued up.
pub(crate) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub fn start(mut conn: SqliteConnection, checkpointer: &Checkpointer) -> StoreResult<Self> {
        checkpointer.watch(&mut conn)?;
        let (jobs, queue) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("keyway-writer".to_owned())
            .spawn(move || run(&mut conn, queue))
            .map_err(|err| StoreError::Unavailable(format!("a thread can't be started: {err}")))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs a change and waits until it is durable.
    pub async fn run<T, F>(&self, work: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>>
            + Send
            + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            let result = finish(work(conn));
            Done {
                keep: result.is_ok(),
                answer: Box::new(move |committed| {
                    let answer = result.and_then(|value| match committed {
                        Ok(()) => Ok(value),
                        Err(err) => Err(StoreError::Unavailable(err.to_owned())),
                    });
                    // Nobody waits any more if the request was given up.
                    drop(sender.send(answer));
                }),
            }
        });
        let ended = || StoreError::Unavailable("the writer has ended".to_owned());
        let Some(jobs) = &self.jobs else { return Err(ended()) };
        jobs.send(job).await.map_err(|_| ended())?;
        receiver
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("the change broke off".to_owned())))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("The writer thread panicked");
        }
    }
}

fn run(conn: &mut SqliteConnection, mut queue: mpsc::Receiver<Job>) {
    while let Some(first) = queue.blocking_recv() {
        let mut answers = Vec::new();
        let committed = transaction(conn, first, &mut queue, &mut answers);
        if let Err(err) = &committed {
            tracing::error!(%err, "A transaction could not be committed");
            if !conn.inner.is_autocommit()
                && let Err(err) = conn.run("ROLLBACK")
            {
                tracing::error!(%err, "A transaction could not be undone");
            }
        }
        let committed = committed.map_err(|err| err.to_string());
        for answer in answers {
            answer(committed.as_ref().map(|()| ()).map_err(String::as_str));
        }
    }
}

type Answers = Vec<Box<dyn FnOnce(Result<(), &str>) + Send>>;

/// Runs the first job and those that have queued up meanwhile, and commits them. After an error,
/// jobs that ran have left their answers and the others were dropped, which tells whoever waits.
fn transaction(
    conn: &mut SqliteConnection,
    first: Job,
    queue: &mut mpsc::Receiver<Job>,
    answers: &mut Answers,
) -> StoreResult<()> {
    conn.run("BEGIN IMMEDIATE")?;
    one(conn, first, answers)?;
    while answers.len() < BATCH
        && let Ok(job) = queue.try_recv()
    {
        one(conn, job, answers)?;
    }
    conn.run("COMMIT")
}

/// Runs one job in a savepoint. An error means that the whole transaction is lost.
fn one(conn: &mut SqliteConnection, job: Job, answers: &mut Answers) -> StoreResult<()> {
    conn.run("SAVEPOINT job")?;
    let done = catch_unwind(AssertUnwindSafe(|| job(conn)));
    let keep = done.as_ref().is_ok_and(|done| done.keep);
    if let Ok(done) = done {
        answers.push(done.answer);
    } else {
        tracing::error!("A change panicked and was undone");
    }
    // A full disk or a failing one makes SQLite undo the transaction by itself.
    if conn.inner.is_autocommit() {
        return Err(StoreError::Unavailable("the database undid the transaction".to_owned()));
    }
    if !keep {
        conn.run("ROLLBACK TO job")?;
    }
    conn.run("RELEASE job")
}
