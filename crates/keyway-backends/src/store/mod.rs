//! The store's methods, written once for every SQL database.

mod apis;
mod audit;
mod changes;
mod credits;
mod edit_rbac;
mod identities;
mod import_keys;
mod insert_key;
mod key_meta;
mod key_sets;
mod keys;
mod list_rbac;
mod load_keys;
mod migrations;
mod namespaces;
mod overrides;
mod ratelimits;
mod refills;
mod reroll_key;
mod roles;
mod root_keys;
mod rows;
mod search_keys;
mod secrets;
mod sessions;
mod touch;
mod update_key;
mod users;
mod vault;
mod workspaces;

use async_trait::async_trait;
use keyway_core::audit::{ChainKey, Trail};
use keyway_core::backend::store::{Store, StoreError, StoreResult};
use keyway_core::id::Entropy;

use crate::sql::{Connection, Database, values};
use audit::Audit;
pub(crate) use credits::LOOK as LOOK_AT_CREDITS;
pub(crate) use credits::spend as spend_credits;
pub(crate) use key_meta::digests as meta_digests;

/// A store in a SQL database.
pub struct SqlStore<D> {
    pub(crate) db: D,
    pub(crate) chain: ChainKey,
}

impl<D> SqlStore<D> {
    fn audit(&self, trail: &Trail) -> Audit {
        Audit { chain: self.chain.clone(), trail: trail.clone() }
    }
}

/// The row of `instance` that holds the secret of the audit chains.
const CHAIN_KEY: &str = "audit_chain_key";

/// The secret of the audit chains, if the instance has one.
pub(crate) async fn find_chain_key<C: Connection>(conn: &mut C) -> StoreResult<Option<ChainKey>> {
    let sql = "SELECT value FROM instance WHERE name = $1";
    let Some(mut row) = conn.first(sql, &values![CHAIN_KEY]).await? else { return Ok(None) };
    let bytes: Vec<u8> = row.take()?;
    match bytes.try_into() {
        Ok(bytes) => Ok(Some(ChainKey(bytes))),
        Err(_) => Err(StoreError::Corrupt("the audit chain's key has another length".to_owned())),
    }
}

/// The secret of the audit chains, which is made when an instance starts for the first time.
pub(crate) async fn ensure_chain_key<C: Connection>(
    conn: &mut C,
    entropy: &Entropy,
) -> StoreResult<ChainKey> {
    let mut bytes = [0_u8; 32];
    entropy.fill(&mut bytes);
    let sql = "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    conn.execute(sql, &values![CHAIN_KEY, &bytes[..]]).await?;
    find_chain_key(conn).await?.ok_or_else(|| {
        StoreError::Corrupt("the audit chain's key was stored but isn't there".to_owned())
    })
}

#[async_trait]
impl<D: Database> Store for SqlStore<D> {
    async fn check(&self) -> StoreResult<()> {
        self.db
            .statement(|conn| {
                Box::pin(async move {
                    let sql = "UPDATE instance SET value = value WHERE name = $1";
                    conn.execute(sql, &values![CHAIN_KEY]).await.map(drop)
                })
            })
            .await
    }
}
