//! The one thread that writes. Changes that have queued up go into one transaction, each in a
//! savepoint of its own, so that one wait for the disk makes all of them durable. Nobody is
//! answered before that.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use futures_util::future::BoxFuture;
use keyway_core::backend::store::{StoreError, StoreResult};
use tokio::sync::{mpsc, oneshot};

use super::checkpoint::Checkpointer;
use super::connection::{SqliteConnection, finish};
use crate::cache::Cache;

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
    answer: Answer,
}

/// Tells whoever asked for a change what became of it, given what became of the transaction.
type Answer = Box<dyn FnOnce(Result<(), &str>) + Send>;

/// The thread that writes. It ends when this is dropped, after all changes that have queued up.
pub(crate) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub fn start(
        mut conn: SqliteConnection,
        checkpointer: &Checkpointer,
        cache: Arc<Cache>,
    ) -> StoreResult<Self> {
        checkpointer.watch(&mut conn)?;
        let (jobs, queue) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("keyway-writer".to_owned())
            .spawn(move || run(&mut conn, queue, &cache))
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

fn run(conn: &mut SqliteConnection, mut queue: mpsc::Receiver<Job>, cache: &Cache) {
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
        // Also after an error: nobody knows for sure what became of the transaction.
        cache.apply(conn.changes.drain(..));
        let lost = committed.err().map(|err| err.to_string());
        for answer in answers {
            answer(lost.as_deref().map_or(Ok(()), Err));
        }
    }
}

/// Runs the first job and those that have queued up meanwhile, and commits them. After an error,
/// jobs that ran have left their answers and the others were dropped, which tells whoever waits.
fn transaction(
    conn: &mut SqliteConnection,
    first: Job,
    queue: &mut mpsc::Receiver<Job>,
    answers: &mut Vec<Answer>,
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
fn one(conn: &mut SqliteConnection, job: Job, answers: &mut Vec<Answer>) -> StoreResult<()> {
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Barrier};

    use super::super::connection::Access;
    use super::*;
    use crate::sql::{Connection, values};

    struct Fixture {
        writer: Arc<Writer>,
        _checkpointer: Checkpointer,
        dir: tempfile::TempDir,
    }

    impl Fixture {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let file = super::super::files::database(dir.path()).unwrap();
            let conn = SqliteConnection::open(&file, Access::Write).unwrap();
            conn.run_script(
                "CREATE TABLE numbers (n INTEGER PRIMARY KEY) STRICT; \
                 CREATE TABLE followers (n INTEGER REFERENCES numbers (n)) STRICT;",
            )
            .unwrap();
            let checkpointer = Checkpointer::start(&file).unwrap();
            let writer =
                Arc::new(Writer::start(conn, &checkpointer, Arc::new(Cache::new(0))).unwrap());
            Self { writer, _checkpointer: checkpointer, dir }
        }

        /// Holds the writer up until the returned barrier is waited for, so that what is sent
        /// meanwhile goes into one transaction.
        async fn hold(&self) -> Arc<Barrier> {
            let barrier = Arc::new(Barrier::new(2));
            let (writer, theirs) = (Arc::clone(&self.writer), Arc::clone(&barrier));
            let (begun, has_begun) = oneshot::channel();
            tokio::spawn(async move {
                writer
                    .run(move |_| {
                        let _ = begun.send(());
                        theirs.wait();
                        Box::pin(async { Ok(()) })
                    })
                    .await
            });
            has_begun.await.unwrap();
            barrier
        }

        fn insert(&self, number: i64) -> tokio::task::JoinHandle<StoreResult<()>> {
            let writer = Arc::clone(&self.writer);
            tokio::spawn(async move {
                writer
                    .run(move |conn| {
                        Box::pin(async move {
                            let sql = "INSERT INTO numbers (n) VALUES ($1)";
                            conn.execute(sql, &values![number]).await?;
                            assert_ne!(number, 13);
                            if number % 2 == 0 { Ok(()) } else { Err(StoreError::Unfit("odd")) }
                        })
                    })
                    .await
            })
        }

        async fn numbers(&self) -> Vec<i64> {
            self.writer
                .run(|conn| {
                    Box::pin(async move {
                        let rows = conn.query("SELECT n FROM numbers ORDER BY n", &[]).await?;
                        rows.into_iter().map(|mut row| row.take()).collect()
                    })
                })
                .await
                .unwrap()
        }
    }

    async fn settle() {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_change_that_fails_or_panics_takes_no_other_of_its_transaction_with_it() {
        let t = Fixture::new();
        let barrier = t.hold().await;
        let tasks: Vec<_> = (10..20).map(|number| t.insert(number)).collect();
        settle().await;
        barrier.wait();
        for (number, task) in (10..20).zip(tasks) {
            match task.await.unwrap() {
                Ok(()) => assert_eq!(number % 2, 0),
                Err(StoreError::Unfit(_)) => assert!(number % 2 == 1 && number != 13),
                Err(err) => assert_eq!(number, 13, "{err}"),
            }
        }
        assert_eq!(t.numbers().await, [10, 12, 14, 16, 18]);
    }

    #[tokio::test]
    async fn nobody_is_told_success_when_the_commit_fails() {
        let t = Fixture::new();
        let barrier = t.hold().await;
        let fine = t.insert(2);
        let writer = Arc::clone(&t.writer);
        let spoiler = tokio::spawn(async move {
            writer
                .run(|conn| {
                    Box::pin(async move {
                        conn.run_script(
                            "PRAGMA defer_foreign_keys = ON; INSERT INTO followers VALUES (99);",
                        )
                    })
                })
                .await
        });
        settle().await;
        barrier.wait();
        for task in [fine, spoiler] {
            assert!(matches!(task.await.unwrap(), Err(StoreError::Unavailable(_))));
        }
        assert_eq!(t.numbers().await, [0_i64; 0]);
        t.insert(4).await.unwrap().unwrap();
        assert_eq!(t.numbers().await, [4]);
    }

    #[tokio::test]
    async fn changes_that_have_queued_up_are_made_before_the_writer_ends() {
        let t = Fixture::new();
        let barrier = t.hold().await;
        let tasks: Vec<_> = (1..=20).map(|number| t.insert(2 * number)).collect();
        settle().await;
        barrier.wait();
        let file = t.dir.path().join("keyway.db");
        drop(t.writer);
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let conn = rusqlite::Connection::open(file).unwrap();
        let count: i64 =
            conn.query_row("SELECT count(*) FROM numbers", [], |row| row.get(0)).unwrap();
        assert_eq!(count, 20);
    }
}
