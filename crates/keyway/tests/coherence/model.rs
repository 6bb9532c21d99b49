//! What there is, as plain values, and what Keyway has to say about it.
//!
//! Each object has the history of its states. A write to an object lasts from the moment before
//! its request to the moment after its answer. A question may see any state of an object but
//! those that had ended before it was asked and those that hadn't begun when it was answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};

/// The place of an object in its [`World`].
pub type Id = usize;

/// The object that is the time.
pub const CLOCK: Id = 0;

#[derive(Clone, Debug)]
pub enum State {
    /// It was never there, or isn't any more.
    Nothing,
    Now(i64),
    Workspace(Workspace),
    Api(Api),
    /// A permission with its slug.
    Permission(String),
    Role(Role),
    Identity(Identity),
    Key(Key),
    Root(Root),
    Namespace(Namespace),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workspace {
    On,
    Off,
    Deleted,
    Purged,
}

#[derive(Clone, Debug, Default)]
pub struct Api {
    pub environment: Option<String>,
    /// Networks of the form `10.0.0.0/8`.
    pub allows: Vec<&'static str>,
}

#[derive(Clone, Debug)]
pub struct Role {
    pub name: String,
    pub permissions: Vec<Id>,
}

#[derive(Clone, Debug)]
pub struct Identity {
    pub meta: Option<u64>,
    pub limits: Vec<Limit>,
}

#[derive(Clone, Debug)]
pub struct Limit {
    pub name: &'static str,
    pub units: u64,
    pub auto_apply: bool,
}

#[derive(Clone, Debug)]
pub struct Key {
    pub api: Id,
    pub name: String,
    pub meta: Option<u64>,
    pub enabled: bool,
    pub expires: Option<i64>,
    /// Whether any are left, if they are limited.
    pub credits: Option<bool>,
    pub identity: Option<Id>,
    pub limits: Vec<Limit>,
    pub permissions: Vec<Id>,
    pub roles: Vec<Id>,
    /// It was imported by a part of its secret and waits for its first use.
    pub pending: bool,
}

#[derive(Clone, Debug)]
pub struct Root {
    pub name: String,
    /// `*` stands for all of them.
    pub permissions: Vec<String>,
    pub environments: Option<Vec<String>>,
    pub enabled: bool,
    pub expires: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Namespace {
    pub name: String,
    pub deleted: bool,
    /// Limits by identifier or pattern.
    pub overrides: BTreeMap<&'static str, u64>,
}

/// A state and how long it took to come.
#[derive(Debug)]
pub struct Version {
    pub state: Arc<State>,
    pub begun: u64,
    pub ended: Option<u64>,
}

#[derive(Debug)]
pub struct Object {
    /// The workspace it belongs to.
    pub home: Id,
    /// Its id, once it is known.
    pub wire: String,
    /// The secret of a key or root key, the name of an identity or workspace.
    pub secret: String,
    pub versions: Vec<Version>,
}

impl Object {
    /// What it is now, as far as its writer knows.
    pub fn now(&self) -> &State {
        &self.versions.last().unwrap().state
    }

    /// Whether nobody is about to change it.
    pub fn is_at_rest(&self) -> bool {
        self.versions.last().unwrap().ended.is_some()
    }

    fn was_namespace(&self) -> bool {
        self.versions.iter().any(|version| matches!(*version.state, State::Namespace(_)))
    }

    /// The states that a question may see that was asked and answered at these moments.
    pub fn visible(&self, asked: u64, answered: u64) -> Vec<Arc<State>> {
        let had_ended = |version: &Version| version.ended.is_some_and(|ended| ended < asked);
        let first = self.versions.iter().rposition(had_ended).unwrap_or(0);
        self.versions[first..]
            .iter()
            .filter(|version| version.begun < answered)
            .map(|version| Arc::clone(&version.state))
            .collect()
    }
}

#[derive(Clone, Debug)]
pub enum Question {
    Verify(Verify),
    /// Which limit is in force for an identifier in the namespace of a name or id.
    Limit {
        root: Id,
        namespace: String,
        identifier: &'static str,
    },
    WhoAmI {
        root: Id,
    },
}

#[derive(Clone, Debug)]
pub struct Verify {
    pub root: Id,
    pub secret: String,
    /// Slugs joined by AND, or by OR.
    pub query: Option<(Vec<String>, bool)>,
    pub ip: &'static str,
    pub limit: Option<&'static str>,
}

impl Question {
    pub fn root(&self) -> Id {
        match self {
            Self::Verify(Verify { root, .. })
            | Self::Limit { root, .. }
            | Self::WhoAmI { root } => *root,
        }
    }

    /// The operation and the body that ask it.
    pub fn request(&self) -> (&'static str, Value) {
        match self {
            Self::Verify(ask) => {
                let mut body = json!({ "key": ask.secret, "clientIp": ask.ip });
                if let Some((slugs, all)) = &ask.query {
                    body["permissions"] = slugs.join(if *all { " AND " } else { " OR " }).into();
                }
                if let Some(name) = ask.limit {
                    body["ratelimits"] = json!([{ "name": name }]);
                }
                ("keys.verifyKey", body)
            }
            Self::Limit { namespace, identifier, .. } => {
                let body = json!({
                    "namespace": namespace, "identifier": identifier,
                    "limit": PLAIN_LIMIT, "duration": DURATION,
                });
                ("ratelimit.limit", body)
            }
            Self::WhoAmI { .. } => ("rootKeys.whoami", json!({})),
        }
    }
}

/// The limit of every request that limits.
const PLAIN_LIMIT: u64 = 999_999;
/// The window of every limit.
pub const DURATION: i64 = 60_000;

/// At which of its reads a request meets an object. What it meets twice may have changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Read {
    First,
    Second,
}

/// The states of objects that an answer is made from.
pub struct View<'a> {
    pub objects: &'a [Object],
    pub at: &'a mut dyn FnMut(Id, Read) -> Arc<State>,
}

type Refused = (u16, &'static str);

impl View<'_> {
    fn at(&mut self, id: Id) -> Arc<State> {
        (self.at)(id, Read::First)
    }

    fn later(&mut self, id: Id) -> Arc<State> {
        (self.at)(id, Read::Second)
    }

    /// Whether a workspace is still there after the caller was let in.
    fn is_still_there(&mut self, home: Id) -> bool {
        let is_there = |workspace| matches!(workspace, Workspace::On | Workspace::Off);
        matches!(*self.later(home), State::Workspace(workspace) if is_there(workspace))
    }

    /// What Keyway has to answer.
    pub fn answer(&mut self, question: &Question) -> Value {
        let told = self.caller(question.root()).and_then(|(root, now)| match question {
            Question::Verify(ask) => self.verify(&root, now, ask),
            Question::Limit { root: id, namespace, identifier } => {
                self.limit(&root, self.objects[*id].home, namespace, identifier)
            }
            Question::WhoAmI { .. } => Ok(whoami(&root)),
        });
        told.unwrap_or_else(|(status, code)| json!([status, code]))
    }

    fn caller(&mut self, id: Id) -> Result<(Root, i64), Refused> {
        let State::Now(now) = *self.at(CLOCK) else { panic!("the clock shows no time") };
        let State::Workspace(workspace) = *self.at(self.objects[id].home) else {
            panic!("a root key is in a workspace")
        };
        let State::Root(root) = (*self.at(id)).clone() else { return Err(UNKNOWN_ROOT) };
        match workspace {
            Workspace::Purged => return Err(UNKNOWN_ROOT),
            Workspace::Deleted => return Err((404, "workspace_not_found")),
            Workspace::Off => return Err((403, "workspace_disabled")),
            Workspace::On => {}
        }
        if !root.enabled {
            return Err((403, "key_disabled"));
        }
        if root.expires.is_some_and(|expires| expires < now) {
            return Err((403, "forbidden"));
        }
        Ok((root, now))
    }

    fn verify(&mut self, root: &Root, now: i64, ask: &Verify) -> Result<Value, Refused> {
        let may = |permission: &str| {
            root.permissions.iter().any(|held| held == "*" || held == permission)
        };
        let some = |held: &String| held == "*" || held.ends_with(".verify_key");
        if !root.permissions.iter().any(some) {
            return Err(LACKING);
        }
        let home = self.objects[ask.root].home;
        let Some((id, key, api)) = self.find(home, &ask.secret) else { return Ok(not_found()) };
        let wire = &self.objects[key.api].wire;
        if !may("api.*.verify_key") && !may(&format!("api.{wire}.verify_key")) {
            return Ok(not_found());
        }
        let is_open = |open: &Vec<String>| {
            api.environment.as_ref().is_some_and(|environment| open.contains(environment))
        };
        if !root.environments.as_ref().is_none_or(is_open) {
            return Err(LACKING);
        }
        let (mut data, shared) = self.show(id, &key, &api);
        let (mut code, checked) = decide(&key, &api, &data, shared, now, ask)?;
        if key.credits.is_some() {
            let is_refused = code != "VALID";
            let left = if let State::Key(key) = &*self.later(id) {
                key.credits
            } else if is_refused {
                None
            } else {
                return Ok(not_found());
            };
            if left.is_some() {
                data.insert("credits".to_owned(), true.into());
            }
            if !is_refused && left == Some(false) {
                code = "USAGE_EXCEEDED";
            }
        }
        data.insert("valid".to_owned(), (code == "VALID").into());
        data.insert("code".to_owned(), code.into());
        if !checked.is_empty() {
            data.insert("ratelimits".to_owned(), limits(&checked));
        }
        Ok(data.into())
    }

    /// The key of a workspace that has this secret, unless it can't be used.
    fn find(&mut self, home: Id, secret: &str) -> Option<(Id, Key, Api)> {
        if !self.is_still_there(home) {
            return None;
        }
        let objects = self.objects;
        let has_it = |(_, object): &(Id, &Object)| object.home == home && object.secret == secret;
        for (id, _) in objects.iter().enumerate().filter(has_it) {
            if let State::Key(key) = &*self.at(id)
                && !key.pending
                && let State::Api(api) = &*self.at(key.api)
            {
                return Some((id, key.clone(), api.clone()));
            }
        }
        None
    }

    /// What the answer shows of a key whatever the verdict, and the limits of its identity that
    /// none of its own hides.
    fn show(&mut self, id: Id, key: &Key, api: &Api) -> (Map<String, Value>, Vec<Limit>) {
        let mut data = Map::new();
        let mut set = |name: &str, value: Value| data.insert(name.to_owned(), value);
        set("keyId", self.objects[id].wire.as_str().into());
        set("keyspaceId", self.objects[key.api].wire.as_str().into());
        set("name", key.name.as_str().into());
        set("enabled", key.enabled.into());
        if let Some(environment) = &api.environment {
            set("environment", environment.as_str().into());
        }
        if let Some(number) = key.meta {
            set("meta", json!({ "n": number }));
        }
        if let Some(expires) = key.expires {
            set("expires", expires.into());
        }
        let mut permissions: BTreeSet<String> = self.slugs(&key.permissions);
        let mut roles = BTreeSet::new();
        for id in &key.roles {
            if let State::Role(role) = &*self.at(*id) {
                roles.insert(role.name.clone());
                permissions.extend(self.slugs(&role.permissions));
            }
        }
        for (name, all) in [("permissions", permissions), ("roles", roles)] {
            if !all.is_empty() {
                set(name, all.into_iter().collect());
            }
        }
        let mut shared = Vec::new();
        if let Some(id) = key.identity
            && let State::Identity(identity) = &*self.at(id)
        {
            let mut view = json!({ "externalId": self.objects[id].secret });
            if let Some(number) = identity.meta {
                view["meta"] = json!({ "n": number });
            }
            let hidden = |limit: &&Limit| key.limits.iter().all(|own| own.name != limit.name);
            shared.extend(identity.limits.iter().filter(hidden).cloned());
            if !shared.is_empty() {
                view["ratelimits"] = limits(&shared);
            }
            set("identity", view);
        }
        (data, shared)
    }

    fn slugs(&mut self, permissions: &[Id]) -> BTreeSet<String> {
        let slug = |id: &Id| {
            let State::Permission(slug) = &*self.at(*id) else { return None };
            Some(slug.clone())
        };
        permissions.iter().filter_map(slug).collect()
    }

    fn limit(
        &mut self,
        root: &Root,
        home: Id,
        wanted: &str,
        identifier: &str,
    ) -> Result<Value, Refused> {
        if wanted.starts_with("rlns_") && !self.is_still_there(home) {
            return Err((404, "ratelimit_namespace_not_found"));
        }
        let objects = self.objects;
        for (id, object) in objects.iter().enumerate().filter(|(_, one)| one.home == home) {
            if !object.was_namespace() {
                continue;
            }
            let state = self.at(id);
            let State::Namespace(namespace) = &*state else { continue };
            if namespace.name != wanted && object.wire != wanted {
                continue;
            }
            // It is found by its name first, and read with its overrides then.
            let later = self.later(id);
            let State::Namespace(namespace) = &*later else { continue };
            if namespace.deleted {
                return Err((410, "ratelimit_namespace_gone"));
            }
            let needed = ["*".to_owned(), format!("ratelimit.{}.limit", object.wire), ALL.into()];
            if !root.permissions.iter().any(|held| needed.contains(held)) {
                return Err(LACKING);
            }
            let (own, pattern) =
                (namespace.overrides.get(identifier), namespace.overrides.get("us*"));
            let limit = own.or(pattern.filter(|_| identifier.starts_with("us")));
            return Ok(json!({
                "limit": limit.unwrap_or(&PLAIN_LIMIT), "overridden": limit.is_some()
            }));
        }
        // Whoever asks may not create namespaces.
        Err(LACKING)
    }
}

/// The verdict if credits don't matter, and the limits that are checked.
fn decide(
    key: &Key,
    api: &Api,
    data: &Map<String, Value>,
    shared: Vec<Limit>,
    now: i64,
    ask: &Verify,
) -> Result<(&'static str, Vec<Limit>), Refused> {
    let refuse = |code| Ok((code, Vec::new()));
    if !key.enabled {
        return refuse("DISABLED");
    }
    if key.expires.is_some_and(|expires| expires < now) {
        return refuse("EXPIRED");
    }
    let first = |text: &str| text.split('.').next().unwrap().to_owned();
    if !api.allows.is_empty() && api.allows.iter().all(|net| first(net) != first(ask.ip)) {
        return refuse("FORBIDDEN");
    }
    if let Some((slugs, all)) = &ask.query {
        let held = data.get("permissions").and_then(Value::as_array);
        let holds = |slug: &String| held.is_some_and(|held| held.contains(&json!(slug)));
        let passes = if *all { slugs.iter().all(holds) } else { slugs.iter().any(holds) };
        if !passes {
            return refuse("INSUFFICIENT_PERMISSIONS");
        }
    }
    let known: Vec<Limit> = key.limits.iter().cloned().chain(shared).collect();
    let mut checked: Vec<Limit> = known.iter().filter(|one| one.auto_apply).cloned().collect();
    if let Some(name) = ask.limit
        && checked.iter().all(|limit| limit.name != name)
    {
        let limit = known.iter().find(|limit| limit.name == name);
        checked.push(limit.ok_or((412, "precondition_failed"))?.clone());
    }
    Ok(("VALID", checked))
}

/// What it takes to limit everywhere.
pub const ALL: &str = "ratelimit.*.limit";
const UNKNOWN_ROOT: Refused = (401, "key_not_found");
const LACKING: Refused = (403, "insufficient_permissions");

fn not_found() -> Value {
    json!({ "valid": false, "code": "NOT_FOUND" })
}

fn whoami(root: &Root) -> Value {
    let mut data = json!({ "name": root.name, "permissions": root.permissions });
    if let Some(environments) = &root.environments {
        data["environments"] = environments.as_slice().into();
    }
    if let Some(expires) = root.expires {
        data["expires"] = expires.into();
    }
    data
}

/// Limits as answers and requests have them.
pub fn limits(all: &[Limit]) -> Value {
    let view = |limit: &Limit| {
        json!({
            "name": limit.name, "limit": limit.units, "duration": DURATION,
            "autoApply": limit.auto_apply,
        })
    };
    all.iter().map(view).collect()
}

/// What Keyway answered, without what the model doesn't know: ids of limits and identities, and
/// what is left.
pub fn seen(question: &Question, status: u16, mut data: Value) -> Value {
    if status != 200 {
        return json!([status, data]);
    }
    match question {
        Question::Verify(_) => {
            if let Some(credits) = data.get_mut("credits") {
                *credits = true.into();
            }
            strip(&mut data["ratelimits"]);
            if let Some(identity) = data.get_mut("identity") {
                identity.as_object_mut().unwrap().remove("id");
                strip(&mut identity["ratelimits"]);
                drop_null(identity);
            }
            drop_null(&mut data);
            data
        }
        Question::Limit { .. } => {
            json!({ "limit": data["limit"], "overridden": data.get("overrideId").is_some() })
        }
        Question::WhoAmI { .. } => {
            let data = data.as_object_mut().unwrap();
            data.retain(|name, _| {
                ["name", "permissions", "environments", "expires"].contains(&name.as_str())
            });
            data.clone().into()
        }
    }
}

fn strip(limits: &mut Value) {
    for limit in limits.as_array_mut().into_iter().flatten() {
        let limit = limit.as_object_mut().unwrap();
        for name in ["id", "remaining", "reset", "exceeded"] {
            limit.remove(name);
        }
    }
}

fn drop_null(data: &mut Value) {
    data.as_object_mut().unwrap().retain(|_, value| !value.is_null());
}
