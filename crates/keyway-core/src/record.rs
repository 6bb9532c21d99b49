//! What is kept in memory about a key and about a root key: everything that verification and
//! authentication decide by, in a form that costs little to keep and little to ask.
//!
//! A record never changes. What several records have in common (their workspace, API, roles) is
//! an [`Anchor`]: a change of such a thing makes one anchor stale and with it every record that
//! hangs on it, however many there are.

use std::mem::size_of;
use std::ops::{Deref, Range};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use ipnet::IpNet;
use serde::Serialize;

use crate::environment::Environment;
use crate::id::{ApiId, IdentityId, KeyId, RoleId, WorkspaceId};
use crate::identity::{Identity, Meta};
use crate::key::{Key, KeyApi};
use crate::owned::Foreign;
use crate::ratelimit::{Counter, Ratelimit};
use crate::root_key::Principal;
use crate::secret::KeyHash;
use crate::time::Timestamp;

/// Something that records depend on, until it changes.
#[derive(Debug)]
pub struct Anchor<I> {
    /// What it stands for.
    pub id: I,
    stale: AtomicBool,
}

impl<I> Anchor<I> {
    /// An anchor of this thing as it is now.
    pub fn new(id: I) -> Self {
        Self { id, stale: AtomicBool::new(false) }
    }

    /// Notes that the thing has changed.
    pub fn spoil(&self) {
        self.stale.store(true, Ordering::Release);
    }

    /// Whether the thing has changed.
    pub fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Acquire)
    }
}

/// What the keys of an API have in common.
#[derive(Debug)]
pub struct ApiPart {
    /// The API.
    pub anchor: Anchor<ApiId>,
    /// Its workspace.
    pub workspace: Arc<Anchor<WorkspaceId>>,
    /// Which environment it serves.
    pub environment: Option<Environment>,
    /// From where its keys may be verified; empty means from everywhere.
    pub ip_allowlist: Vec<IpNet>,
    json: Box<str>,
}

impl ApiPart {
    /// The part of an API in this workspace.
    pub fn new(api: &KeyApi, workspace: Arc<Anchor<WorkspaceId>>) -> Self {
        let mut text = Text::default();
        text.plain("\"keyspaceId\":");
        text.json(&api.id);
        if let Some(environment) = &api.environment {
            text.plain(",\"environment\":");
            text.json(environment);
        }
        Self {
            anchor: Anchor::new(api.id.clone()),
            workspace,
            environment: api.environment.clone(),
            ip_allowlist: api.ip_allowlist.clone(),
            json: text.0.into(),
        }
    }

    /// The answer's members that tell of the API.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The API.
    pub fn id(&self) -> &ApiId {
        &self.anchor.id
    }
}

/// What changes about a record while it is kept.
#[derive(Debug, Default)]
pub struct Marks {
    stale: AtomicBool,
    recent: AtomicBool,
    used: AtomicI64,
    stored: AtomicI64,
}

impl Marks {
    fn new(last_used_at: Option<Timestamp>) -> Self {
        Self { stored: last_used_at.map_or(0, |at| at.0).into(), ..Self::default() }
    }

    /// Notes that the record is out of date.
    pub fn spoil(&self) {
        self.stale.store(true, Ordering::Release);
    }

    /// Notes that the record was asked for.
    pub fn touch(&self) {
        // A store would take the cache line from other cores.
        if !self.recent.load(Ordering::Relaxed) {
            self.recent.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the record was asked for since the last call.
    pub fn take_recent(&self) -> bool {
        self.recent.swap(false, Ordering::Relaxed)
    }

    /// Notes a use. Says whether it is the first one since the last use was stored.
    pub fn note_use(&self, now: Timestamp) -> bool {
        /// Uses so close together count as one.
        const STEP: i64 = 1000;
        let noted = self.used.load(Ordering::Relaxed);
        if now.0 < noted + STEP && noted != 0 {
            return false;
        }
        self.used.swap(now.0, Ordering::Relaxed) == 0
    }

    /// When the last use was that isn't stored yet, and when the stored one was.
    pub fn last_use(&self) -> (Timestamp, Timestamp) {
        let (used, stored) = (&self.used, &self.stored);
        (Timestamp(used.load(Ordering::Relaxed)), Timestamp(stored.load(Ordering::Relaxed)))
    }

    /// Forgets the last use, so that the next one is noted as the first.
    pub fn forget_use(&self) {
        self.used.store(0, Ordering::Relaxed);
    }

    /// Takes the last use in order to store it.
    pub fn take_use(&self) -> Timestamp {
        let used = self.used.swap(0, Ordering::Relaxed);
        self.stored.store(used, Ordering::Relaxed);
        Timestamp(used)
    }
}

/// A part of a text.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    #[expect(clippy::cast_possible_truncation, reason = "requests are far smaller than 4 GiB")]
    fn of(range: Range<usize>) -> Self {
        Self { start: range.start as u32, end: range.end as u32 }
    }

    fn in_text(self, text: &str) -> &str {
        // Spans are made with their text, so they lie in it.
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// What a key may do. Few keys may do what no other may, so that they share it.
#[derive(Debug)]
pub struct Grants {
    roles: Box<[Arc<Anchor<RoleId>>]>,
    /// The answer's members, then permissions that JSON writes in another way.
    text: Box<str>,
    members: Span,
    /// Sorted, each once.
    permissions: Box<[Span]>,
}

/// What the grants of two keys are compared by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GrantsId {
    roles: Box<[RoleId]>,
    members: Box<str>,
}

impl Grants {
    /// The grants of a key; `roles` are its roles as they are now.
    pub fn new(key: &Key, roles: Box<[Arc<Anchor<RoleId>>]>) -> Self {
        let mut text = Text::default();
        let slugs = key.effective_permissions();
        let mut permissions: Vec<Option<Span>> = Vec::with_capacity(slugs.len());
        for (slug, comma) in slugs.iter().zip(separators(",\"permissions\":[")) {
            text.plain(comma);
            permissions.push(text.quoted(slug));
        }
        text.plain(if slugs.is_empty() { "" } else { "]" });
        for (role, comma) in key.roles.iter().zip(separators(",\"roles\":[")) {
            text.plain(comma);
            text.json(&role.name);
        }
        text.plain(if key.roles.is_empty() { "" } else { "]" });
        let members = Span::of(0..text.0.len());
        let permissions = permissions
            .into_iter()
            .zip(slugs)
            .map(|(span, slug)| span.unwrap_or_else(|| text.plain(slug)))
            .collect();
        Self { roles, text: text.0.into(), members, permissions }
    }

    /// What they are compared by, as long as they aren't stale.
    pub fn id(&self) -> GrantsId {
        GrantsId {
            roles: self.roles.iter().map(|role| role.id.clone()).collect(),
            members: self.json().into(),
        }
    }

    /// The answer's members `permissions` and `roles`, each after a comma.
    pub fn json(&self) -> &str {
        self.members.in_text(&self.text)
    }

    /// Whether this permission is among them, directly or through a role.
    pub fn hold(&self, permission: &str) -> bool {
        let text = |span: &Span| span.in_text(&self.text);
        self.permissions.binary_search_by(|span| text(span).cmp(permission)).is_ok()
    }

    /// Whether one of the roles has changed since.
    pub fn is_stale(&self) -> bool {
        self.roles.iter().any(|role| role.is_stale())
    }

    /// How many bytes they take up, with what they are found by: their roles and members once more.
    fn size(&self) -> usize {
        size_of::<Self>()
            + size_of::<GrantsId>()
            + 2 * (size_of_val(&*self.roles) + self.text.len())
            + size_of_val(&*self.permissions)
    }
}

/// A stored limit of a key or of its identity.
#[derive(Debug)]
pub struct RecordLimit {
    id: Span,
    /// Between quotes, unless JSON writes it in another way.
    name: Span,
    /// The end of that other way, which begins after the name; 0 if there is none.
    escaped: u32,
    /// Units per window.
    pub limit: i64,
    /// The length of a window in milliseconds.
    pub duration: i64,
    /// Whether every verification counts.
    pub auto_apply: bool,
    /// Whether it is the key's own; else its identity's.
    pub own: bool,
    counter: OnceLock<Arc<Counter>>,
}

impl RecordLimit {
    /// The limit's counter, which `find` looks up once. `None` if it isn't counted here.
    pub fn counter(&self, find: impl FnOnce() -> Option<Arc<Counter>>) -> Option<&Arc<Counter>> {
        match self.counter.get() {
            Some(counter) => Some(counter),
            None => find().map(|counter| self.counter.get_or_init(|| counter)),
        }
    }
}

/// A key as verification needs it.
#[derive(Debug)]
pub struct Record {
    hash: KeyHash,
    api: Arc<ApiPart>,
    grants: Arc<Grants>,
    marks: Marks,
    expires: Option<Timestamp>,
    enabled: bool,
    has_credits: bool,
    /// Everything of the answer that differs from key to key, in its JSON form where that costs
    /// time to make. What all answers have in common isn't kept a million times.
    text: Box<str>,
    /// Where each [`Part`] of the text ends. What the limits need comes behind them.
    ends: [u32; Part::COUNT],
    limits: Box<[RecordLimit]>,
}

/// The parts of a record's text, in their order. One that the key doesn't have is empty.
#[derive(Clone, Copy)]
enum Part {
    Id,
    /// In JSON.
    Name,
    /// In JSON.
    Meta,
    /// In JSON.
    Identity,
    IdentityId,
    /// The migration that an imported key waits for.
    Migration,
}

impl Part {
    const COUNT: usize = Self::Migration as usize + 1;
}

impl Record {
    /// The record of the key with that hash; `api` and `grants` are those of the key.
    pub fn new(hash: KeyHash, key: &Key, api: Arc<ApiPart>, grants: Arc<Grants>) -> Self {
        let mut text = Text::default();
        let owner = key.identity.as_ref();
        let ends = [
            text.plain(key.id.as_str()),
            text.some_json(key.name.as_ref()),
            text.some_json(Some(&key.meta).filter(|meta| !meta.is_empty())),
            text.some_json(owner.map(|owner| IdentityView::new(owner, &key.ratelimits)).as_ref()),
            text.plain(owner.map_or("", |owner| owner.id.as_str())),
            text.plain(key.pending_migration.as_ref().map_or("", |migration| migration.as_str())),
        ]
        .map(|part| part.end);
        let of_identity = key.identity.iter().flat_map(|identity| &identity.ratelimits);
        let hidden = |limit: &&Ratelimit| key.ratelimits.iter().all(|own| own.name != limit.name);
        let limits = key
            .ratelimits
            .iter()
            .map(|limit| (limit, true))
            .chain(of_identity.filter(hidden).map(|limit| (limit, false)))
            .map(|(limit, own)| text.limit(limit, own))
            .collect();
        Self {
            hash,
            api,
            grants,
            marks: Marks::new(key.last_used_at),
            expires: key.expires,
            enabled: key.enabled,
            has_credits: key.credits.is_some(),
            text: text.0.into(),
            ends,
            limits,
        }
    }

    /// The record of a key that shares nothing with others.
    pub fn alone(hash: KeyHash, key: &Key) -> Self {
        let workspace = Arc::new(Anchor::new(key.workspace_id.clone()));
        let api = Arc::new(ApiPart::new(&key.api, workspace));
        let roles = key.roles.iter().map(|role| Arc::new(Anchor::new(role.id.clone()))).collect();
        Self::new(hash, key, api, Arc::new(Grants::new(key, roles)))
    }

    /// SHA-256 of the secret.
    pub fn hash(&self) -> &KeyHash {
        &self.hash
    }

    /// The key's id.
    pub fn id(&self) -> &str {
        self.part(Part::Id)
    }

    /// The key's id as others take it.
    pub fn key_id(&self) -> KeyId {
        KeyId::from(self.id())
    }

    /// The key's API.
    pub fn api(&self) -> &ApiPart {
        &self.api
    }

    /// What the key may do.
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// The workspace that the key belongs to.
    pub fn workspace(&self) -> &WorkspaceId {
        &self.api.workspace.id
    }

    /// The id of the key's owner.
    pub fn identity(&self) -> Option<&str> {
        self.some(Part::IdentityId)
    }

    /// The owner's id as others take it.
    pub fn identity_id(&self) -> Option<IdentityId> {
        self.identity().map(IdentityId::from)
    }

    /// A disabled key isn't valid.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// The last moment at which the key is valid.
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// Whether the key's uses are limited by a balance, which only the store knows.
    pub fn has_credits(&self) -> bool {
        self.has_credits
    }

    /// The migration that an imported key waits for, until its first use.
    pub fn pending_migration(&self) -> Option<&str> {
        self.some(Part::Migration)
    }

    /// The key's own limits, then those of its identity that none of its own hides.
    pub fn limits(&self) -> &[RecordLimit] {
        &self.limits
    }

    /// The name of one of its limits.
    pub fn limit_name(&self, limit: &RecordLimit) -> &str {
        limit.name.in_text(&self.text)
    }

    /// The id of one of its limits, and its name in JSON.
    pub fn json_limit(&self, limit: &RecordLimit) -> (&str, &str) {
        let Span { start, end } = limit.name;
        let name = match limit.escaped {
            0 => Span { start: start - 1, end: end + 1 },
            escaped => Span { start: end, end: escaped },
        };
        (limit.id.in_text(&self.text), name.in_text(&self.text))
    }

    /// The key's name in JSON.
    pub fn json_name(&self) -> Option<&str> {
        self.some(Part::Name)
    }

    /// The key's free members in JSON, if there are any.
    pub fn json_meta(&self) -> Option<&str> {
        self.some(Part::Meta)
    }

    /// The key's owner in JSON, as answers show it.
    pub fn json_identity(&self) -> Option<&str> {
        self.some(Part::Identity)
    }

    /// What is noted about it while it is kept.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Whether anything that it tells has changed since.
    pub fn is_stale(&self) -> bool {
        self.marks.stale.load(Ordering::Acquire)
            || self.api.anchor.is_stale()
            || self.api.workspace.is_stale()
            || self.grants.is_stale()
    }

    /// How many bytes it takes up with the counters of its own limits. What it may do counts as if
    /// no other key could do the same.
    pub fn size(&self) -> usize {
        /// A counter with its place among all counters, which are half empty at worst.
        const COUNTER: usize = size_of::<Counter>() + 128;
        let counters = self.limits.iter().filter(|limit| limit.own).count();
        size_of::<Self>()
            + self.text.len()
            + self.grants.size()
            + size_of_val(&*self.limits)
            + counters * COUNTER
    }

    fn part(&self, part: Part) -> &str {
        let start = (part as usize).checked_sub(1).map_or(0, |before| self.ends[before]);
        Span { start, end: self.ends[part as usize] }.in_text(&self.text)
    }

    /// The part, unless it is empty.
    fn some(&self, part: Part) -> Option<&str> {
        Some(self.part(part)).filter(|part| !part.is_empty())
    }
}

/// A text while it is written.
#[derive(Default)]
struct Text(String);

impl Text {
    fn plain(&mut self, text: &str) -> Span {
        let start = self.0.len();
        self.0.push_str(text);
        Span::of(start..self.0.len())
    }

    fn json(&mut self, value: &impl Serialize) -> Span {
        // Strings, numbers and maps of JSON values always have a JSON form.
        let text = serde_json::to_string(value).unwrap_or_default();
        self.plain(&text)
    }

    fn some_json(&mut self, value: Option<&impl Serialize>) -> Span {
        match value {
            Some(value) => self.json(value),
            None => self.plain(""),
        }
    }

    /// Writes a string and returns where it stands without its quotes, if it has no escapes.
    fn quoted(&mut self, value: &str) -> Option<Span> {
        let Span { start, end } = self.json(&value);
        ((end - start) as usize == value.len() + 2)
            .then_some(Span { start: start + 1, end: end - 1 })
    }

    fn limit(&mut self, limit: &Ratelimit, own: bool) -> RecordLimit {
        let id = self.plain(limit.id.as_str());
        let (name, escaped) = match self.quoted(&limit.name) {
            Some(name) => (name, 0),
            None => (self.plain(&limit.name), self.json(&limit.name).end),
        };
        RecordLimit {
            id,
            name,
            escaped,
            limit: limit.limit,
            duration: limit.duration,
            auto_apply: limit.auto_apply,
            own,
            counter: OnceLock::new(),
        }
    }
}

/// What precedes the first item of a list, and the others.
fn separators(first: &'static str) -> impl Iterator<Item = &'static str> {
    std::iter::once(first).chain(std::iter::repeat(","))
}

/// An owner as the answer shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IdentityView<'a> {
    id: &'a IdentityId,
    external_id: &'a str,
    #[serde(skip_serializing_if = "Meta::is_empty")]
    meta: &'a Meta,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ratelimits: Vec<LimitView<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LimitView<'a> {
    id: &'a str,
    name: &'a str,
    limit: i64,
    duration: i64,
    auto_apply: bool,
}

impl<'a> IdentityView<'a> {
    /// The owner without those limits that the key's own hide.
    fn new(identity: &'a Identity, own: &[Ratelimit]) -> Self {
        let ratelimits = identity
            .ratelimits
            .iter()
            .filter(|shared| own.iter().all(|own| own.name != shared.name))
            .map(|limit| LimitView {
                id: limit.id.as_str(),
                name: &limit.name,
                limit: limit.limit,
                duration: limit.duration,
                auto_apply: limit.auto_apply,
            })
            .collect();
        Self {
            id: &identity.id,
            external_id: &identity.external_id,
            meta: &identity.meta,
            ratelimits,
        }
    }
}

/// A record that opens only for its own workspace, as [`Owned`](crate::owned::Owned) does.
#[derive(Clone, Debug)]
pub struct SealedRecord(Arc<Record>);

impl SealedRecord {
    /// Seals a record.
    pub fn new(record: Arc<Record>) -> Self {
        Self(record)
    }

    /// The record, if its key belongs to `workspace`.
    pub fn open(self, workspace: &WorkspaceId) -> Result<Arc<Record>, Foreign> {
        if self.0.workspace() == workspace { Ok(self.0) } else { Err(Foreign) }
    }
}

/// A root key as authentication needs it.
#[derive(Debug)]
pub struct RootRecord {
    hash: KeyHash,
    workspace: Arc<Anchor<WorkspaceId>>,
    marks: Marks,
    principal: Principal,
}

impl RootRecord {
    /// The record of the root key with that hash; `workspace` is its workspace.
    pub fn new(hash: KeyHash, principal: Principal, workspace: Arc<Anchor<WorkspaceId>>) -> Self {
        let marks = Marks::new(principal.root_key.last_used_at);
        Self { hash, workspace, marks, principal }
    }

    /// The record of a root key that shares nothing with others.
    pub fn alone(hash: KeyHash, principal: Principal) -> Self {
        let workspace = Arc::new(Anchor::new(principal.root_key.workspace_id.clone()));
        Self::new(hash, principal, workspace)
    }

    /// SHA-256 of the secret.
    pub fn hash(&self) -> &KeyHash {
        &self.hash
    }

    /// What is noted about it while it is kept.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Whether anything that it tells has changed since.
    pub fn is_stale(&self) -> bool {
        self.marks.stale.load(Ordering::Acquire) || self.workspace.is_stale()
    }

    /// About how many bytes it takes up.
    pub fn size(&self) -> usize {
        let grant = &self.principal.root_key.grant;
        let texts: usize = grant.permissions.iter().map(|text| text.len() + 64).sum();
        size_of::<Self>() + texts + grant.api_ids.len() * 64 + 256
    }
}

impl Deref for RootRecord {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.principal
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{MigrationId, PermissionId, RatelimitId};
    use crate::role::{Permission, Role};

    fn permission(slug: &str) -> Permission {
        Permission {
            id: PermissionId::from(slug),
            slug: slug.to_owned(),
            name: slug.to_owned(),
            description: None,
        }
    }

    fn key(name: Option<&str>, limits: &[&str]) -> Key {
        let limit = |name: &&str| Ratelimit {
            id: RatelimitId::from("rl_1"),
            name: (*name).to_owned(),
            limit: 5,
            duration: 1000,
            auto_apply: true,
        };
        Key {
            name: name.map(str::to_owned),
            ratelimits: limits.iter().map(limit).collect(),
            permissions: vec![permission("b"), permission("a\"quoted")],
            roles: vec![Role {
                id: RoleId::from("role_1"),
                name: "r\\".to_owned(),
                description: None,
                permissions: vec![permission("b"), permission("c")],
            }],
            ..Key::bare("key_1")
        }
    }

    fn record(key: &Key) -> Record {
        Record::alone(KeyHash([0; 32]), key)
    }

    #[test]
    fn what_a_key_lacks_is_told_from_what_is_empty() {
        let bare = record(&key(None, &[]));
        assert_eq!((bare.id(), bare.json_name(), bare.json_meta()), ("key_1", None, None));
        assert_eq!((bare.json_identity(), bare.identity()), (None, None));
        assert_eq!(bare.pending_migration(), None);
        assert_eq!(record(&key(Some(""), &[])).json_name(), Some("\"\""));

        let mut full = key(Some("n\n"), &[]);
        full.meta.insert("a".to_owned(), 1.into());
        full.pending_migration = Some(MigrationId::from("mig_1"));
        full.identity = Some(Identity {
            id: IdentityId::from("id_1"),
            external_id: "u".to_owned(),
            meta: Meta::new(),
            ratelimits: Vec::new(),
        });
        let full = record(&full);
        assert_eq!(full.json_name(), Some("\"n\\n\""));
        assert_eq!(full.json_meta(), Some("{\"a\":1}"));
        assert_eq!(full.json_identity(), Some("{\"id\":\"id_1\",\"externalId\":\"u\"}"));
        assert_eq!((full.identity(), full.pending_migration()), (Some("id_1"), Some("mig_1")));
    }

    #[test]
    fn names_of_limits_are_known_as_they_are_and_in_json() {
        let names = ["requests", "a\"b", "\u{e4}\n", "z"];
        let record = record(&key(None, &names));
        for (limit, name) in record.limits().iter().zip(names) {
            let json = serde_json::to_string(name).unwrap();
            assert_eq!(record.limit_name(limit), name);
            assert_eq!(record.json_limit(limit), ("rl_1", json.as_str()));
        }
    }

    #[test]
    fn grants_hold_what_is_direct_and_what_comes_by_roles() {
        let record = record(&key(None, &[]));
        for (permission, held) in
            [("a\"quoted", true), ("b", true), ("c", true), ("", false), ("a", false), ("d", false)]
        {
            assert_eq!(record.grants().hold(permission), held, "{permission}");
        }
        assert_eq!(
            record.grants().json(),
            r#","permissions":["a\"quoted","b","c"],"roles":["r\\"]"#
        );
    }

    #[test]
    fn a_record_is_small() {
        assert_eq!((size_of::<Record>(), size_of::<RecordLimit>()), (152, 56));
    }
}
