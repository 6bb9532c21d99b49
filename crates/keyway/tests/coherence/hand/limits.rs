//! Writes to namespaces and their overrides.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Hand, Next, is};
use crate::model::{DURATION, Id, Namespace, State};

impl Hand<'_> {
    fn namespace_name(&mut self) -> String {
        let name = format!("n{}", self.number());
        self.world.names.push((self.home, name.clone()));
        name
    }

    fn namespace(&mut self) -> Option<(Id, Namespace)> {
        self.one(is::namespace).filter(|(_, namespace)| !namespace.deleted)
    }

    pub(super) fn create_namespace(&mut self) -> Option<Next> {
        let name = self.namespace_name();
        let body = json!({ "name": name });
        let state = Namespace { name, deleted: false, overrides: BTreeMap::new() };
        let state = State::Namespace(state);
        self.make("ratelimit.createNamespace", body, state, "namespaceId")
    }

    pub(super) fn rename_namespace(&mut self) -> Option<Next> {
        let (id, namespace) = self.namespace()?;
        let name = self.namespace_name();
        let body = json!({ "namespace": self.wire(id), "name": name });
        let state = State::Namespace(Namespace { name, ..namespace });
        self.write("ratelimit.updateNamespace", body, vec![(id, state)])
    }

    pub(super) fn delete_namespace(&mut self) -> Option<Next> {
        let (id, namespace) = self.namespace()?;
        let state = State::Namespace(Namespace { deleted: true, ..namespace });
        let body = json!({ "namespace": self.wire(id) });
        self.write("ratelimit.deleteNamespace", body, vec![(id, state)])
    }

    pub(super) fn set_override(&mut self) -> Option<Next> {
        let (id, mut namespace) = self.namespace()?;
        let (identifier, limit) = (self.chance.pick(&["user", "us*"])?, 2_000_000 + self.number());
        namespace.overrides.insert(identifier, limit);
        let body = json!({
            "namespace": self.wire(id), "identifier": identifier, "limit": limit,
            "duration": DURATION,
        });
        self.write("ratelimit.setOverride", body, vec![(id, State::Namespace(namespace))])
    }

    pub(super) fn delete_override(&mut self) -> Option<Next> {
        let (id, mut namespace) = self.namespace()?;
        let set: Vec<&str> = namespace.overrides.keys().copied().collect();
        let identifier = self.chance.pick(&set)?;
        namespace.overrides.remove(identifier);
        let body = json!({ "namespace": self.wire(id), "identifier": identifier });
        self.write("ratelimit.deleteOverride", body, vec![(id, State::Namespace(namespace))])
    }
}
