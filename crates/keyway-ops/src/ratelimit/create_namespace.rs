//! `ratelimit.createNamespace`

use keyway_core::id::NamespaceId;
use keyway_core::namespace::NewNamespace;
use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::fields::NamespaceName;
use crate::reply::{Outcome, Reply};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    name: NamespaceName,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    namespace_id: NamespaceId,
}

/// Creates a namespace. The name of a deleted one stays taken.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    caller.require(Action::CreateNamespace.everywhere())?;
    let new = NewNamespace { id: NamespaceId::generate(&app.entropy), name: request.name.0 };
    app.store.insert_namespace(&new, &caller.trail(&app)).await?;
    Reply::new(Response { namespace_id: new.id })
}
