//! Somebody must always be left who can manage the root keys of a workspace.

use keyway_core::page::Page;
use keyway_core::permission::{Action, PermissionSet};
use keyway_core::root_key::{RootKey, RootKeyFilter};
use keyway_core::user::UserRole;

use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Code, Problem};

/// Refuses a change after which a root key no longer manages root keys, if nobody else does:
/// no other root key in force and nobody with an account. `after` is the key as it would be.
pub(super) async fn check_left(
    app: &App,
    caller: &Caller,
    before: &RootKey,
    after: Option<&RootKey>,
) -> Result<(), Problem> {
    let is_lost = manages(before, caller) && !after.is_some_and(|after| manages(after, caller));
    if !is_lost || others(app, caller, before).await? {
        return Ok(());
    }
    let detail = "This is the last root key that can change root keys, and nobody with an account \
                  can. Give that to another root key first, or set up an owner.";
    Err(Problem::new(Code::LastManager, detail))
}

/// Whether a root key can change the others of its workspace.
fn manages(root_key: &RootKey, caller: &Caller) -> bool {
    let permissions = root_key.grant.effective_permissions();
    let held = PermissionSet::new(permissions.iter().map(String::as_str));
    root_key.enabled
        && root_key.expires.is_none_or(|expires| caller.now <= expires)
        && held.allows(Action::UpdateRootKey.everywhere())
}

async fn others(app: &App, caller: &Caller, but: &RootKey) -> Result<bool, Problem> {
    let users = app.store.list_users(caller.workspace()).await?;
    if users.iter().any(|(user, role)| {
        user.enabled && user.password_hash.is_some() && UserRole::Admin <= *role
    }) {
        return Ok(true);
    }
    let filter = RootKeyFilter::default();
    let mut page = Page { limit: 100, after: None };
    loop {
        let found = app.store.list_root_keys(caller.workspace(), &filter, &page).await?;
        if found.items.iter().any(|one| one.id != but.id && manages(one, caller)) {
            return Ok(true);
        }
        let Some(next) = found.next else { return Ok(false) };
        page.after = Some(next);
    }
}
