//! Rate-limit namespaces and the overrides of their limits.

use crate::id::{NamespaceId, OverrideId};
use crate::time::Timestamp;
use crate::wildcard;

/// A namespace of identifiers that are limited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace {
    /// Its id.
    pub id: NamespaceId,
    /// Its name, unique in the workspace; case counts.
    pub name: String,
    /// A deleted namespace answers nothing and keeps its name.
    pub deleted: bool,
}

/// A namespace to be created.
#[derive(Clone, Debug)]
pub struct NewNamespace {
    /// Its id.
    pub id: NamespaceId,
    /// Its name.
    pub name: String,
}

/// A namespace in a list.
#[derive(Clone, Debug)]
pub struct NamespaceSummary {
    /// The namespace.
    pub namespace: Namespace,
    /// How many overrides it has.
    pub override_count: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A limit that replaces the one of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Its id.
    pub id: OverrideId,
    /// The identifier it is for; each `*` in it stands for any characters.
    pub identifier: String,
    /// Units per window; 0 blocks.
    pub limit: i64,
    /// The length of a window in milliseconds.
    pub duration: i64,
}

/// The override that applies to an identifier: its own, else the most specific with wildcards.
pub fn applying<'a>(overrides: &'a [Override], identifier: &str) -> Option<&'a Override> {
    let patterns = overrides.iter().map(|each| each.identifier.as_str());
    let pattern = wildcard::most_specific(patterns, identifier)?;
    overrides.iter().find(|each| each.identifier == pattern)
}
