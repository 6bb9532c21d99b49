//! Identities: whoever owns several keys, and shares limits among them.

use serde_json::{Map, Value};

use crate::id::IdentityId;
use crate::ratelimit::{NewRatelimit, Ratelimit};

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

/// A change of an identity; `None` keeps a value.
#[derive(Clone, Debug, Default)]
pub struct IdentityChange {
    /// The new free members.
    pub meta: Option<Meta>,
    /// The complete new list of limits.
    pub ratelimits: Option<Vec<NewRatelimit>>,
}
