//! The objects of a schedule, and how writes and answers are compared with them.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::keyway::{Keyway, Reply};
use crate::model::{CLOCK, Id, Object, Question, Read, State, Version, View, Workspace, seen};
use crate::setup::Migrations;

/// How many combinations of states an answer is compared with before it is let pass.
const MANY: usize = 50_000;

/// All objects. An object's place never changes.
pub struct World {
    pub objects: Vec<Object>,
    /// Each workspace with the root key that writes there.
    pub bosses: Vec<(Id, Id)>,
    /// Every slug that a permission ever had.
    pub slugs: Vec<String>,
    /// Every name that a namespace ever had, with its workspace.
    pub names: Vec<(Id, String)>,
    pub migrations: Migrations,
    /// Answers that could have come from too many combinations to look at all of them.
    pub undecided: usize,
    /// Nothing is written any more.
    pub is_over: bool,
    moment: u64,
    log: Vec<String>,
}

/// A request that changes something, and what it changes if it succeeds.
#[derive(Debug)]
pub struct Write {
    /// Whose secret it is sent with; nobody's for that of the instance.
    pub root: Option<Id>,
    pub operation: &'static str,
    pub body: Value,
    pub then: Vec<(Id, State)>,
    /// The object that the answer tells the id of, the member that holds it, and the one that
    /// holds the secret.
    pub made: Option<(Id, &'static str, Option<&'static str>)>,
}

/// What can't be asked for over HTTP.
pub enum Outside {
    /// Moves the clock.
    Wait(i64),
    /// Erases workspaces that were deleted long ago.
    Purge(Vec<Id>),
    /// Stores the last uses of keys.
    Flush,
}

/// A world that several tasks use.
pub type Shared = Arc<Mutex<World>>;

impl World {
    pub fn new(now: i64) -> Self {
        let mut world = Self {
            objects: Vec::new(),
            bosses: Vec::new(),
            slugs: Vec::new(),
            names: Vec::new(),
            migrations: Migrations::new(),
            undecided: 0,
            is_over: false,
            moment: 0,
            log: Vec::new(),
        };
        let clock = world.add(CLOCK, "");
        world.settle(clock, State::Now(now));
        world
    }

    /// A place for an object that isn't there yet.
    pub fn add(&mut self, home: Id, secret: &str) -> Id {
        let ended = Some(self.tick());
        let nothing = Version { state: Arc::new(State::Nothing), begun: 0, ended };
        self.objects.push(Object {
            home,
            wire: String::new(),
            secret: secret.to_owned(),
            versions: vec![nothing],
        });
        self.objects.len() - 1
    }

    /// Gives an object a state while nobody asks.
    pub fn settle(&mut self, id: Id, state: State) {
        let begun = self.tick();
        let ended = Some(self.tick());
        self.objects[id].versions.push(Version { state: Arc::new(state), begun, ended });
    }

    fn tick(&mut self) -> u64 {
        self.moment += 1;
        self.moment
    }

    fn begin(&mut self, write: &Write) {
        for (id, state) in &write.then {
            let begun = self.tick();
            let state = Arc::new(state.clone());
            self.objects[*id].versions.push(Version { state, begun, ended: None });
        }
    }

    /// Notes how a write ended, and whether it was made.
    fn end(&mut self, write: &Write, reply: &Reply) -> bool {
        let Reply { status, data } = reply;
        let rejected = data["failed"].as_array().is_some_and(|failed| !failed.is_empty());
        // The first use of an imported key that is gone.
        let is_unknown = data["code"] == "NOT_FOUND";
        let is_made = *status == 200 && !rejected && !is_unknown;
        let ended = self.tick();
        let mut line = format!("{ended}: {} {} -> {status} {data}", write.operation, write.body);
        for (id, state) in &write.then {
            let object = &mut self.objects[*id];
            let _ = write!(line, "\n      {id} ({}): {state:?}", object.wire);
            let at = object.versions.iter().rposition(|one| one.ended.is_none()).unwrap();
            if is_made {
                object.versions[at].ended = Some(ended);
            } else {
                object.versions.remove(at);
            }
        }
        self.log.push(line);
        if let (true, Some((id, wire, secret))) = (is_made, &write.made) {
            let data = data.get("migrated").map_or(data, |all| &all[0]);
            data[wire].as_str().unwrap().clone_into(&mut self.objects[*id].wire);
            if let Some(secret) = secret {
                data[secret].as_str().unwrap().clone_into(&mut self.objects[*id].secret);
            }
        }
        is_made
    }

    fn secret_of(&self, root: Option<Id>) -> Option<String> {
        root.map(|id| self.objects[id].secret.clone())
    }

    /// Whether an answer is one that could be given between these moments.
    fn judge(
        &mut self,
        question: &Question,
        answer: &Value,
        asked: u64,
        answered: u64,
    ) -> Result<(), String> {
        // Which of several states is taken, in the order in which they are asked for.
        let mut taken: Vec<((Id, Read), usize, usize)> = Vec::new();
        let mut expected = Vec::new();
        for _ in 0..MANY {
            let mut at = |id: Id, read: Read| {
                let mut visible = self.objects[id].visible(asked, answered);
                if visible.len() == 1 {
                    return visible.remove(0);
                }
                let known = taken.iter().find(|(one, ..)| *one == (id, read));
                let known = known.map(|(_, which, _)| *which);
                let which = known.unwrap_or_else(|| {
                    taken.push(((id, read), 0, visible.len()));
                    0
                });
                visible.remove(which)
            };
            let mut right = View { objects: &self.objects, at: &mut at }.answer(question);
            if let (Some(right), Some(id)) = (right.as_object_mut(), answer.get("keyId"))
                && right.get("keyId").is_some_and(|known| known == "")
            {
                // The answer to the import, which tells the id, is still on its way.
                right.insert("keyId".to_owned(), id.clone());
            }
            if right == *answer {
                return Ok(());
            }
            expected.push(right);
            while taken.last().is_some_and(|(_, which, of)| which + 1 == *of) {
                taken.pop();
            }
            let Some((_, which, _)) = taken.last_mut() else {
                return Err(self.complaint(question, answer, &expected, asked, answered));
            };
            *which += 1;
        }
        self.undecided += 1;
        Ok(())
    }

    fn complaint(
        &self,
        question: &Question,
        answer: &Value,
        expected: &[Value],
        asked: u64,
        answered: u64,
    ) -> String {
        let mut text =
            format!("{question:?}\nasked at {asked}, answered at {answered}: {answer}\n");
        for right in expected.iter().take(5) {
            let _ = writeln!(text, "       it could have been: {right}");
        }
        let _ = writeln!(text, "after");
        for line in &self.log[self.log.len().saturating_sub(40)..] {
            let _ = writeln!(text, "  {line}");
        }
        text
    }
}

/// Sends a write and says whether it was made.
pub async fn write(keyway: &Keyway, world: &Shared, write: &Write) -> Result<bool, String> {
    let secret = {
        let mut world = world.lock().unwrap();
        world.begin(write);
        world.secret_of(write.root)
    };
    let key = secret.as_deref().unwrap_or(&keyway.root);
    let reply = keyway.call(key, write.operation, &write.body).await;
    let is_made = world.lock().unwrap().end(write, &reply);
    let is_refusal = [200, 401, 403, 404, 409, 410, 412].contains(&reply.status);
    if is_refusal { Ok(is_made) } else { Err(format!("{write:?} was answered by {reply:?}")) }
}

/// Asks a question and compares the answer.
pub async fn ask(keyway: &Keyway, world: &Shared, question: &Question) -> Result<(), String> {
    let (secret, asked) = {
        let mut world = world.lock().unwrap();
        (world.objects[question.root()].secret.clone(), world.tick())
    };
    let (operation, body) = question.request();
    let Reply { status, data } = keyway.call(&secret, operation, &body).await;
    let answer = seen(question, status, data);
    let mut world = world.lock().unwrap();
    let answered = world.tick();
    world.judge(question, &answer, asked, answered)
}

/// Does something while nobody asks.
pub async fn act(keyway: &Keyway, world: &Shared, what: &Outside) {
    let now = match what {
        Outside::Wait(time) => {
            keyway.clock.advance(*time);
            Some(keyway.clock.now())
        }
        Outside::Purge(_) => {
            keyway.clock.advance(keyway_core::workspace::PURGE_DELAY);
            let now = keyway.clock.now();
            keyway.app.store.purge_workspaces(now).await.unwrap();
            Some(now)
        }
        Outside::Flush => {
            keyway.app.last_uses.flush(&*keyway.app.store).await.unwrap();
            None
        }
    };
    let mut world = world.lock().unwrap();
    if let Some(now) = now {
        world.settle(CLOCK, State::Now(now.0));
        world.log.push(format!("it is {}", now.0));
    }
    if let Outside::Purge(workspaces) = what {
        for id in workspaces {
            world.settle(*id, State::Workspace(Workspace::Purged));
            let inside = (0..world.objects.len()).filter(|one| world.objects[*one].home == *id);
            for one in inside.collect::<Vec<_>>() {
                if one != *id {
                    world.settle(one, State::Nothing);
                }
            }
            world.log.push(format!("{id} is purged"));
        }
    }
}
