//! `keys.rerollKey`

use keyway_core::id::KeyId;
use keyway_core::key::Reroll;
use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Minted, mint, require_vault};
use crate::app::App;
use crate::caller::Caller;
use crate::fields::KeyIdField;
use crate::reply::{Outcome, Reply};

/// Unknown members are ignored, as SDKs send some.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    key_id: KeyIdField,
    /// For how many milliseconds the old key stays valid: 0 ends it at once, `null` leaves its
    /// end as it is.
    #[schemars(range(min = 0, max = 4_102_444_800_000_i64))]
    expiration: Patch<i64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    key_id: KeyId,
    /// The new key; it is shown only here.
    key: String,
}

/// Replaces a key by a new one like it. The old one never lives longer than it would have.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    let id = KeyId::from(request.key_id.0);
    let old = caller.open_key(&app, &id, &[Action::CreateKey]).await?;
    let vault = if old.recoverable {
        Some(require_vault(&app, &caller, Action::EncryptKey, &old.api.id).await?)
    } else {
        None
    };
    let api = caller.open_api(&app, &old.api.id).await?;

    let prefix = prefix_of(&old.start).map(str::to_owned);
    let bytes = old.byte_length.or(api.default_byte_length).unwrap_or(16);
    let Minted { secret, prefix, unchecked_length } = mint(&app, &api, prefix, bytes);
    let key_id = KeyId::generate(&app.entropy);
    let sealed = match vault {
        Some(vault) => Some(vault.seal(&app, &caller, &key_id, &secret).await?),
        None => None,
    };
    let reroll = Reroll {
        id: key_id,
        hash: secret.hash(),
        start: secret.start(prefix.as_deref()),
        byte_length: bytes,
        unchecked_length,
        sealed,
        old_expires: match request.expiration {
            Patch::Keep | Patch::Clear => None,
            Patch::Set(delay) => Some(caller.now.last_moment_in(delay)),
        },
    };
    app.store.reroll_key(&old.id, &reroll, &caller.trail(&app)).await?;

    Reply::new(Response { key_id: reroll.id, key: secret.reveal_once() })
}

/// The prefix of a key by its start: all but four characters and the underscore before them.
fn prefix_of(start: &str) -> Option<&str> {
    let (before, _) = start.char_indices().rev().nth(3)?;
    start[..before].strip_suffix('_').filter(|prefix| !prefix.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_read_back_from_the_start() {
        for (start, prefix) in [
            ("", None),
            ("a_b", None),
            ("4Fxz", None),
            ("_4Fx", None),
            ("app_4Fxz", Some("app")),
            ("my_app_4Fxz", Some("my_app")),
            ("app_ab_5", Some("app")),
            ("ä_äbcd", Some("ä")),
        ] {
            assert_eq!(prefix_of(start), prefix, "{start}");
        }
    }
}
