//! What may be done: the permissions of root keys, and the queries that customers ask of keys.

pub mod action;
pub mod query;

use std::fmt;

pub use action::{Action, Level};

/// An action on everything of its kind or on one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootPermission<'a> {
    /// What is done.
    pub action: Action,
    /// The one resource it is done to; `None` for all of them.
    pub on: Option<&'a str>,
}

impl<'a> RootPermission<'a> {
    /// Reads `resource.scope.action`. `None` if no operation knows such a permission: wildcards
    /// stand only in the middle, and only actions on single resources take an id there.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split('.');
        let (resource, scope, name) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let action = Action::ALL
            .into_iter()
            .find(|action| action.row().resource == resource && action.row().name == name)?;
        if scope == "*" {
            return Some(action.everywhere());
        }
        let is_id =
            !scope.is_empty() && scope.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        (action.row().scoped && is_id).then(|| action.on(scope))
    }

    /// Everything of which one suffices: the permission everywhere, then on the resource.
    pub fn alternatives(self) -> Vec<String> {
        let mut all = vec![self.action.everywhere().to_string()];
        if self.on.is_some() && self.action.row().scoped {
            all.push(self.to_string());
        }
        all
    }
}

impl fmt::Display for RootPermission<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = self.action.row();
        write!(f, "{}.{}.{}", row.resource, self.on.unwrap_or("*"), row.name)
    }
}

/// The permissions of one root key, made for asking: a bit for each action that is allowed
/// everywhere and a sorted list of the single resources.
#[derive(Clone, Debug, Default)]
pub struct PermissionSet {
    everywhere: u64,
    single: Vec<(Action, Box<str>)>,
}

impl PermissionSet {
    /// Reads permission strings; those that no operation knows grant nothing.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut set = Self::default();
        for permission in texts.into_iter().filter_map(RootPermission::parse) {
            match permission.on {
                None => set.everywhere |= permission.action.bit(),
                Some(id) => set.single.push((permission.action, id.into())),
            }
        }
        set.single.sort_unstable();
        set
    }

    /// Whether the set allows the action on that resource (or on all, if it names none).
    pub fn allows(&self, needed: RootPermission<'_>) -> bool {
        if self.everywhere & needed.action.bit() != 0 {
            return true;
        }
        needed.on.is_some_and(|id| {
            self.single.binary_search_by(|(a, i)| (*a, &**i).cmp(&(needed.action, id))).is_ok()
        })
    }

    /// Whether the set allows the action on at least one resource.
    pub fn allows_somewhere(&self, action: Action) -> bool {
        self.everywhere & action.bit() != 0 || self.single.iter().any(|(a, _)| *a == action)
    }

    /// The single resources on which the action is allowed; `None` if on all of them.
    pub fn scope(&self, action: Action) -> Option<Vec<&str>> {
        if self.everywhere & action.bit() != 0 {
            return None;
        }
        Some(self.single.iter().filter(|(a, _)| *a == action).map(|(_, id)| &**id).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_catalogued_permissions_parse() {
        for text in ["api.*.create_key", "api.api_x.create_key", "identity.id_1.read_identity"] {
            assert_eq!(RootPermission::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "*",
            "api.*",
            "api.*.*",
            "API.*.read_key",
            "api.*.create_key.x",
            "api..create_key",
            "api.api_x.create_api",
            "api.a-b.create_key",
            "unkey:v1:ws_1:keyspaces/k#create_key",
            "",
        ] {
            assert!(RootPermission::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_grant_for_one_api_covers_no_other() {
        let set = PermissionSet::new(["api.api_a.create_key", "api.*.read_key", "nonsense"]);
        assert!(set.allows(Action::CreateKey.on("api_a")));
        assert!(!set.allows(Action::CreateKey.on("api_b")));
        assert!(!set.allows(Action::CreateKey.everywhere()));
        assert!(set.allows(Action::ReadKey.on("api_b")));
        assert!(set.allows_somewhere(Action::CreateKey));
        assert!(!set.allows_somewhere(Action::DeleteKey));
    }

    #[test]
    fn every_action_has_a_bit_of_its_own_and_parses_back() {
        let mut seen = 0_u64;
        for action in Action::ALL {
            assert_eq!(seen & action.bit(), 0);
            seen |= action.bit();
            let text = action.everywhere().to_string();
            assert_eq!(RootPermission::parse(&text).unwrap().action, action);
        }
    }
}
