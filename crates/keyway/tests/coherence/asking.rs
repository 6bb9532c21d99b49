//! Chooses what is asked next.

use crate::chance::Chance;
use crate::model::{Id, Object, Question, State, Verify};
use crate::world::World;

/// A question about any of the objects. There is always one.
pub fn question(world: &World, chance: &mut Chance) -> Question {
    let which = usize::from(chance.one_in(4));
    let (home, boss) = world.bosses[which];
    let was_root = |object: &Object| {
        object.versions.iter().any(|version| matches!(*version.state, State::Root(_)))
    };
    let is_usable = |id: &Id| {
        let object = &world.objects[*id];
        object.home == home && *id != boss && !object.secret.is_empty() && was_root(object)
    };
    let roots: Vec<Id> = (0..world.objects.len()).filter(is_usable).collect();
    let root = chance.pick(&roots).unwrap_or(boss);
    let verifier = if chance.one_in(2) { boss } else { root };
    match chance.below(6) {
        0 if root != boss => Question::WhoAmI { root },
        1 | 2 if root != boss => limit(world, chance, home, root),
        _ => verify(world, chance, home, verifier),
    }
}

fn limit(world: &World, chance: &mut Chance, home: Id, root: Id) -> Question {
    let mut names: Vec<String> =
        world.names.iter().filter(|(one, _)| *one == home).map(|(_, name)| name.clone()).collect();
    let ids = world.objects.iter().filter(|object| object.wire.starts_with("rlns_"));
    names.extend(ids.filter(|object| object.home == home).map(|object| object.wire.clone()));
    let namespace = chance.pick(&names).unwrap_or_else(|| "n".to_owned());
    let identifier = if chance.one_in(2) { "user" } else { "uso" };
    Question::Limit { root, namespace, identifier }
}

fn verify(world: &World, chance: &mut Chance, home: Id, root: Id) -> Question {
    let was_key = |object: &Object| {
        object.versions.iter().any(|version| matches!(*version.state, State::Key(_)))
    };
    let elsewhere = chance.one_in(12);
    let secrets: Vec<&String> = world
        .objects
        .iter()
        .filter(|object| elsewhere || object.home == home)
        .filter(|object| was_key(object) || object.secret.starts_with("imp"))
        .map(|object| &object.secret)
        .filter(|secret| !secret.is_empty())
        .collect();
    let mut secret = chance.pick(&secrets).map_or_else(|| "nobody's".to_owned(), Clone::clone);
    if secret.starts_with("imp_") && chance.one_in(3) {
        // The part by which such a key is imported is no key.
        secret = secret.split_off(secret.rfind('_').unwrap() + 1);
    }
    let query = chance.one_in(3).then(|| {
        let slugs = (0..=chance.below(2)).filter_map(|_| chance.pick(&world.slugs)).collect();
        (slugs, chance.one_in(2))
    });
    Question::Verify(Verify {
        root,
        secret,
        query: query.filter(|(slugs, _): &(Vec<String>, bool)| !slugs.is_empty()),
        ip: if chance.one_in(2) { "10.1.2.3" } else { "172.16.0.1" },
        limit: if chance.one_in(4) { chance.pick(&["aaa", "bbb", "ccc"]) } else { None },
    })
}
