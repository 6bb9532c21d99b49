//! `KeyStore::due_refills`, `KeyStore::refill_key`

use keyway_core::audit::{Actor, Trail};
use keyway_core::credits::{Credits, CreditsChange, Refill, RefillInterval};
use keyway_core::id::KeyId;
use keyway_core::key::NewKey;
use keyway_core::patch::Patch;
use keyway_core::refill;
use keyway_core::time::{DAY, Timestamp};

use crate::fixture::{Fixture, NOW, events, with_store};

fn daily(amount: i64) -> Refill {
    Refill { interval: RefillInterval::Daily, amount, day: None }
}

async fn refilled(t: &Fixture, remaining: i64, refill: Refill) -> KeyId {
    let api = t.api("api").await;
    let credits = Some(Credits { remaining, refill: Some(refill) });
    t.store_key(NewKey { credits, ..t.new_key(&api.id) }).await
}

fn system(t: &Fixture, now: Timestamp) -> Trail {
    let actor = Actor { id: "refill".to_owned(), kind: "system".to_owned(), name: None };
    Trail { now, actor, ..t.trail() }
}

async fn balance(t: &Fixture, id: &KeyId) -> i64 {
    t.load(id).await.credits.unwrap().remaining
}

#[tokio::test]
async fn a_key_is_refilled_once_when_its_time_has_come() {
    with_store(async |t| {
        let id = refilled(t, 3, daily(10)).await;
        let midnight = refill::next(&daily(10), NOW);
        assert!(t.store.due_refills(midnight.plus(-1), 9).await.unwrap().is_empty());
        let due = t.store.due_refills(midnight, 9).await.unwrap();
        assert_eq!(due.len(), 1);
        assert_eq!((&due[0].key_id, &due[0].workspace_id), (&id, &t.workspace.id));
        assert_eq!((&due[0].refill, due[0].due_at), (&daily(10), midnight));

        let next = midnight.plus(DAY);
        let trail = system(t, midnight);
        let mut done = Vec::new();
        let entries = t
            .entries_of(async || {
                for _ in 0..2 {
                    done.push(t.store.refill_key(&due[0], next, &trail).await.unwrap());
                }
            })
            .await;
        assert_eq!(done, [true, false]);
        assert_eq!(events(&entries), ["key.update"]);
        assert_eq!(
            (entries[0].actor.kind.as_str(), entries[0].actor.id.as_str()),
            ("system", "refill")
        );
        assert_eq!(entries[0].changes[0].field, "credits");
        assert_eq!(entries[0].changes[0].before["remaining"], 3);
        assert_eq!(entries[0].changes[0].after["remaining"], 10);
        assert_eq!(entries[0].resources.len(), 2);
        assert_eq!(balance(t, &id).await, 10);
        assert!(t.store.due_refills(midnight, 9).await.unwrap().is_empty());
        assert_eq!(t.store.due_refills(next, 9).await.unwrap()[0].due_at, next);
    })
    .await;
}

#[tokio::test]
async fn more_than_the_amount_is_kept_and_nothing_is_told() {
    with_store(async |t| {
        let id = refilled(t, 12, daily(10)).await;
        let midnight = refill::next(&daily(10), NOW);
        let due = t.store.due_refills(midnight, 9).await.unwrap();
        let entries = t
            .entries_of(async || {
                let trail = system(t, midnight);
                assert!(t.store.refill_key(&due[0], midnight.plus(DAY), &trail).await.unwrap());
            })
            .await;
        assert!(entries.is_empty());
        assert_eq!(balance(t, &id).await, 12);
        assert!(t.store.due_refills(midnight, 9).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_refill_that_was_changed_meanwhile_is_no_longer_due() {
    with_store(async |t| {
        let id = refilled(t, 3, daily(10)).await;
        let midnight = refill::next(&daily(10), NOW);
        let due = t.store.due_refills(midnight, 9).await.unwrap().remove(0);
        let monthly = Refill { interval: RefillInterval::Monthly, amount: 10, day: Some(31) };
        let limited = |remaining, refill| CreditsChange::Limited { remaining, refill };
        let mut trail = t.trail();
        // Another balance changes nothing about the time.
        for change in [
            limited(Some(4), Patch::Keep),
            CreditsChange::Add(1),
            limited(None, Patch::Set(daily(10))),
        ] {
            trail.now = midnight.plus(5);
            t.store.update_credits(&id, &change, &trail).await.unwrap();
            assert_eq!(t.store.due_refills(midnight, 9).await.unwrap()[0].due_at, midnight);
        }
        // Another refill begins anew.
        let change = limited(None, Patch::Set(monthly.clone()));
        t.store.update_credits(&id, &change, &trail).await.unwrap();
        let next = refill::next(&monthly, trail.now);
        assert!(t.store.due_refills(next.plus(-1), 9).await.unwrap().is_empty());
        assert_eq!(t.store.due_refills(next, 9).await.unwrap()[0].due_at, next);
        assert!(!t.store.refill_key(&due, midnight.plus(DAY), &trail).await.unwrap());
        assert_eq!(balance(t, &id).await, 5);
        for change in [limited(None, Patch::Clear), CreditsChange::Unlimited] {
            t.store.update_credits(&id, &change, &trail).await.unwrap();
            assert!(t.store.due_refills(Timestamp(i64::MAX), 9).await.unwrap().is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn those_that_wait_longest_come_first() {
    with_store(async |t| {
        let api = t.api("api").await;
        let mut ids = Vec::new();
        for days in [3, 1, 2] {
            let credits = Some(Credits { remaining: 0, refill: Some(daily(10)) });
            let key = NewKey { credits, ..t.new_key(&api.id) };
            let mut trail = t.trail();
            trail.now = NOW.plus(days * DAY);
            t.store.insert_key(&key, &trail).await.unwrap();
            ids.push(key.id);
        }
        let due = t.store.due_refills(NOW.plus(9 * DAY), 2).await.unwrap();
        let found: Vec<_> = due.iter().map(|due| &due.key_id).collect();
        assert_eq!(found, [&ids[1], &ids[2]]);
    })
    .await;
}

#[tokio::test]
async fn deleted_keys_are_not_refilled() {
    with_store(async |t| {
        let late = NOW.plus(9 * DAY);
        let (key, of_api) = (refilled(t, 0, daily(10)).await, refilled(t, 0, daily(10)).await);
        let due = t.store.due_refills(late, 9).await.unwrap();
        assert_eq!(due.len(), 2);
        let api = t.load(&of_api).await.api.id;
        t.store.delete_key(&key, false, &t.trail()).await.unwrap();
        t.store.delete_api(&api, &t.trail()).await.unwrap();
        assert!(t.store.due_refills(late, 9).await.unwrap().is_empty());
        for due in &due {
            let next = late.plus(DAY);
            assert!(!t.store.refill_key(due, next, &system(t, late)).await.unwrap());
        }
        refilled(t, 0, daily(10)).await;
        let due = t.store.due_refills(late, 9).await.unwrap();
        assert_eq!(due.len(), 1);
        let other = t.another_workspace("other").await;
        let theirs = t.trail_of(&other.id);
        t.store.delete_workspace(&t.workspace.id, late, &theirs).await.unwrap();
        assert!(t.store.due_refills(late, 9).await.unwrap().is_empty());
        t.store.purge_workspaces(late).await.unwrap();
        assert!(!t.store.refill_key(&due[0], late, &system(t, late)).await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_nodes_one_refills() {
    with_store(async |t| {
        let id = refilled(t, 0, daily(10)).await;
        let midnight = refill::next(&daily(10), NOW);
        let due = t.store.due_refills(midnight, 9).await.unwrap().remove(0);
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let (store, due, trail) = (t.store.clone(), due.clone(), system(t, midnight));
                tokio::spawn(async move {
                    let done = store.refill_key(&due, midnight.plus(DAY), &trail).await.unwrap();
                    store.spend_credits(&due.key_id, 1).await.unwrap();
                    done
                })
            })
            .collect();
        let mut done = 0;
        for task in tasks {
            done += usize::from(task.await.unwrap());
        }
        assert_eq!(done, 1);
        assert_eq!(balance(t, &id).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_successor_is_refilled_when_the_key_was_due() {
    with_store(async |t| {
        let old = refilled(t, 3, daily(10)).await;
        let midnight = refill::next(&daily(10), NOW);
        let id = KeyId::generate(&t.entropy);
        let reroll = keyway_core::key::Reroll {
            hash: keyway_core::secret::KeyHash::of("next"),
            id: id.clone(),
            start: "next".to_owned(),
            byte_length: 16,
            unchecked_length: None,
            sealed: None,
            old_expires: Some(NOW),
        };
        let mut trail = t.trail();
        trail.now = midnight.plus(5 * DAY);
        t.store.reroll_key(&old, &reroll, &trail).await.unwrap();
        let due = t.store.due_refills(midnight, 9).await.unwrap();
        assert!(due.iter().any(|due| due.key_id == id && due.due_at == midnight));
    })
    .await;
}
