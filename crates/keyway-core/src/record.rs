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
}

impl ApiPart {
    /// The part of an API in this workspace.
    pub fn new(api: &KeyApi, workspace: Arc<Anchor<WorkspaceId>>) -> Self {
        Self {
            anchor: Anchor::new(api.id.clone()),
            workspace,
            environment: api.environment.clone(),
            ip_allowlist: api.ip_allowlist.clone(),
        }
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

/// A part of a record's text.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    fn of(range: Range<usize>) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "requests are far smaller than 4 GiB")]
        let (start, end) = (range.start as u32, range.end as u32);
        Self { start, end }
    }
}

/// A stored limit of a key or of its identity.
#[derive(Debug)]
pub struct RecordLimit {
    name: Span,
    /// The beginning of its JSON form, up to what is left of it.
    head: Span,
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
    roles: Box<[Arc<Anchor<RoleId>>]>,
    expires: Option<Timestamp>,
    enabled: bool,
    has_credits: bool,
    is_pending: bool,
    marks: Marks,
    /// The parts of the answer that are always the same, then what is asked for by itself.
    text: Box<str>,
    id: Span,
    /// The answer's members before the credits.
    head: Span,
    /// The answer's members between the credits and the limits.
    tail: Span,
    identity: Option<Span>,
    /// The migration that an imported key waits for.
    migration: Span,
    /// Sorted, each once.
    permissions: Box<[Span]>,
    limits: Box<[RecordLimit]>,
}

impl Record {
    /// The record of the key with that hash; `api` and `roles` are those of the key.
    pub fn new(
        hash: KeyHash,
        key: &Key,
        api: Arc<ApiPart>,
        roles: Box<[Arc<Anchor<RoleId>>]>,
    ) -> Self {
        let mut text = Text::default();
        let (id, head) = text.head(key);
        let (tail, permissions, identity) = text.tail(key);
        let of_identity = key.identity.iter().flat_map(|identity| &identity.ratelimits);
        let hidden = |limit: &&Ratelimit| key.ratelimits.iter().all(|own| own.name != limit.name);
        let limits = key
            .ratelimits
            .iter()
            .map(|limit| (limit, true))
            .chain(of_identity.filter(hidden).map(|limit| (limit, false)))
            .map(|(limit, own)| text.limit(limit, own))
            .collect();
        let migration =
            text.plain(key.pending_migration.as_ref().map_or("", |migration| migration.as_str()));
        Self {
            hash,
            api,
            roles,
            expires: key.expires,
            enabled: key.enabled,
            has_credits: key.credits.is_some(),
            is_pending: key.pending_migration.is_some(),
            marks: Marks::new(key.last_used_at),
            text: text.0.into(),
            id,
            head,
            tail,
            identity,
            migration,
            permissions,
            limits,
        }
    }

    /// The record of a key that shares nothing with others.
    pub fn alone(hash: KeyHash, key: &Key) -> Self {
        let workspace = Arc::new(Anchor::new(key.workspace_id.clone()));
        let api = Arc::new(ApiPart::new(&key.api, workspace));
        let roles = key.roles.iter().map(|role| Arc::new(Anchor::new(role.id.clone()))).collect();
        Self::new(hash, key, api, roles)
    }

    /// SHA-256 of the secret.
    pub fn hash(&self) -> &KeyHash {
        &self.hash
    }

    /// The key's id.
    pub fn id(&self) -> &str {
        self.part(self.id)
    }

    /// The key's id as others take it.
    pub fn key_id(&self) -> KeyId {
        KeyId::from(self.id())
    }

    /// The key's API.
    pub fn api(&self) -> &ApiPart {
        &self.api
    }

    /// The roles that the key holds.
    pub fn roles(&self) -> &[Arc<Anchor<RoleId>>] {
        &self.roles
    }

    /// The workspace that the key belongs to.
    pub fn workspace(&self) -> &WorkspaceId {
        &self.api.workspace.id
    }

    /// The id of the key's owner.
    pub fn identity(&self) -> Option<&str> {
        self.identity.map(|span| self.part(span))
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
        self.is_pending.then(|| self.part(self.migration))
    }

    /// Whether the key holds this permission, directly or through a role.
    pub fn holds(&self, permission: &str) -> bool {
        self.permissions.binary_search_by(|span| self.part(*span).cmp(permission)).is_ok()
    }

    /// The key's own limits, then those of its identity that none of its own hides.
    pub fn limits(&self) -> &[RecordLimit] {
        &self.limits
    }

    /// The name of one of its limits.
    pub fn limit_name(&self, limit: &RecordLimit) -> &str {
        self.part(limit.name)
    }

    /// The answer's members before the credits, from `"keyId"` on, without a comma at either end.
    pub fn json_head(&self) -> &str {
        self.part(self.head)
    }

    /// The answer's members between the credits and the limits, from `"enabled"` on.
    pub fn json_tail(&self) -> &str {
        self.part(self.tail)
    }

    /// A limit's members up to the value of `remaining`.
    pub fn json_limit(&self, limit: &RecordLimit) -> &str {
        self.part(limit.head)
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
            || self.roles.iter().any(|role| role.is_stale())
    }

    /// How many bytes it takes up with the counters of its own limits, without what it shares.
    pub fn size(&self) -> usize {
        /// A counter with its place among all counters, which are half empty at worst.
        const COUNTER: usize = size_of::<Counter>() + 128;
        let counters = self.limits.iter().filter(|limit| limit.own).count();
        size_of::<Self>()
            + self.text.len()
            + size_of_val(&*self.roles)
            + size_of_val(&*self.permissions)
            + size_of_val(&*self.limits)
            + counters * COUNTER
    }

    fn part(&self, span: Span) -> &str {
        // Spans are made with the text, so they lie in it.
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

/// The text of a record while it is written.
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

    /// Writes a string and returns where it stands without its quotes, if it has no escapes.
    fn quoted(&mut self, value: &str) -> Option<Span> {
        let Span { start, end } = self.json(&value);
        ((end - start) as usize == value.len() + 2)
            .then_some(Span { start: start + 1, end: end - 1 })
    }

    fn head(&mut self, key: &Key) -> (Span, Span) {
        let start = self.0.len();
        self.plain("\"keyId\":");
        let id = self.quoted(key.id.as_str());
        self.plain(",\"keyspaceId\":");
        self.json(&key.api.id);
        if let Some(environment) = &key.api.environment {
            self.plain(",\"environment\":");
            self.json(environment);
        }
        if let Some(name) = &key.name {
            self.plain(",\"name\":");
            self.json(name);
        }
        if !key.meta.is_empty() {
            self.plain(",\"meta\":");
            self.json(&key.meta);
        }
        if let Some(expires) = key.expires {
            self.plain(",\"expires\":");
            self.json(&expires);
        }
        let head = Span::of(start..self.0.len());
        (id.unwrap_or_else(|| self.plain(key.id.as_str())), head)
    }

    fn tail(&mut self, key: &Key) -> (Span, Box<[Span]>, Option<Span>) {
        let start = self.0.len();
        self.plain(if key.enabled { "\"enabled\":true" } else { "\"enabled\":false" });
        let slugs = key.effective_permissions();
        let mut permissions: Vec<Option<Span>> = Vec::with_capacity(slugs.len());
        for (slug, comma) in slugs.iter().zip(separators(",\"permissions\":[")) {
            self.plain(comma);
            permissions.push(self.quoted(slug));
        }
        self.plain(if slugs.is_empty() { "" } else { "]" });
        for (role, comma) in key.roles.iter().zip(separators(",\"roles\":[")) {
            self.plain(comma);
            self.json(&role.name);
        }
        self.plain(if key.roles.is_empty() { "" } else { "]" });
        if let Some(identity) = &key.identity {
            self.plain(",\"identity\":");
            self.json(&IdentityView::new(identity, &key.ratelimits));
        }
        let tail = Span::of(start..self.0.len());
        let permissions = permissions
            .into_iter()
            .zip(slugs)
            .map(|(span, slug)| span.unwrap_or_else(|| self.plain(slug)))
            .collect();
        let identity = key.identity.as_ref().map(|identity| self.plain(identity.id.as_str()));
        (tail, permissions, identity)
    }

    fn limit(&mut self, limit: &Ratelimit, own: bool) -> RecordLimit {
        let start = self.0.len();
        self.plain("\"id\":");
        self.json(&limit.id);
        self.plain(",\"name\":");
        let name = self.quoted(&limit.name);
        self.plain(",\"limit\":");
        self.json(&limit.limit);
        self.plain(",\"duration\":");
        self.json(&limit.duration);
        self.plain(",\"remaining\":");
        let head = Span::of(start..self.0.len());
        RecordLimit {
            name: name.unwrap_or_else(|| self.plain(&limit.name)),
            head,
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
