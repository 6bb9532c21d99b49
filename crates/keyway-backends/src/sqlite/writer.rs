//! The one thread that writes. Changes that have queued up go into one transaction, each in a
//! savepoint of its own, so that one wait for the disk makes all of them durable. Nobody is
//! answered before that.
//!
//! Spending credits is by far the most frequent change, so it goes a way of its own into the same
//! transactions (`hand_over`, `ledger`). Each transaction takes up to a number of spends and up to
//! a number of other changes, so neither kind can hold up the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use futures_util::future::BoxFuture;
use keyway_core::backend::store::{StoreError, StoreResult};
use keyway_core::credits::Spend;
use keyway_core::id::KeyId;
use tokio::sync::{mpsc, oneshot};

use super::checkpoint::Checkpointer;
use super::connection::{SqliteConnection, finish};
use super::hand_over::{self, Inbox, Waiting};
use super::ledger::{self, Ledger};
use crate::cache::Cache;

/// How many changes other than spends share a transaction at most.
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
    spends: Arc<Inbox<ledger::Sender>>,
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
        let spends = Arc::new(Inbox::new());
        let desk =
            Desk { conn, queue, spends: Arc::clone(&spends), ledger: Ledger::default(), cache };
        let thread = std::thread::Builder::new()
            .name("keyway-writer".to_owned())
            .spawn(move || desk.run())
            .map_err(|err| StoreError::Unavailable(format!("a thread can't be started: {err}")))?;
        Ok(Self { jobs: Some(jobs), spends, thread: Some(thread) })
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
        self.spends.call();
        receiver.await.unwrap_or_else(|_| Err(broken_off()))
    }

    /// Takes credits, more than 0, and waits until that is durable.
    pub async fn spend(&self, key: KeyId, cost: i64) -> StoreResult<Spend> {
        let (sender, receiver) = oneshot::channel();
        self.spends.push(Waiting::new(key, cost, sender));
        receiver.await.unwrap_or_else(|_| Err(broken_off()))
    }
}

fn broken_off() -> StoreError {
    StoreError::Unavailable("the change broke off".to_owned())
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        self.spends.close();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("The writer thread panicked");
        }
    }
}

/// What the thread works with.
struct Desk {
    conn: SqliteConnection,
    queue: mpsc::Receiver<Job>,
    spends: Arc<Inbox<ledger::Sender>>,
    ledger: Ledger,
    cache: Arc<Cache>,
}

impl Desk {
    fn run(mut self) {
        let spends = Arc::clone(&self.spends);
        hand_over::serve(&spends, |batch| self.transaction(batch));
    }

    /// Runs the spends and the jobs that have queued up, commits them, and answers the jobs. An
    /// error means that nothing of it stays.
    fn transaction(&mut self, spends: &mut [Waiting<ledger::Sender>]) -> StoreResult<()> {
        let mut answers = Vec::new();
        let committed = self.work(spends, &mut answers);
        if let Err(err) = &committed {
            tracing::error!(%err, "A transaction could not be committed");
            if !self.conn.inner.is_autocommit()
                && let Err(err) = self.conn.run("ROLLBACK")
            {
                tracing::error!(%err, "A transaction could not be undone");
            }
        }
        // Also after an error: nobody knows for sure what became of the transaction.
        self.cache.apply(self.conn.changes.drain(..));
        let lost = committed.as_ref().err().map(ToString::to_string);
        for answer in answers {
            answer(lost.as_deref().map_or(Ok(()), Err));
        }
        committed
    }

    /// After an error, jobs that ran have left their answers and the others were dropped, which
    /// tells whoever waits.
    fn work(
        &mut self,
        spends: &mut [Waiting<ledger::Sender>],
        answers: &mut Vec<Answer>,
    ) -> StoreResult<()> {
        let first = self.queue.try_recv().ok();
        if spends.is_empty() && first.is_none() {
            return Ok(());
        }
        self.conn.run("BEGIN IMMEDIATE")?;
        let granted = catch_unwind(AssertUnwindSafe(|| self.ledger.grant(&self.conn, spends)));
        granted.unwrap_or_else(|_| {
            Err(StoreError::Unavailable("spending credits panicked".to_owned()))
        })?;
        let mut next = first;
        let mut count = 0;
        while let Some(job) = next {
            self.ledger.forget();
            one(&mut self.conn, job, answers)?;
            count += 1;
            if count == BATCH {
                // There may be more in the queue.
                self.spends.call();
                break;
            }
            next = self.queue.try_recv().ok();
        }
        self.conn.run("COMMIT")
    }
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
                 CREATE TABLE followers (n INTEGER REFERENCES numbers (n)) STRICT; \
                 CREATE TABLE workspaces (id TEXT, purge_at INTEGER) STRICT; \
                 CREATE TABLE apis (id TEXT, workspace_id TEXT, deleted_at INTEGER) STRICT; \
                 CREATE TABLE keys \
                 (id TEXT, workspace_id TEXT, api_id TEXT, deleted_at INTEGER) STRICT; \
                 CREATE TABLE key_credits (key_id TEXT, remaining INTEGER) STRICT; \
                 INSERT INTO workspaces VALUES ('ws_1', NULL); \
                 INSERT INTO apis VALUES ('api_1', 'ws_1', NULL); \
                 INSERT INTO keys VALUES ('key_1', 'ws_1', 'api_1', NULL), \
                 ('key_2', 'ws_1', 'api_1', NULL); \
                 INSERT INTO key_credits VALUES ('key_1', 10), ('key_2', 10); \
                 CREATE TABLE debts \
                 (n INTEGER REFERENCES numbers (n) DEFERRABLE INITIALLY DEFERRED) STRICT; \
                 CREATE TRIGGER late_sabotage AFTER UPDATE ON key_credits WHEN new.remaining = 1 \
                 BEGIN INSERT INTO debts VALUES (99); END; \
                 CREATE TRIGGER sabotage BEFORE UPDATE ON key_credits WHEN new.remaining = 5 \
                 BEGIN SELECT raise(ABORT, 'sabotage'); END;",
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

        fn spend(&self, key: &str, cost: i64) -> tokio::task::JoinHandle<StoreResult<Spend>> {
            let (writer, key) = (Arc::clone(&self.writer), KeyId::from(key));
            tokio::spawn(async move { writer.spend(key, cost).await })
        }

        /// Makes the transaction fail in which it ends up.
        fn spoil(&self) -> tokio::task::JoinHandle<StoreResult<()>> {
            let writer = Arc::clone(&self.writer);
            tokio::spawn(async move {
                writer
                    .run(|conn| {
                        Box::pin(async move {
                            conn.run_script(
                                "PRAGMA defer_foreign_keys = ON; \
                                 INSERT INTO followers VALUES (99);",
                            )
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
        let spoiler = t.spoil();
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

    #[tokio::test]
    async fn spends_that_wait_together_are_granted_in_the_order_of_their_arrival() {
        let t = Fixture::new();
        let barrier = t.hold().await;
        let spends = [("key_1", 6), ("key_2", 1), ("key_1", 7), ("key_1", 2), ("key_2", 2)];
        let tasks = spends.map(|(key, cost)| t.spend(key, cost));
        settle().await;
        let given_up = t.spend("key_1", 1);
        settle().await;
        given_up.abort();
        let panics = t.insert(13);
        settle().await;
        barrier.wait();
        let expected =
            [Spend::Taken(4), Spend::Taken(9), Spend::Short(4), Spend::Taken(2), Spend::Taken(7)];
        for (task, expected) in tasks.into_iter().zip(expected) {
            assert_eq!(task.await.unwrap().unwrap(), expected);
        }
        assert!(panics.await.unwrap().is_err());
        assert_eq!(t.spend("key_1", 2).await.unwrap().unwrap(), Spend::Taken(0));
    }

    #[tokio::test]
    async fn nothing_is_spent_when_the_commit_fails() {
        let t = Fixture::new();
        let barrier = t.hold().await;
        let tasks = [("key_1", 6), ("key_1", 7), ("key_2", 1), ("key_2", 8)];
        let tasks = tasks.map(|(key, cost)| t.spend(key, cost));
        settle().await;
        barrier.wait();
        for task in tasks {
            assert!(matches!(task.await.unwrap(), Err(StoreError::Unavailable(_))));
        }
        assert_eq!(t.spend("key_1", 1).await.unwrap().unwrap(), Spend::Taken(9));
    }

    #[tokio::test]
    async fn a_key_whose_credits_can_not_be_taken_takes_no_other_with_it() {
        let t = Fixture::new();
        let barrier = t.hold().await;
        let (bad, good, insert) = (t.spend("key_1", 5), t.spend("key_2", 2), t.insert(2));
        settle().await;
        barrier.wait();
        assert!(matches!(bad.await.unwrap(), Err(StoreError::Unavailable(_))));
        assert_eq!(good.await.unwrap().unwrap(), Spend::Taken(8));
        insert.await.unwrap().unwrap();
        assert_eq!(t.spend("key_1", 1).await.unwrap().unwrap(), Spend::Taken(9));
    }

    #[tokio::test]
    async fn spends_that_wait_are_made_before_the_writer_ends() {
        let t = Fixture::new();
        let barrier = t.hold().await;
        let tasks = [1, 1, 1].map(|cost| t.spend("key_1", cost));
        settle().await;
        barrier.wait();
        let file = t.dir.path().join("keyway.db");
        drop(t.writer);
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let conn = rusqlite::Connection::open(file).unwrap();
        let sql = "SELECT remaining FROM key_credits WHERE key_id = 'key_1'";
        let left: i64 = conn.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(left, 7);
    }

    #[tokio::test]
    async fn neither_spends_nor_other_changes_hold_up_each_other() {
        let t = Fixture::new();
        let barrier = t.hold().await;
        let many = 3 * i64::try_from(BATCH).unwrap();
        let spends: Vec<_> = (0..many).map(|_| t.spend("key_2", 20)).collect();
        let inserts: Vec<_> = (1..=many).map(|number| t.insert(2 * number)).collect();
        settle().await;
        barrier.wait();
        for insert in inserts {
            insert.await.unwrap().unwrap();
        }
        for spend in spends {
            assert_eq!(spend.await.unwrap().unwrap(), Spend::Short(10));
        }
    }
}
