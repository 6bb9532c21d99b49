//! What is required, as a tree whose leaves are held or missing.

use std::borrow::Cow;

use keyway_core::permission::query;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

/// A tree of permissions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Requirement {
    /// One of these suffices.
    Any {
        #[serde(rename = "anyOf")]
        any_of: Vec<Requirement>,
    },
    /// All of these are needed.
    All {
        #[serde(rename = "allOf")]
        all_of: Vec<Requirement>,
    },
    /// A permission.
    Leaf {
        permission: String,
        held: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        via: Option<String>,
    },
}

// Written by hand, because a type within itself can't be written in line.
impl JsonSchema for Requirement {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Requirement".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "`anyOf` or `allOf` with a list of the same, or a leaf with \
                            `permission`, `held` and perhaps `via`.",
        })
    }
}

impl Requirement {
    pub(super) fn any(mut any_of: Vec<Self>) -> Self {
        if any_of.len() == 1 { any_of.remove(0) } else { Self::Any { any_of } }
    }

    pub(super) fn all(mut all_of: Vec<Self>) -> Self {
        if all_of.len() == 1 { all_of.remove(0) } else { Self::All { all_of } }
    }

    /// The tree of a query. `via` says from where a permission is held, if it is.
    pub(super) fn of_query(query: &str, via: &dyn Fn(&str) -> Option<String>) -> Self {
        let tokens: Vec<&str> = query::words(query).collect();
        let mut at = 0;
        Self::either(&tokens, &mut at, via)
    }

    fn either(tokens: &[&str], at: &mut usize, via: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut terms = vec![Self::both(tokens, at, via)];
        while tokens.get(*at) == Some(&"OR") {
            *at += 1;
            terms.push(Self::both(tokens, at, via));
        }
        Self::any(terms)
    }

    fn both(tokens: &[&str], at: &mut usize, via: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut terms = vec![Self::one(tokens, at, via)];
        while tokens.get(*at) == Some(&"AND") {
            *at += 1;
            terms.push(Self::one(tokens, at, via));
        }
        Self::all(terms)
    }

    fn one(tokens: &[&str], at: &mut usize, via: &dyn Fn(&str) -> Option<String>) -> Self {
        let token = tokens.get(*at).copied().unwrap_or_default();
        *at += 1;
        if token == "(" {
            let inner = Self::either(tokens, at, via);
            *at += 1;
            return inner;
        }
        let via = via(token);
        Self::Leaf { permission: token.to_owned(), held: via.is_some(), via }
    }

    /// The fewest permissions that are missing; none if the requirement is met.
    pub(super) fn missing(&self) -> Vec<String> {
        match self {
            Self::Leaf { held: true, .. } => Vec::new(),
            Self::Leaf { permission, .. } => vec![permission.clone()],
            Self::All { all_of } => {
                let mut all: Vec<String> = all_of.iter().flat_map(Self::missing).collect();
                let mut seen = std::collections::HashSet::new();
                all.retain(|one| seen.insert(one.clone()));
                all
            }
            Self::Any { any_of } => {
                any_of.iter().map(Self::missing).min_by_key(Vec::len).unwrap_or_default()
            }
        }
    }

    /// All leaves, in order.
    pub(super) fn leaves(&self) -> Vec<(&str, bool)> {
        match self {
            Self::Leaf { permission, held, .. } => vec![(permission, *held)],
            Self::All { all_of: inner } | Self::Any { any_of: inner } => {
                inner.iter().flat_map(Self::leaves).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(query: &str, held: &[&str]) -> Vec<String> {
        let via = |name: &str| held.contains(&name).then(|| "direct".to_owned());
        let tree = Requirement::of_query(query, &via);
        let is_satisfied = query::evaluate(query, |name| held.contains(&name)).unwrap();
        assert_eq!(tree.missing().is_empty(), is_satisfied);
        tree.missing()
    }

    #[test]
    fn the_fewest_missing_permissions_are_told() {
        assert_eq!(missing("a", &["a"]), Vec::<String>::new());
        assert_eq!(missing("a AND b", &["a"]), ["b"]);
        assert_eq!(missing("a AND b OR c", &[]), ["c"]);
        assert_eq!(missing("(a OR b) AND (c OR (d AND e))", &["b"]), ["c"]);
        assert_eq!(missing("a AND (a OR b) AND a", &[]), ["a"]);
        assert_eq!(missing("((a))", &[]), ["a"]);
    }
}
