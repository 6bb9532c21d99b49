//! `rootKeys.rerollKey`

use keyway_core::patch::Patch;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Blank, IssuedRootKey, mint, open_root_key, rules};
use crate::app::App;
use crate::caller::Caller;
use crate::fields::KeyIdField;
use crate::problem::{Code, Problem};
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    key_id: KeyIdField,
    /// In how many milliseconds the old key ends: 0 at once, at most 30 days; `null` to leave
    /// its end as it is.
    #[schemars(range(min = 0, max = 2_592_000_000_i64))]
    expiration: Patch<i64>,
}

/// Replaces a root key, which may be the caller itself, by a new one that may do the same.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<IssuedRootKey> {
    caller.require(Action::CreateRootKey.everywhere())?;
    let old = open_root_key(&app, &caller, request.key_id.0).await?;
    rules::check_grant(&caller, &old.grant)?;
    if !old.enabled {
        let detail = "This root key is switched off. Enable it before you replace it.";
        return Err(Problem::new(Code::PreconditionFailed, detail));
    }
    if old.expires.is_some_and(|expires| expires < caller.now) {
        let detail = "This root key has expired. Create a new one in its place.";
        return Err(Problem::new(Code::PreconditionFailed, detail));
    }
    if !rules::ends_with(&caller, old.expires) {
        let detail = "The calling root key expires before the one it would replace.";
        return Err(Problem::new(Code::PreconditionFailed, detail));
    }

    let old_expires = match request.expiration {
        Patch::Keep | Patch::Clear => None,
        Patch::Set(delay) => Some(caller.now.last_moment_in(delay)),
    };
    let (new, secret) = mint(
        &app,
        caller.now,
        Blank {
            workspace_id: old.workspace_id,
            name: old.name,
            grant: old.grant,
            expires: old.expires,
            created_by: Some(caller.principal.root_key.id.clone()),
        },
    );
    let trail = caller.trail(&app);
    app.store.reroll_root_key(&old.id, old_expires, &new, secret.hash(), &trail).await?;

    Reply::new(IssuedRootKey { key_id: new.id, key: secret.reveal_once() })
}
