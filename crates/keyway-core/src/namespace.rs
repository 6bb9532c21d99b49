//! Rate-limit namespaces and the overrides of their limits.

use std::collections::HashMap;

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

/// A namespace with its overrides, as it is kept in memory.
#[derive(Debug)]
pub struct NamespaceRecord {
    /// The namespace.
    pub namespace: Namespace,
    exact: HashMap<String, Override>,
    patterns: Vec<Override>,
}

impl NamespaceRecord {
    /// A namespace with all its overrides.
    pub fn new(namespace: Namespace, overrides: Vec<Override>) -> Self {
        let (patterns, exact) =
            overrides.into_iter().partition(|each| each.identifier.contains('*'));
        let exact: Vec<Override> = exact;
        let exact = exact.into_iter().map(|each| (each.identifier.clone(), each)).collect();
        Self { namespace, exact, patterns }
    }

    /// The override that applies to an identifier: its own, else the most specific with wildcards.
    pub fn applying(&self, identifier: &str) -> Option<&Override> {
        if let Some(own) = self.exact.get(identifier) {
            return Some(own);
        }
        applying(&self.patterns, identifier)
    }

    /// About how many bytes it takes up.
    pub fn size(&self) -> usize {
        let texts = self.exact.keys().map(|identifier| 2 * identifier.len());
        let patterns = self.patterns.iter().map(|each| each.identifier.len());
        let each = 2 * size_of::<Override>() + 64;
        texts.chain(patterns).sum::<usize>() + (self.exact.len() + self.patterns.len()) * each
    }
}
