//! What a measurement makes on the server before it begins, and takes away at its end.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use keyway_core::id::Entropy;
use serde_json::{Value, json};

use super::super::exit::{Exit, Failure};
use super::super::progress::Progress;
use super::http::{Answer, Template};
use super::keys::{Keys, PREFIX};
use super::load::{Pace, Shared, Source};
use super::session::Session;

/// How many keys share an identity.
pub const KEYS_OF_IDENTITY: usize = 10;
/// A limit that no measurement reaches.
pub const NEVER_REACHED: i64 = 1_000_000_000;
/// How many connections make the keys.
const MAKERS: usize = 64;
/// Longer than making keys ever takes.
const FOREVER: Duration = Duration::from_hours(24);

/// What was made.
#[derive(Default)]
pub struct Stage {
    /// The texts of the keys.
    pub keys: Keys,
    /// Their ids, unless they were there before.
    pub key_ids: Vec<String>,
    /// The query that every key meets.
    pub permissions: String,
    /// The API that the keys belong to.
    pub api_id: String,
    /// The namespace for limits.
    pub namespace: String,
    made: Vec<(&'static str, Value)>,
    identities: usize,
    mark: String,
    role: String,
}

/// What the keys are like.
#[derive(Clone, Copy, Default)]
pub struct Wanted {
    /// How many.
    pub keys: usize,
    /// Credits of each.
    pub credits: Option<u64>,
    /// Whether there is a namespace for limits.
    pub namespace: bool,
}

impl Stage {
    /// Makes an API with keys. What was made before a failure is told by `self`, so that it can be
    /// taken away.
    pub async fn make(&mut self, session: &Session<'_>, wanted: Wanted) -> Result<(), Failure> {
        // Two measurements of one server must not meet.
        self.mark = Entropy::System.id("bench").to_lowercase();
        if wanted.namespace {
            self.namespace = format!("{}_limits", self.mark);
            let body = json!({ "name": self.namespace });
            session.call("ratelimit.createNamespace", &body).await?;
            let body = json!({ "namespace": self.namespace });
            self.made.push(("ratelimit.deleteNamespace", body));
        }
        if wanted.keys == 0 {
            return Ok(());
        }
        let api = session.call("apis.createApi", &json!({ "name": self.mark })).await?;
        api["apiId"].as_str().unwrap_or_default().clone_into(&mut self.api_id);
        let (read, write) = (format!("{}.read", self.mark), format!("{}.write", self.mark));
        for slug in [&read, &write] {
            let body = json!({ "name": slug, "slug": slug });
            session.call("permissions.createPermission", &body).await?;
            let body = json!({ "permission": slug });
            self.made.push(("permissions.deletePermission", body));
        }
        self.role = format!("{}_reader", self.mark);
        let body = json!({ "name": self.role, "permissions": [read] });
        session.call("permissions.createRole", &body).await?;
        self.made.push(("permissions.deleteRole", json!({ "role": self.role })));
        // The API goes first, with its keys.
        self.made.push(("apis.deleteApi", json!({ "apiId": self.api_id })));
        self.permissions = format!("{read} AND {write}");
        self.holds(wanted.keys);

        if 1 < wanted.keys {
            session.say(&format!("Creating {} keys.", wanted.keys));
        }
        let maker = Rc::new(RefCell::new(Maker {
            template: session.template("keys.createKey"),
            bodies: self.bodies(wanted.credits),
            next: 0,
            left: wanted.keys,
            made: vec![None; wanted.keys],
            progress: Some(session.context.progress(wanted.keys)),
            refused: None,
        }));
        let source: Shared = Rc::clone(&maker) as Shared;
        let tally = session.pool(MAKERS).drive(&source, Pace::Closed, FOREVER).await;
        session.stop.check()?;
        let mut maker = maker.borrow_mut();
        if let Some(progress) = maker.progress.take() {
            progress.end();
        }
        if let Some(refused) = &maker.refused {
            return Err(Failure::new(Exit::Failed, "A key could not be created.").because(refused));
        }
        for made in maker.made.drain(..) {
            let Some((id, key)) = made else {
                let failures = json!(tally.failures());
                return Err(Failure::new(Exit::Unavailable, "Some keys could not be created.")
                    .because(failures));
            };
            self.key_ids.push(id);
            self.keys.push(&key);
        }
        Ok(())
    }

    /// The keys of a directory that was filled before, of which those at `indexes` are wanted.
    pub fn of_seed(session: &Session<'_>, indexes: impl Iterator<Item = u64>) -> Option<Self> {
        let manifest = session.manifest.as_ref()?;
        Some(Self {
            keys: Keys::of_seed(manifest.seed, indexes),
            permissions: manifest.permissions.clone(),
            api_id: manifest.api_id.clone(),
            ..Self::default()
        })
    }

    /// The bodies of requests that create keys here.
    pub fn bodies(&self, credits: Option<u64>) -> Bodies {
        Bodies {
            api_id: self.api_id.clone(),
            mark: self.mark.clone(),
            role: self.role.clone(),
            permission: format!("{}.write", self.mark),
            credits,
        }
    }

    /// Notes that so many keys have been made, whose owners must be taken away.
    pub fn holds(&mut self, keys: usize) {
        self.identities = keys.div_ceil(KEYS_OF_IDENTITY);
    }

    /// What requests need of it. What must be taken away stays.
    pub fn lent(&mut self) -> Self {
        Self {
            keys: std::mem::take(&mut self.keys),
            key_ids: std::mem::take(&mut self.key_ids),
            permissions: self.permissions.clone(),
            api_id: self.api_id.clone(),
            namespace: self.namespace.clone(),
            ..Self::default()
        }
    }

    /// Takes away what was made. A private server takes its data with it.
    pub async fn remove(&mut self, session: &Session<'_>) {
        if session.server.is_throwaway() {
            return;
        }
        let mut left = Vec::new();
        while let Some((operation, body)) = self.made.pop() {
            if session.call(operation, &body).await.is_err() {
                left.push(format!("{operation} {body}"));
            }
        }
        for number in 0..std::mem::take(&mut self.identities) {
            let body = json!({ "identity": external_id(&self.mark, number) });
            // Those of keys that were never created are not there.
            let _ = session.call("identities.deleteIdentity", &body).await;
        }
        if !left.is_empty() {
            super::super::output::note(&format!("warning: left behind: {}", left.join(", ")));
        }
    }
}

fn external_id(mark: &str, number: usize) -> String {
    format!("{mark}_user_{number}")
}

/// The bodies of `keys.createKey`, with everything that keys usually have.
pub struct Bodies {
    /// The API.
    pub api_id: String,
    /// What names begin with.
    pub mark: String,
    /// A role.
    pub role: String,
    /// A permission that is held directly.
    pub permission: String,
    /// Credits of each key.
    pub credits: Option<u64>,
}

impl Bodies {
    /// The body for the key of this number.
    pub fn body(&self, number: usize) -> String {
        let mut body = json!({
            "apiId": self.api_id,
            "prefix": PREFIX,
            "name": format!("key {number}"),
            "externalId": external_id(&self.mark, number / KEYS_OF_IDENTITY),
            "meta": { "plan": "pro", "customer": number % 100 },
            "roles": [self.role],
            "permissions": [self.permission],
            "ratelimits": [{
                "name": "requests", "limit": NEVER_REACHED, "duration": 60_000, "autoApply": true,
            }],
        });
        if let Some(credits) = self.credits {
            body["credits"] = json!({ "remaining": credits });
        }
        body.to_string()
    }
}

struct Maker {
    template: Template,
    bodies: Bodies,
    next: usize,
    left: usize,
    made: Vec<Option<(String, String)>>,
    progress: Option<Progress>,
    refused: Option<String>,
}

impl Source for Maker {
    fn write(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        if self.left == 0 || self.refused.is_some() {
            return None;
        }
        let number = self.next;
        self.next += 1;
        self.left -= 1;
        self.template.write(request, &[&self.bodies.body(number)]);
        Some(number)
    }

    fn answered(&mut self, which: usize, answer: &Answer<'_>) {
        let envelope: Value = serde_json::from_slice(answer.body).unwrap_or_default();
        let text = |pointer: &str| envelope.pointer(pointer).and_then(Value::as_str);
        if let (Some(id), Some(key)) = (text("/data/keyId"), text("/data/key")) {
            self.made[which] = Some((id.to_owned(), key.to_owned()));
        } else {
            let detail = text("/error/detail").unwrap_or("the answer tells no more");
            self.refused = Some(format!("{}: {detail}", answer.status));
        }
        if let Some(progress) = &mut self.progress {
            progress.step(1, 0);
        }
    }
}
