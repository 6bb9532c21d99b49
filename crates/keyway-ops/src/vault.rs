//! Sealing and opening the secrets of recoverable keys.

use keyway_core::id::{KeyId, WorkspaceId};
use keyway_core::secret::PlainKey;
use keyway_core::vault::{DEK_LIFE, Dek, MasterKey, OpenDek, SealedSecret, WrongKey};

use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Code, Problem};

/// The master key of the instance and those that it had before.
pub struct Vault {
    current: MasterKey,
    previous: Vec<MasterKey>,
}

impl Vault {
    /// A vault that seals under `current` and still opens what `previous` ones have wrapped.
    pub fn new(current: MasterKey, previous: Vec<MasterKey>) -> Self {
        Self { current, previous }
    }

    /// Seals the secret of a new key of the caller's workspace.
    pub async fn seal(
        &self,
        app: &App,
        caller: &Caller,
        id: &KeyId,
        key: &PlainKey,
    ) -> Result<SealedSecret, Problem> {
        let dek = self.sealing_key(app, caller).await?;
        Ok(dek.seal(&app.entropy, caller.workspace(), id, key))
    }

    /// The key of the caller's workspace for new secrets; made if there is none, or if it is old.
    async fn sealing_key(&self, app: &App, caller: &Caller) -> Result<OpenDek, Problem> {
        let workspace = caller.workspace();
        let active = app.store.find_active_dek(workspace).await?;
        let dek = match active {
            Some(dek) if caller.now <= dek.created_at.plus(DEK_LIFE) => dek,
            old => {
                let new = self.current.new_dek(&app.entropy, workspace, caller.now);
                app.store.activate_dek(&new, old.as_ref().map(|dek| &dek.id)).await?
            }
        };
        self.open(&dek).map_err(wrong_key)
    }

    /// Opens the secret of a key.
    pub async fn unseal(
        &self,
        app: &App,
        workspace: &WorkspaceId,
        id: &KeyId,
        secret: &SealedSecret,
    ) -> Result<PlainKey, Problem> {
        let dek = app.store.find_dek(&secret.dek_id).await?.ok_or_else(|| wrong_key(WrongKey))?;
        let dek = self.open(&dek).map_err(wrong_key)?;
        dek.unseal(workspace, id, secret).map_err(wrong_key)
    }

    fn open(&self, dek: &Dek) -> Result<OpenDek, WrongKey> {
        self.master(&dek.kek_id).ok_or(WrongKey)?.open(dek)
    }

    fn master(&self, kek: &str) -> Option<&MasterKey> {
        std::iter::once(&self.current).chain(&self.previous).find(|master| master.id() == kek)
    }

    /// Wraps up to `limit` keys anew that a previous master key has wrapped. Says how many it
    /// wrapped and how many are under a master key that isn't known. Can be repeated at any time.
    pub async fn rotate(&self, app: &App, limit: usize) -> Result<(usize, usize), Problem> {
        let (mut done, mut unknown) = (0, 0);
        for dek in app.store.list_deks_not_under(self.current.id(), limit).await? {
            let Some(previous) = self.master(&dek.kek_id) else {
                unknown += 1;
                continue;
            };
            let new = self.current.rewrap(&app.entropy, previous, &dek).map_err(wrong_key)?;
            app.store.rewrap_dek(&new, &dek.kek_id).await?;
            done += 1;
        }
        Ok((done, unknown))
    }
}

fn wrong_key(error: WrongKey) -> Problem {
    Problem::new(
        Code::PreconditionFailed,
        "The master key of this instance does not open the stored secret. Start it with the key that sealed it as KEYWAY_MASTER_KEY or among KEYWAY_PREVIOUS_MASTER_KEYS.",
    )
    .because(error)
}
