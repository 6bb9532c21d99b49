//! Keys: issued, verified, changed and ended.

use keyway_core::id::ApiId;
use keyway_core::permission::Action;

use crate::caller::Caller;
use crate::problem::{Code, Problem};

pub(crate) mod create_key;
pub(crate) mod delete_key;
pub(crate) mod get_key;
pub(crate) mod set_permissions;
pub(crate) mod set_roles;
pub(crate) mod update_credits;
pub(crate) mod update_key;
pub(crate) mod verify_key;
pub(crate) mod whoami;

/// Answers a request to show secrets again: forbidden without the permission, and otherwise not
/// possible, because this instance stores no secrets.
pub(crate) fn refuse_decryption(caller: &Caller, api: &ApiId) -> Result<(), Problem> {
    caller.require(Action::DecryptKey.on(api.as_str()))?;
    Err(Problem::new(
        Code::PreconditionFailed,
        "This instance stores no recoverable keys: only hashes are kept, so a key can't be shown again.",
    ))
}
