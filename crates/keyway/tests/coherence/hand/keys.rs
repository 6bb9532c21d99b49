//! Writes to keys.

use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use serde_json::{Value, json};

use super::{Hand, Next, is};
use crate::model::{Id, Key, State, limits};
use crate::world::Write;

impl Hand<'_> {
    /// A key that this hand may write to and that can be written to.
    fn key(&mut self) -> Option<(Id, Key)> {
        let mut keys = self.all(is::key);
        keys.retain(|(id, key)| self.is_mine(*id) && matches!(self.state(key.api), State::Api(_)));
        self.chance.pick(&keys)
    }

    fn update(&self, id: Id, key: Key, mut body: Value) -> Option<Next> {
        body["keyId"] = self.wire(id).into();
        self.write("keys.updateKey", body, vec![(id, State::Key(key))])
    }

    /// A moment that lies before or behind now.
    fn moment(&mut self) -> Option<i64> {
        let away = i64::try_from(self.chance.below(4000)).unwrap() - 1000;
        (!self.chance.one_in(3)).then(|| self.now() + away)
    }

    fn blank(&mut self) -> Option<Key> {
        let apis = self.all(is::api);
        let (api, _) = self.chance.pick(&apis)?;
        Some(Key {
            api,
            name: format!("k{}", self.number()),
            meta: None,
            enabled: true,
            expires: None,
            credits: None,
            identity: None,
            limits: Vec::new(),
            permissions: Vec::new(),
            roles: Vec::new(),
            pending: false,
        })
    }

    pub(super) fn create_key(&mut self) -> Option<Next> {
        let (permissions, roles) = (self.some_of(is::permission), self.some_of(is::role));
        let key = Key { limits: self.limits(), permissions, roles, ..self.blank()? };
        let (identity, external) = self.owner();
        let key = Key { identity, ..key };
        let mut body = json!({
            "apiId": self.wire(key.api), "name": key.name, "ratelimits": limits(&key.limits),
            "permissions": self.wires(&key.permissions), "roles": self.wires(&key.roles),
        });
        if !external.is_null() {
            body["externalId"] = external;
        }
        self.make("keys.createKey", body, State::Key(key), "keyId")
    }

    pub(super) fn change_key(&mut self) -> Option<Next> {
        let (id, mut key) = self.key()?;
        let body = match self.chance.below(4) {
            0 => {
                key.name = format!("k{}", self.number());
                json!({ "name": key.name })
            }
            1 => {
                let meta;
                (key.meta, meta) = self.meta();
                json!({ "meta": meta })
            }
            2 => {
                key.enabled = !key.enabled;
                json!({ "enabled": key.enabled })
            }
            _ => {
                key.expires = self.moment();
                json!({ "expires": key.expires })
            }
        };
        self.update(id, key, body)
    }

    /// An identity, which this hand may delete too, or none.
    fn owner(&mut self) -> (Option<Id>, Value) {
        let owner = self.one(is::identity).filter(|_| !self.chance.one_in(4));
        let owner = owner.map(|(id, _)| id);
        (owner, owner.map_or(Value::Null, |id| self.secret(id).into()))
    }

    pub(super) fn move_key(&mut self) -> Option<Next> {
        let (id, mut key) = self.key()?;
        let external;
        (key.identity, external) = self.owner();
        self.update(id, key, json!({ "externalId": external }))
    }

    pub(super) fn limit_key(&mut self) -> Option<Next> {
        let (id, mut key) = self.key()?;
        if self.chance.one_in(2) && 1 < key.limits.len() {
            key.limits.reverse();
        } else {
            key.limits = self.limits();
        }
        let body = json!({ "ratelimits": limits(&key.limits) });
        self.update(id, key, body)
    }

    pub(super) fn spend_key(&mut self) -> Option<Next> {
        let (id, mut key) = self.key()?;
        let (credits, remaining) = self.chance.pick(&[
            (None, None),
            (Some(false), Some(0)),
            (Some(true), Some(1_000_000)),
        ])?;
        key.credits = credits;
        if self.chance.one_in(2) {
            return self.update(id, key, json!({ "credits": { "remaining": remaining } }));
        }
        let body = json!({ "keyId": self.wire(id), "operation": "set", "value": remaining });
        self.write("keys.updateCredits", body, vec![(id, State::Key(key))])
    }

    /// Several keys at once.
    pub(super) fn change_keys(&mut self) -> Option<Next> {
        if !self.is_alone() {
            return None;
        }
        let (one, other) = (self.key()?, self.key()?);
        if one.0 == other.0 {
            return None;
        }
        let ids = self.wires(&[one.0, other.0]);
        let enabled = self.chance.one_in(2);
        let then = [one, other].map(|(id, key)| (id, State::Key(Key { enabled, ..key }))).into();
        let body = json!({ "keyIds": ids, "set": { "enabled": enabled } });
        self.write("keys.bulkUpdateKeys", body, then)
    }

    pub(super) fn reroll_key(&mut self) -> Option<Next> {
        let (id, key) = self.key()?;
        if key.pending {
            return None;
        }
        let delay = self.chance.pick(&[None, Some(0), Some(1000)])?;
        let ends = delay.map(|delay| Timestamp(self.now()).last_moment_in(delay).0);
        let expires = [key.expires, ends].into_iter().flatten().min();
        let body = json!({ "keyId": self.wire(id), "expiration": delay });
        let next = self.make("keys.rerollKey", body, State::Key(key.clone()), "keyId")?;
        let Next::Write(mut write) = next else { return None };
        write.then.push((id, State::Key(Key { expires, ..key })));
        Some(Next::Write(write))
    }

    pub(super) fn delete_key(&mut self) -> Option<Next> {
        let (id, _) = self.key()?;
        let body = json!({ "keyId": self.wire(id), "permanent": self.chance.one_in(2) });
        self.write("keys.deleteKey", body, vec![(id, State::Nothing)])
    }

    /// A place for a key that is imported, whose secret others may have asked for already.
    fn awaited(&mut self) -> Option<Id> {
        let awaited = |id: &Id| {
            let object = &self.world.objects[*id];
            object.home == self.home && object.secret.starts_with("imp")
        };
        let all: Vec<Id> = (0..self.world.objects.len()).filter(awaited).collect();
        let one = self.chance.pick(&all)?;
        let secret = self.secret(one);
        let is_free = |id: &Id| {
            let object = &self.world.objects[*id];
            object.secret == secret && object.wire.is_empty() && object.is_at_rest()
        };
        if let Some(free) = all.into_iter().find(is_free) {
            return self.is_mine(free).then_some(free);
        }
        let place = self.place();
        self.world.objects[place].secret = secret;
        Some(place)
    }

    pub(super) fn import_key(&mut self) -> Option<Next> {
        let key = self.blank()?;
        let id = self.awaited()?;
        let secret = self.secret(id);
        let long = secret.strip_prefix("imp_").and_then(|rest| rest.rsplit('_').next());
        let migration = if long.is_some() { "prefixed" } else { "whole" };
        let hash = hex(&KeyHash::of(long.unwrap_or(&secret)).0);
        let key = Key { pending: long.is_some(), ..key };
        let body = json!({
            "migrationId": self.world.migrations[&(self.home, migration)],
            "apiId": self.wire(key.api), "keys": [{ "hash": hash, "name": key.name }],
        });
        let made = Some((id, "keyId", None));
        let (root, then) = (Some(self.boss), vec![(id, State::Key(key))]);
        Some(Next::Write(Write { root, operation: "keys.migrateKeys", body, then, made }))
    }

    /// The first use of an imported key.
    pub(super) fn convert_key(&mut self) -> Option<Next> {
        let mut keys = self.all(is::key);
        keys.retain(|(id, key)| {
            self.is_mine(*id) && key.pending && matches!(self.state(key.api), State::Api(_))
        });
        let (id, key) = self.chance.pick(&keys)?;
        let migration = &self.world.migrations[&(self.home, "prefixed")];
        let body = json!({ "key": self.secret(id), "migrationId": migration });
        let state = State::Key(Key { pending: false, ..key });
        self.write("keys.verifyKey", body, vec![(id, state)])
    }

    /// Some of the objects of a kind.
    pub(super) fn some_of<T: Clone>(&mut self, is: fn(&State) -> Option<&T>) -> Vec<Id> {
        let ids: Vec<Id> = self.all(is).into_iter().map(|(id, _)| id).collect();
        self.chance.some(&ids)
    }

    pub(super) fn permit_key(&mut self) -> Option<Next> {
        let (id, mut key) = self.key()?;
        let some = self.some_of(is::permission);
        let body = json!({ "keyId": self.wire(id), "permissions": self.wires(&some) });
        let operation = self.change_set(
            &mut key.permissions,
            some,
            ["keys.setPermissions", "keys.addPermissions", "keys.removePermissions"],
        )?;
        self.write(operation, body, vec![(id, State::Key(key))])
    }

    pub(super) fn give_roles(&mut self) -> Option<Next> {
        let (id, mut key) = self.key()?;
        let some = self.some_of(is::role);
        let body = json!({ "keyId": self.wire(id), "roles": self.wires(&some) });
        let names = ["keys.setRoles", "keys.addRoles", "keys.removeRoles"];
        let operation = self.change_set(&mut key.roles, some, names)?;
        self.write(operation, body, vec![(id, State::Key(key))])
    }

    /// Replaces a set by others, adds these or removes them; says by which of the operations.
    fn change_set(
        &mut self,
        set: &mut Vec<Id>,
        others: Vec<Id>,
        operations: [&'static str; 3],
    ) -> Option<&'static str> {
        let which = self.chance.below(3);
        if which != 0 && others.is_empty() {
            return None;
        }
        match which {
            0 => *set = others,
            1 => set.extend(others),
            _ => set.retain(|id| !others.contains(id)),
        }
        Some(operations[which])
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
