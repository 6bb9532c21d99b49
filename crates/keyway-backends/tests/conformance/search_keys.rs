//! `KeyStore::search_keys`, `KeyStore::count_keys`

use keyway_core::api::Api;
use keyway_core::backend::store::StoreError;
use keyway_core::credits::Credits;
use keyway_core::environment::Environment;
use keyway_core::id::KeyId;
use keyway_core::key::{Key, KeyFilter, KeySearch, KeySort, KeyStatus, NewKey};
use keyway_core::page::Page;
use keyway_core::time::{DAY, Timestamp};
use serde_json::{Value, json};

use crate::fixture::{ALL, Fixture, NOW, new_api, with_store};

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let at = self.below(all.len() as u64);
        &all[usize::try_from(at).unwrap()]
    }

    fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.one_in(2) { None } else { Some(value(self)) }
    }

    /// A moment up to 100 days before or after the present, often the same one.
    fn moment(&mut self) -> Timestamp {
        let days = i64::try_from(self.below(41)).unwrap() * 5 - 100;
        NOW.plus(days * DAY)
    }
}

const OWNERS: [&str; 4] = ["anna", "Anton", "bob", "a%_"];
const NAMES: [&str; 7] = ["Alpha", "alpha", "ALPINE", "beta", "b%", "Äther", "\u{1}\0"];
const ROLES: [&str; 2] = ["Editor", "Viewer"];
const SLUGS: [&str; 3] = ["documents.read", "documents.write", "billing"];

fn plans() -> [Value; 5] {
    [json!("pro"), json!("free"), json!(1), json!(true), json!(null)]
}

/// Keys of three APIs in two environments, as different as they can be.
async fn zoo(t: &Fixture, dice: &mut Dice) -> Vec<Api> {
    let mut apis = Vec::new();
    for (name, environment) in [("one", None), ("two", Some("prod")), ("three", Some("test"))] {
        let environment = environment.map(|name| Environment(name.to_owned()));
        let api = Api { environment, ..new_api(&t.entropy, &t.workspace.id, name) };
        t.store.insert_api(&api, &t.trail()).await.unwrap();
        apis.push(api);
    }
    t.role("Editor", &["documents.read", "documents.write"]).await;
    t.role("Viewer", &["documents.read"]).await;
    t.permission("billing").await;
    let mut used = Vec::new();
    for number in 0..150 {
        let mut meta = serde_json::Map::new();
        if let Some(plan) = dice.maybe(|dice| dice.of(&plans()).clone()) {
            meta.insert("plan".to_owned(), plan);
            meta.insert("list".to_owned(), json!([1]));
        }
        let key = NewKey {
            start: format!("{}_{}", dice.of(&["app", "App", "live"]), dice.below(10)),
            name: dice.maybe(|dice| (*dice.of(&NAMES)).to_owned()),
            owner: dice.maybe(|dice| t.owner(dice.of::<&str>(&OWNERS))),
            meta,
            enabled: !dice.one_in(6),
            expires: dice.maybe(Dice::moment),
            credits: dice.maybe(|dice| Credits {
                remaining: i64::try_from(dice.below(2)).unwrap(),
                refill: None,
            }),
            roles: dice.maybe(|dice| (*dice.of(&ROLES)).to_owned()).into_iter().collect(),
            permissions: match dice.maybe(|dice| *dice.of(&SLUGS)) {
                Some(slug) => t.wanted(&[slug]),
                None => Vec::new(),
            },
            ..t.new_key(&dice.of(&apis).id)
        };
        let mut trail = t.trail();
        trail.now = NOW.plus(-i64::try_from(dice.below(60)).unwrap() * DAY);
        t.store.insert_key(&key, &trail).await.unwrap();
        if let Some(at) = dice.maybe(Dice::moment) {
            used.push((key.id.clone(), at));
        }
        if number % 20 == 0 {
            t.store.delete_key(&key.id, false, &t.trail()).await.unwrap();
        }
    }
    t.store.touch_keys(&used).await.unwrap();
    // Their keys belong to nobody from now on.
    let gone = t.store.find_identity_by_external_id(&t.workspace.id, "bob").await.unwrap();
    t.store.delete_identity(&gone.unwrap().id, &t.trail()).await.unwrap();
    apis
}

async fn everything(t: &Fixture, apis: &[Api]) -> Vec<Key> {
    let mut keys = Vec::new();
    for api in apis {
        let filter = KeyFilter { api_id: api.id.clone(), external_id: None };
        let mut page = ALL;
        loop {
            let found = t.store.list_keys(&t.workspace.id, &filter, &page).await.unwrap();
            keys.extend(found.items);
            let Some(next) = found.next else { break };
            page.after = Some(next);
        }
    }
    keys
}

fn random_search(dice: &mut Dice, keys: &[Key], apis: &[Api]) -> KeySearch {
    let mut search = KeySearch { now: NOW, ..KeySearch::default() };
    search.sort =
        *dice.of(&[KeySort::CreatedAt, KeySort::LastUsedAt, KeySort::Expires, KeySort::Name]);
    search.descending = dice.one_in(2);
    for _ in 0..dice.below(4) {
        match dice.below(11) {
            0 => {
                let id = dice.of(keys).id.to_string();
                let texts: [&str; 10] =
                    ["a", "A", "alp", "APP_1", "ant", "a%", "Ä", "ä", "\u{1}", &id];
                search.text = Some((*dice.of(&texts)).to_owned());
            }
            1 | 2 => {
                let all = [
                    KeyStatus::Disabled,
                    KeyStatus::Expired,
                    KeyStatus::OutOfCredits,
                    KeyStatus::ExpiresSoon,
                    KeyStatus::Unused,
                    KeyStatus::Active,
                ];
                search.status = (0..=dice.below(2)).map(|_| *dice.of(&all)).collect();
            }
            3 => search.external_id = Some((*dice.of(&OWNERS)).to_owned()),
            4 => search.meta = Some(("plan".to_owned(), dice.of(&plans()).clone())),
            5 => search.role = Some((*dice.of(&["editor", "Viewer", "none"])).to_owned()),
            6 => search.permission = Some((*dice.of(&["Billing", "documents.read"])).to_owned()),
            7 => search.expires = (dice.maybe(Dice::moment), dice.maybe(Dice::moment)),
            8 => search.last_used = (dice.maybe(Dice::moment), dice.maybe(Dice::moment)),
            9 => search.created = (dice.maybe(Dice::moment), dice.maybe(Dice::moment)),
            _ => {
                search.api_ids =
                    dice.maybe(|dice| (0..2).map(|_| dice.of(apis).id.clone()).collect());
                search.environments = dice.maybe(|_| vec!["prod".to_owned(), "x".to_owned()]);
            }
        }
    }
    search
}

fn fits(key: &Key, search: &KeySearch) -> bool {
    let begins = |text: &str, wanted: &str| {
        text.to_ascii_lowercase().starts_with(&wanted.to_ascii_lowercase())
    };
    let owner = key.identity.as_ref().map(|identity| identity.external_id.as_str());
    let text = search.text.as_ref().is_none_or(|wanted| {
        key.id.as_str() == wanted
            || begins(&key.start, wanted)
            || key.name.as_ref().is_some_and(|name| begins(name, wanted))
            || owner.is_some_and(|owner| begins(owner, wanted))
    });
    let within = |time: Option<Timestamp>,
                  (after, before): (Option<Timestamp>, Option<Timestamp>)| {
        time.is_some_and(|time| {
            after.is_none_or(|after| after < time) && before.is_none_or(|before| time < before)
        }) || (after.is_none() && before.is_none())
    };
    let used = key.last_used_at.unwrap_or(Timestamp(-1));
    text && (search.status.is_empty() || search.status.contains(&KeyStatus::of(key, NOW)))
        && search.external_id.as_ref().is_none_or(|wanted| owner == Some(wanted))
        && search.meta.as_ref().is_none_or(|(member, value)| key.meta.get(member) == Some(value))
        && search.role.as_ref().is_none_or(|wanted| {
            key.roles.iter().any(|role| role.name.eq_ignore_ascii_case(wanted))
        })
        && search.permission.as_ref().is_none_or(|wanted| {
            key.effective_permissions().iter().any(|slug| slug.eq_ignore_ascii_case(wanted))
        })
        && within(key.expires, search.expires)
        && within(Some(used), search.last_used)
        && within(Some(key.created_at), search.created)
        && search.api_ids.as_ref().is_none_or(|ids| ids.contains(&key.api.id))
        && search.environments.as_ref().is_none_or(|all| {
            key.api.environment.as_ref().is_some_and(|environment| all.contains(&environment.0))
        })
}

fn expected(keys: &[Key], search: &KeySearch) -> Vec<KeyId> {
    let mut found: Vec<&Key> = keys.iter().filter(|key| fits(key, search)).collect();
    found.sort_by(|a, b| {
        let name = |key: &Key| key.name.as_deref().unwrap_or("").to_ascii_lowercase();
        let order = match search.sort {
            KeySort::CreatedAt => a.created_at.cmp(&b.created_at),
            KeySort::LastUsedAt => a.last_used_at.cmp(&b.last_used_at),
            KeySort::Expires => {
                let end = |key: &Key| key.expires.unwrap_or(Timestamp(i64::MAX));
                end(a).cmp(&end(b))
            }
            KeySort::Name => name(a).cmp(&name(b)),
        };
        order.then_with(|| a.id.cmp(&b.id))
    });
    if search.descending {
        found.reverse();
    }
    found.into_iter().map(|key| key.id.clone()).collect()
}

async fn search_all(t: &Fixture, search: &KeySearch, limit: usize) -> Vec<KeyId> {
    let mut ids = Vec::new();
    let mut page = Page { limit, after: None };
    loop {
        let found = t.store.search_keys(&t.workspace.id, search, &page).await.unwrap();
        assert!(found.items.len() <= limit);
        ids.extend(found.items.into_iter().map(|key| key.id));
        let Some(next) = found.next else { return ids };
        page.after = Some(next);
    }
}

#[tokio::test]
async fn searches_agree_with_looking_at_every_key() {
    with_store(async |t| {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
        let apis = zoo(t, &mut dice).await;
        let keys = everything(t, &apis).await;
        assert_eq!(keys.len(), 142);
        let mut found = 0;
        for _ in 0..400 {
            let search = random_search(&mut dice, &keys, &apis);
            let wanted = expected(&keys, &search);
            let limit = if dice.one_in(2) { 100 } else { 7 };
            let ids = search_all(t, &search, limit).await;
            assert_eq!(ids, wanted, "{search:?}");
            let count = t.store.count_keys(&t.workspace.id, &search).await.unwrap();
            assert_eq!(count, i64::try_from(wanted.len()).unwrap(), "{search:?}");
            found += ids.len();
        }
        assert!(4000 < found, "the searches find something: {found}");
    })
    .await;
}

#[tokio::test]
async fn searches_follow_every_change() {
    with_store(async |t| {
        let api = t.api("api").await;
        let id = t.key(&api.id).await;
        let plan = |value: Value| KeySearch {
            meta: Some(("plan".to_owned(), value)),
            ..KeySearch::default()
        };
        assert!(search_all(t, &plan(json!("pro")), 9).await.is_empty());
        for value in [json!("pro"), json!(1.5), json!("x".repeat(100_000)), json!(7)] {
            let meta = json!({ "plan": value, "other": "pro" }).as_object().cloned();
            let change = keyway_core::key::KeyChange {
                meta: keyway_core::patch::Patch::Set(meta.unwrap_or_default()),
                ..Default::default()
            };
            t.store.update_key(&id, &change, &t.trail()).await.unwrap();
            assert_eq!(search_all(t, &plan(value), 9).await, std::slice::from_ref(&id));
            assert!(search_all(t, &plan(json!("none")), 9).await.is_empty());
        }
        assert_eq!(search_all(t, &plan(json!(7.0)), 9).await, std::slice::from_ref(&id));
        assert!(search_all(t, &plan(json!("pro")), 9).await.is_empty());
        assert!(search_all(t, &plan(json!({})), 9).await.is_empty());

        t.store.delete_key(&id, false, &t.trail()).await.unwrap();
        assert!(search_all(t, &KeySearch::default(), 9).await.is_empty());
        let id = t.key(&api.id).await;
        assert_eq!(search_all(t, &KeySearch::default(), 9).await, [id]);
        t.store.delete_api(&api.id, &t.trail()).await.unwrap();
        assert!(search_all(t, &KeySearch::default(), 9).await.is_empty());
        assert_eq!(t.store.count_keys(&t.workspace.id, &KeySearch::default()).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_search_stays_in_its_workspace() {
    with_store(async |t| {
        let api = t.api("api").await;
        let key = NewKey {
            name: Some("name".to_owned()),
            owner: Some(t.owner("anna")),
            credits: Some(Credits { remaining: 0, refill: None }),
            meta: json!({ "plan": "pro" }).as_object().cloned().unwrap_or_default(),
            ..t.new_key(&api.id)
        };
        let id = t.store_key(key).await;
        let other = t.another_workspace("other").await;
        let searches = [
            KeySearch::default(),
            KeySearch { text: Some("name".to_owned()), ..KeySearch::default() },
            KeySearch { text: Some(id.to_string()), ..KeySearch::default() },
            KeySearch { external_id: Some("anna".to_owned()), ..KeySearch::default() },
            KeySearch { api_ids: Some(vec![api.id.clone()]), ..KeySearch::default() },
            KeySearch { status: vec![KeyStatus::OutOfCredits], now: NOW, ..KeySearch::default() },
            KeySearch { meta: Some(("plan".to_owned(), json!("pro"))), ..KeySearch::default() },
        ];
        for search in &searches {
            assert_eq!(search_all(t, search, 9).await, std::slice::from_ref(&id), "{search:?}");
            let found = t.store.search_keys(&other.id, search, &ALL).await.unwrap();
            assert!(found.items.is_empty(), "{search:?}");
            assert_eq!(t.store.count_keys(&other.id, search).await.unwrap(), 0);
        }
    })
    .await;
}

#[tokio::test]
async fn a_cursor_of_something_else_is_refused() {
    with_store(async |t| {
        let api = t.api("api").await;
        t.key(&api.id).await;
        for cursor in ["", "x", "key_x:", "key_x:abc", "\0"] {
            let page = Page { limit: 5, after: Some(cursor.to_owned()) };
            let search = KeySearch::default();
            let result = t.store.search_keys(&t.workspace.id, &search, &page).await;
            assert!(matches!(result, Err(StoreError::Unfit(_))), "{cursor:?}");
        }
    })
    .await;
}

/// Every row that was there all the time is seen exactly once.
#[tokio::test]
async fn pages_survive_changes_between_them() {
    with_store(async |t| {
        let api = t.api("api").await;
        let mut stable = Vec::new();
        for number in 0..30 {
            let name = Some(format!("name {}", number % 3));
            stable.push(t.store_key(NewKey { name, ..t.new_key(&api.id) }).await);
        }
        for sort in [KeySort::CreatedAt, KeySort::LastUsedAt, KeySort::Expires, KeySort::Name] {
            let search = KeySearch { sort, ..KeySearch::default() };
            let mut seen = Vec::new();
            let mut page = Page { limit: 4, after: None };
            loop {
                let found = t.store.search_keys(&t.workspace.id, &search, &page).await.unwrap();
                seen.extend(found.items.into_iter().map(|key| key.id));
                let Some(next) = found.next else { break };
                page.after = Some(next);
                let passing = t.key(&api.id).await;
                if let Some(last) = seen.last()
                    && !stable.contains(last)
                {
                    t.store.delete_key(last, true, &t.trail()).await.unwrap();
                }
                t.store.delete_key(&passing, false, &t.trail()).await.unwrap();
                t.key(&api.id).await;
            }
            for id in &stable {
                assert_eq!(seen.iter().filter(|one| *one == id).count(), 1, "{sort:?}");
            }
        }
    })
    .await;
}
