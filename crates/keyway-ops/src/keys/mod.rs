//! Keys: issued, verified, changed and ended.

use keyway_core::api::Api;
use keyway_core::id::ApiId;
use keyway_core::key::Key;
use keyway_core::permission::Action;
use keyway_core::secret::PlainKey;

use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Code, Problem};
use crate::vault::Vault;
use crate::views::KeyView;

pub(crate) mod add_permissions;
pub(crate) mod add_roles;
pub(crate) mod bulk_update_keys;
pub(crate) mod create_key;
pub(crate) mod delete_key;
pub(crate) mod get_key;
pub(crate) mod list_keys;
pub(crate) mod migrate_keys;
pub(crate) mod remove_permissions;
pub(crate) mod remove_roles;
pub(crate) mod reroll_key;
pub(crate) mod set_permissions;
pub(crate) mod set_roles;
pub(crate) mod update_credits;
pub(crate) mod update_key;
pub(crate) mod verify_key;
pub(crate) mod verify_request;
pub(crate) mod whoami;

/// Refuses unless keys of the API can be shown again: the caller may do so, there is a vault, and
/// the API uses it.
pub(crate) async fn require_vault<'a>(
    app: &'a App,
    caller: &Caller,
    action: Action,
    api: &ApiId,
) -> Result<&'a Vault, Problem> {
    caller.require(action.on(api.as_str()))?;
    let Some(vault) = &app.vault else {
        return Err(Problem::new(
            Code::PreconditionFailed,
            "This instance has no master key, so it can't store keys recoverably. Set KEYWAY_MASTER_KEY.",
        ));
    };
    let api = caller.open(app.store.find_api(api).await?, Code::ApiNotFound)?;
    if !api.store_encrypted_keys {
        return Err(Problem::new(
            Code::PreconditionFailed,
            "This API doesn't store keys recoverably. Switch on `storeEncryptedKeys` with apis.updateApi.",
        ));
    }
    Ok(vault)
}

/// Keys as the answer shows them, the recoverable ones with their secret. The log tells of it.
pub(crate) async fn reveal(
    app: &App,
    caller: &Caller,
    vault: &Vault,
    keys: Vec<Key>,
) -> Result<Vec<KeyView>, Problem> {
    let (mut views, mut shown) = (Vec::with_capacity(keys.len()), Vec::new());
    for key in keys {
        let secret =
            if key.recoverable { app.store.find_sealed_secret(&key.id).await? } else { None };
        let plaintext = match secret {
            Some(secret) => {
                let plain = vault.unseal(app, caller.workspace(), &key.id, &secret).await?;
                shown.push(key.id.clone());
                Some(plain.reveal_once())
            }
            None => None,
        };
        views.push(KeyView::from(key).with_plaintext(plaintext));
    }
    if !shown.is_empty() {
        app.store.note_reveal(&shown, &caller.trail(app)).await?;
    }
    Ok(views)
}

/// A new key for an API and what the store has to know of its form.
pub(crate) struct Minted {
    pub secret: PlainKey,
    pub prefix: Option<String>,
    /// The number of its characters, if it has no checksum.
    pub unchecked_length: Option<i64>,
}

/// Makes a key. One without a checksum is announced, so that it isn't taken for garbage.
pub(crate) fn mint(app: &App, api: &Api, prefix: Option<String>, bytes: i64) -> Minted {
    let bytes = usize::try_from(bytes).unwrap_or(16);
    let secret = PlainKey::generate(&app.entropy, prefix.as_deref(), bytes, api.checksum);
    let unchecked_length =
        (!api.checksum).then(|| i64::try_from(secret.length()).unwrap_or(i64::MAX));
    if let Some(length) = unchecked_length {
        app.unchecked.add(Some(length));
    }
    Minted { secret, prefix, unchecked_length }
}
