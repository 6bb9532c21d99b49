//! Writes to root keys and workspaces.

use keyway_core::time::Timestamp;
use serde_json::json;

use super::{Hand, Next, is};
use crate::model::{ALL, Id, Root, State, Workspace};
use crate::world::Write;

impl Hand<'_> {
    /// A root key other than the one that may do everything.
    fn root(&mut self) -> Option<(Id, Root)> {
        self.one(is::root).filter(|(id, _)| *id != self.boss)
    }

    fn permissions(&mut self) -> Vec<String> {
        let mut permissions = vec![ALL.to_owned(), "api.*.verify_key".to_owned()];
        for (id, _) in self.all(is::api) {
            permissions.push(format!("api.{}.verify_key", self.wire(id)));
        }
        for (id, _) in self.all(is::namespace) {
            permissions.push(format!("ratelimit.{}.limit", self.wire(id)));
        }
        let mut some = self.chance.some(&permissions);
        some.sort();
        some
    }

    fn environments(&mut self) -> Option<Vec<String>> {
        let lists: [Option<&[&str]>; 4] = [None, None, Some(&["prod"]), Some(&["prod", "test"])];
        let list = self.chance.pick(&lists)??;
        Some(list.iter().copied().map(str::to_owned).collect())
    }

    pub(super) fn create_root(&mut self) -> Option<Next> {
        let root = Root {
            name: format!("root {}", self.number()),
            permissions: self.permissions(),
            environments: None,
            enabled: true,
            expires: None,
        };
        let body = json!({ "name": root.name, "permissions": root.permissions });
        self.make("rootKeys.createKey", body, State::Root(root), "keyId")
    }

    pub(super) fn change_root(&mut self) -> Option<Next> {
        let (id, mut root) = self.root()?;
        let mut body = match self.chance.below(5) {
            0 => {
                root.name = format!("root {}", self.number());
                json!({ "name": root.name })
            }
            1 => {
                root.permissions = self.permissions();
                json!({ "permissions": root.permissions })
            }
            2 => {
                root.environments = self.environments();
                json!({ "environments": root.environments })
            }
            3 => {
                root.enabled = !root.enabled;
                json!({ "enabled": root.enabled })
            }
            _ => {
                let away = 1 + i64::try_from(self.chance.below(3000)).unwrap();
                root.expires = Some(self.now() + away).filter(|_| !self.chance.one_in(3));
                json!({ "expires": root.expires })
            }
        };
        body["keyId"] = self.wire(id).into();
        self.write("rootKeys.updateKey", body, vec![(id, State::Root(root))])
    }

    pub(super) fn delete_root(&mut self) -> Option<Next> {
        let (id, _) = self.root()?;
        let body = json!({ "keyId": self.wire(id) });
        self.write("rootKeys.deleteKey", body, vec![(id, State::Nothing)])
    }

    pub(super) fn reroll_root(&mut self) -> Option<Next> {
        let (id, root) = self.root()?;
        let now = self.now();
        if !root.enabled || root.expires.is_some_and(|expires| expires < now) {
            return None;
        }
        let delay = self.chance.pick(&[None, Some(0), Some(1000)])?;
        let ends = delay.map(|delay| Timestamp(now).last_moment_in(delay).0);
        let expires = [root.expires, ends].into_iter().flatten().min();
        let body = json!({ "keyId": self.wire(id), "expiration": delay });
        let next = self.make("rootKeys.rerollKey", body, State::Root(root.clone()), "keyId")?;
        let Next::Write(mut write) = next else { return None };
        write.then.push((id, State::Root(Root { expires, ..root })));
        Some(Next::Write(write))
    }

    fn workspace(&mut self) -> Option<Workspace> {
        let home = self.home;
        if !self.is_mine(home) || !self.world.objects[home].is_at_rest() {
            return None;
        }
        is::workspace(self.state(home)).copied()
    }

    #[expect(clippy::unnecessary_wraps, reason = "others may find nothing to write")]
    fn rule(&self, operation: &'static str, state: Workspace) -> Option<Next> {
        let name = self.secret(self.home);
        let mut body = json!({ "workspaceId": self.wire(self.home) });
        if state == Workspace::Deleted {
            body["confirmName"] = name.into();
        } else {
            body["enabled"] = (state == Workspace::On).into();
        }
        let then = vec![(self.home, State::Workspace(state))];
        Some(Next::Write(Write { root: None, operation, body, then, made: None }))
    }

    pub(super) fn switch_workspace(&mut self) -> Option<Next> {
        let state = match self.workspace()? {
            Workspace::On => Workspace::Off,
            Workspace::Off => Workspace::On,
            Workspace::Deleted | Workspace::Purged => return None,
        };
        self.rule("workspaces.updateWorkspace", state)
    }

    /// Deletes the second workspace.
    pub(super) fn delete_workspace(&mut self) -> Option<Next> {
        let is_first = self.home == self.world.bosses[0].0;
        let is_there = matches!(self.workspace()?, Workspace::On | Workspace::Off);
        if is_first || !is_there {
            return None;
        }
        self.rule("workspaces.deleteWorkspace", Workspace::Deleted)
    }
}
