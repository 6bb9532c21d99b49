//! Identities: owners of keys.

use keyway_core::id::IdentityId;
use keyway_core::identity::Identity;

use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Code, Problem};

pub(crate) mod create_identity;
pub(crate) mod delete_identity;
pub(crate) mod get_identity;
pub(crate) mod list_identities;
pub(crate) mod update_identity;

/// The identity that a request names by id or external id.
async fn find_identity(app: &App, caller: &Caller, name: &str) -> Result<Identity, Problem> {
    let by_id = app.store.find_identity(&IdentityId::from(name)).await?;
    let by_name = app.store.find_identity_by_external_id(caller.workspace(), name).await?;
    caller.open_named(by_id, by_name, Code::IdentityNotFound)
}
