//! Identities: whoever owns several keys, and shares limits among them.

use serde_json::{Map, Value};

use crate::id::IdentityId;
use crate::ratelimit::Ratelimit;

/// Free members that a customer attaches to a key or an identity.
pub type Meta = Map<String, Value>;

/// An owner of keys, known to the customer by its external id.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// The customer's own name for it, unique in the workspace.
    pub external_id: String,
    /// Free members; empty when there are none.
    pub meta: Meta,
    /// Limits that all its keys share.
    pub ratelimits: Vec<Ratelimit>,
}
