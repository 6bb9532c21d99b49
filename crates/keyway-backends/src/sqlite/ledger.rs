//! Spending credits, many at a time.
//!
//! The spends of a transaction are put together by key. If all of a key's are covered, one update
//! takes their sum; else they are looked at one after the other in the order of their arrival, and
//! each is granted if what is left covers it, so that a big one that is refused holds up no smaller
//! one behind it. Whatever the way, each is told the balance as if it had been alone.

use std::collections::HashSet;

use keyway_core::backend::store::{Entity, StoreError, StoreResult};
use keyway_core::credits::Spend;
use keyway_core::id::KeyId;
use rusqlite::{CachedStatement, OptionalExtension as _};
use tokio::sync::oneshot;

use super::connection::SqliteConnection;
use super::error::store_error;
use super::hand_over::{Answer, Waiting, grant_from};
use crate::store::LOOK_AT_CREDITS;

/// Takes credits of a key that is known to be there.
const TAKE: &str = "UPDATE key_credits SET remaining = remaining - ?2 \
                    WHERE key_id = ?1 AND remaining >= ?2 RETURNING remaining";
/// How many keys are remembered as being there.
const MANY: usize = 16_384;

pub(super) type Sender = oneshot::Sender<StoreResult<Spend>>;

impl Answer for Sender {
    fn is_awaited(&self) -> bool {
        !self.is_closed()
    }

    fn give(self, result: StoreResult<Spend>) {
        // Nobody waits any more if the request was given up.
        drop(self.send(result));
    }
}

/// What the writer knows about the keys that spend.
#[derive(Default)]
pub(super) struct Ledger {
    /// Keys that were there when they last spent. Only other changes can do away with a key, and
    /// each of those makes this empty.
    live: HashSet<KeyId>,
}

impl Ledger {
    /// Forgets what another change may have made untrue.
    pub fn forget(&mut self) {
        self.live.clear();
    }

    /// Gives each spend its outcome, within a transaction. The order of the batch is lost.
    pub fn grant<A: Answer>(
        &mut self,
        conn: &SqliteConnection,
        batch: &mut [Waiting<A>],
    ) -> StoreResult<()> {
        if batch.is_empty() {
            return Ok(());
        }
        let prepare = |sql| conn.inner.prepare_cached(sql).map_err(|err| store_error(&err));
        let mut statements = Statements { take: prepare(TAKE)?, look: prepare(LOOK_AT_CREDITS)? };
        // A stable sort keeps the order of arrival within a key.
        batch.sort_by(|one, other| one.key.cmp(&other.key));
        for spends in batch.chunk_by_mut(|one, other| one.key == other.key) {
            let Err(err) = self.grant_key(&mut statements, spends) else { continue };
            // A full disk or a failing one makes SQLite undo the transaction by itself.
            if conn.inner.is_autocommit() {
                return Err(err);
            }
            self.live.remove(&spends[0].key);
            let text = err.to_string();
            for spend in spends {
                spend.outcome = Some(Err(StoreError::Unavailable(text.clone())));
            }
        }
        Ok(())
    }

    fn grant_key<A>(
        &mut self,
        statements: &mut Statements<'_>,
        spends: &mut [Waiting<A>],
    ) -> StoreResult<()> {
        let key = spends[0].key.clone();
        if self.live.contains(&key)
            && let Some(total) = total(spends)
            && let Some(left) = statements.take(&key, total)?
        {
            grant_from(left.saturating_add(total), spends);
            return Ok(());
        }
        let balance = match statements.look(&key)? {
            Balance::Of(balance) => balance,
            Balance::Unlimited => {
                for spend in spends {
                    spend.outcome = Some(Ok(Spend::Unlimited));
                }
                return Ok(());
            }
            Balance::Missing => {
                self.live.remove(&key);
                for spend in spends {
                    let missing = StoreError::Missing(Entity::Key, key.to_string());
                    spend.outcome = Some(Err(missing));
                }
                return Ok(());
            }
        };
        let taken = grant_from(balance, spends);
        if 0 < taken && statements.take(&key, taken)? != Some(balance - taken) {
            let text = format!("the balance of {key} changed within a transaction");
            return Err(StoreError::Corrupt(text));
        }
        if self.live.len() < MANY {
            self.live.insert(key);
        }
        Ok(())
    }
}

/// The statements of one batch.
struct Statements<'c> {
    take: CachedStatement<'c>,
    look: CachedStatement<'c>,
}

impl Statements<'_> {
    /// Takes so much from a balance that has it, and tells what is left.
    fn take(&mut self, key: &KeyId, amount: i64) -> StoreResult<Option<i64>> {
        self.take
            .query_row((key.as_str(), amount), |row| row.get(0))
            .optional()
            .map_err(|err| store_error(&err))
    }

    /// What a key has left.
    fn look(&mut self, key: &KeyId) -> StoreResult<Balance> {
        let found: rusqlite::Result<Option<i64>> =
            self.look.query_row((key.as_str(),), |row| row.get(0));
        match found.optional().map_err(|err| store_error(&err))? {
            Some(Some(left)) => Ok(Balance::Of(left)),
            Some(None) => Ok(Balance::Unlimited),
            None => Ok(Balance::Missing),
        }
    }
}

/// What a key has left.
enum Balance {
    Of(i64),
    Unlimited,
    /// The key isn't there.
    Missing,
}

/// What all of them want together.
fn total<A>(spends: &[Waiting<A>]) -> Option<i64> {
    spends.iter().try_fold(0_i64, |sum, spend| sum.checked_add(spend.cost))
}
