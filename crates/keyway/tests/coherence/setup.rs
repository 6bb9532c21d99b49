//! With what every schedule begins.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::keyway::Keyway;
use crate::model::{Api, Id, Root, State, Workspace};
use crate::world::{Shared, World, Write, write};

/// Two new workspaces, each with an API and perhaps with secrets that may be imported later.
pub async fn setup(keyway: &Keyway, with_imports: bool) -> Shared {
    let world: Shared = Arc::new(Mutex::new(World::new(keyway.clock.now().0)));
    for _ in 0..2 {
        workspace(keyway, &world, with_imports).await;
    }
    if !with_imports {
        return world;
    }
    let tokens: Vec<u64> = (0..2).map(|_| keyway.number()).collect();
    let mut all = world.lock().unwrap();
    for (home, _) in all.bosses.clone() {
        // The same in both: whichever workspace imports it first has it.
        all.add(home, &format!("imported whole {}", tokens[0]));
        all.add(home, &format!("imp_short{0}_long{0}", tokens[1]));
    }
    drop(all);
    world
}

async fn workspace(keyway: &Keyway, world: &Shared, with_imports: bool) {
    let name = format!("w{}", keyway.number());
    let body = json!({ "name": name });
    let data = keyway.call(&keyway.root, "workspaces.createWorkspace", &body).await.data;
    let (home, boss) = {
        let mut world = world.lock().unwrap();
        let home = world.add(0, &name);
        world.objects[home].home = home;
        data["workspaceId"].as_str().unwrap().clone_into(&mut world.objects[home].wire);
        let boss = world.add(home, data["rootKey"].as_str().unwrap());
        world.settle(home, State::Workspace(Workspace::On));
        let root = Root {
            name: String::new(),
            permissions: vec!["*".to_owned()],
            environments: None,
            enabled: true,
            expires: None,
        };
        world.settle(boss, State::Root(root));
        world.bosses.push((home, boss));
        (home, boss)
    };
    let formats = [
        ("whole", json!({ "algorithm": "sha256", "encoding": "hex" })),
        ("prefixed", json!({ "algorithm": "prefixed-api-key" })),
    ];
    for (name, hash) in formats.into_iter().filter(|_| with_imports) {
        let body = json!({ "name": name, "hash": hash });
        let key = world.lock().unwrap().objects[boss].secret.clone();
        let reply = keyway.call(&key, "migrations.createMigration", &body).await;
        let id = reply.data["migrationId"].as_str().unwrap().to_owned();
        world.lock().unwrap().migrations.insert((home, name), id);
    }
    let api: Id = world.lock().unwrap().add(home, "");
    let first = Write {
        root: Some(boss),
        operation: "apis.createApi",
        body: json!({ "name": "the api" }),
        then: vec![(api, State::Api(Api::default()))],
        made: Some((api, "apiId", None)),
    };
    assert!(write(keyway, world, &first).await.unwrap());
}

/// Ids of migrations by workspace and name.
pub type Migrations = BTreeMap<(Id, &'static str), String>;
