//! Chooses what is written next: any kind of write, to any of the objects that are there.

mod access;
mod keys;
mod limits;
mod sets;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::chance::Chance;
use crate::keyway::Keyway;
use crate::model::{CLOCK, Id, Limit, State, Workspace};
use crate::world::{Outside, World, Write};

macro_rules! kinds {
    ($($name:ident: $variant:ident $type:ty;)*) => {$(
        /// The state, if it is of that kind.
        pub(super) fn $name(state: &State) -> Option<&$type> {
            if let State::$variant(inner) = state { Some(inner) } else { None }
        }
    )*};
}

/// Writes to a part of the objects of a world.
pub struct Hand<'a> {
    pub keyway: &'a Keyway,
    pub world: &'a mut World,
    pub chance: &'a mut Chance,
    /// Which part of how many it may write to. Alone, it may do what needs everybody to wait too.
    pub part: (usize, usize),
    /// The workspace in which it writes next, and the root key that may do everything there.
    home: Id,
    boss: Id,
}

/// What comes next.
pub enum Next {
    Write(Write),
    Outside(Outside),
}

/// Everything that it knows how to do, the rarer ones last.
type Kind = fn(&mut Hand<'_>) -> Option<Next>;

macro_rules! all {
    ($($kind:ident,)*) => { [$(|hand| hand.$kind()),*] };
}

const OFTEN: &[Kind] = &all![
    create_key,
    create_key,
    change_key,
    change_key,
    move_key,
    limit_key,
    spend_key,
    change_keys,
    reroll_key,
    import_key,
    convert_key,
    permit_key,
    give_roles,
    create_permission,
    create_role,
    set_role,
    create_identity,
    change_identity,
    limit_identity,
    create_namespace,
    set_override,
    create_root,
];

const SELDOM: &[Kind] = &all![
    create_api,
    change_api,
    change_api,
    delete_api,
    rename_permission,
    rename_permission,
    delete_permission,
    rename_role,
    delete_role,
    delete_identity,
    delete_key,
    rename_namespace,
    delete_namespace,
    delete_override,
    change_root,
    change_root,
    delete_root,
    reroll_root,
    switch_workspace,
    delete_workspace,
    outside,
];

impl<'a> Hand<'a> {
    pub fn new(
        keyway: &'a Keyway,
        world: &'a mut World,
        chance: &'a mut Chance,
        part: (usize, usize),
    ) -> Self {
        let (home, boss) = world.bosses[0];
        Self { keyway, world, chance, part, home, boss }
    }

    /// What comes next, if it finds anything that it may do.
    pub fn next(&mut self) -> Option<Next> {
        for _ in 0..1000 {
            // Mostly in the first workspace, so that its objects have to do with each other.
            let which = usize::from(self.chance.one_in(4));
            (self.home, self.boss) = self.world.bosses[which];
            let kinds = if self.chance.one_in(3) { SELDOM } else { OFTEN };
            let kind = self.chance.pick(kinds).unwrap();
            let is_on = matches!(self.state(self.home), State::Workspace(Workspace::On));
            let next = if is_on { kind(self) } else { self.of_shut_workspace() };
            if next.is_some() {
                return next;
            }
        }
        None
    }

    fn of_shut_workspace(&mut self) -> Option<Next> {
        match self.chance.below(3) {
            0 => self.switch_workspace(),
            1 => self.delete_workspace(),
            _ => self.outside(),
        }
    }

    fn is_alone(&self) -> bool {
        self.part.1 == 1
    }

    fn is_mine(&self, id: Id) -> bool {
        id % self.part.1 == self.part.0
    }

    fn state(&self, id: Id) -> &State {
        self.world.objects[id].now()
    }

    fn wire(&self, id: Id) -> String {
        self.world.objects[id].wire.clone()
    }

    fn wires(&self, ids: &[Id]) -> Vec<String> {
        ids.iter().map(|id| self.wire(*id)).collect()
    }

    fn secret(&self, id: Id) -> String {
        self.world.objects[id].secret.clone()
    }

    fn now(&self) -> i64 {
        let State::Now(now) = self.state(CLOCK) else { panic!("the clock shows no time") };
        *now
    }

    fn number(&self) -> u64 {
        self.keyway.number()
    }

    /// The objects of the workspace that are something, and what they are.
    fn all<T>(&self, is: fn(&State) -> Option<&T>) -> Vec<(Id, T)>
    where
        T: Clone,
    {
        let objects = self.world.objects.iter().enumerate();
        objects
            .filter(|(_, object)| object.home == self.home && object.is_at_rest())
            .filter_map(|(id, object)| Some((id, is(object.now())?.clone())))
            .collect()
    }

    /// One of them that this hand may write to.
    fn one<T: Clone>(&mut self, is: fn(&State) -> Option<&T>) -> Option<(Id, T)> {
        let mut all = self.all(is);
        all.retain(|(id, _)| self.is_mine(*id));
        self.chance.pick(&all)
    }

    /// A place for a new object that this hand may write to.
    fn place(&mut self) -> Id {
        loop {
            let id = self.world.add(self.home, "");
            if self.is_mine(id) {
                return id;
            }
        }
    }

    /// A write by the root key that may do everything.
    #[expect(clippy::unnecessary_wraps, reason = "others may find nothing to write")]
    fn write(&self, operation: &'static str, body: Value, then: Vec<(Id, State)>) -> Option<Next> {
        let root = Some(self.boss);
        Some(Next::Write(Write { root, operation, body, then, made: None }))
    }

    /// The same, of a write that makes a new object, whose id is in this member of the answer.
    #[expect(clippy::unnecessary_wraps, reason = "others may find nothing to write")]
    fn make(
        &mut self,
        operation: &'static str,
        body: Value,
        state: State,
        wire: &'static str,
    ) -> Option<Next> {
        let id = self.place();
        let secret = matches!(state, State::Key(_) | State::Root(_)).then_some("key");
        let made = Some((id, wire, secret));
        let (root, then) = (Some(self.boss), vec![(id, state)]);
        Some(Next::Write(Write { root, operation, body, then, made }))
    }

    /// Some limits of different names in any order.
    fn limits(&mut self) -> Vec<Limit> {
        let mut names = BTreeSet::new();
        (0..self.chance.below(3)).for_each(|_| {
            names.insert(["aaa", "bbb", "ccc"][self.chance.below(3)]);
        });
        let mut limits: Vec<Limit> = names
            .into_iter()
            .map(|name| {
                let units = 1_000_000 + self.number();
                Limit { name, units, auto_apply: self.chance.one_in(2) }
            })
            .collect();
        if self.chance.one_in(2) {
            limits.reverse();
        }
        limits
    }

    fn meta(&self) -> (Option<u64>, Value) {
        let number = self.number();
        (Some(number), json!({ "n": number }))
    }

    fn outside(&mut self) -> Option<Next> {
        if !self.is_alone() {
            return None;
        }
        let deleted: Vec<Id> = self.world.bosses.iter().map(|(home, _)| *home).collect();
        let is_deleted = |id: &Id| matches!(self.state(*id), State::Workspace(Workspace::Deleted));
        let deleted: Vec<Id> = deleted.into_iter().filter(is_deleted).collect();
        let what = match self.chance.below(4) {
            0 if !deleted.is_empty() => Outside::Purge(deleted),
            1 => Outside::Flush,
            _ => Outside::Wait(1 + i64::try_from(self.chance.below(2000)).unwrap()),
        };
        Some(Next::Outside(what))
    }
}

mod is {
    use crate::model::{Api, Identity, Key, Namespace, Role, Root, State, Workspace};

    kinds! {
        workspace: Workspace Workspace;
        api: Api Api;
        permission: Permission String;
        role: Role Role;
        identity: Identity Identity;
        key: Key Key;
        root: Root Root;
        namespace: Namespace Namespace;
    }
}
