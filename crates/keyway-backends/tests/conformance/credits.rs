//! `KeyStore`: credits.

use std::collections::BTreeSet;

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::credits::{Credits, CreditsChange, Refill, RefillInterval, Spend};
use keyway_core::patch::Patch;

use crate::fixture::{NOW, events, with_store};

#[tokio::test]
async fn credits_are_taken_only_if_enough_are_left() {
    with_store(async |t| {
        let id = t.key_with_credits(5).await;
        for (cost, expected) in [
            (2, Spend::Taken(3)),
            (15, Spend::Short(3)),
            (0, Spend::Taken(3)),
            (3, Spend::Taken(0)),
            (1, Spend::Short(0)),
            (0, Spend::Taken(0)),
        ] {
            assert_eq!(t.store.spend_credits(&id, cost).await.unwrap(), expected);
        }
        assert_eq!(t.load(&id).await.credits.unwrap().remaining, 0);
    })
    .await;
}

#[tokio::test]
async fn a_key_without_a_balance_is_unlimited_and_an_absent_one_is_missing() {
    with_store(async |t| {
        let api = t.api("api").await;
        let id = t.key(&api.id).await;
        for cost in [0, 1, i64::MAX] {
            assert_eq!(t.store.spend_credits(&id, cost).await.unwrap(), Spend::Unlimited);
        }
        let limited = t.key_with_credits(5).await;
        t.store.delete_key(&limited, false, &t.trail()).await.unwrap();
        for cost in [0, 1] {
            let spent = t.store.spend_credits(&limited, cost).await;
            assert!(matches!(spent, Err(StoreError::Missing(Entity::Key, _))), "{spent:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn credits_are_never_sold_twice() {
    with_store(async |t| {
        let id = t.key_with_credits(100).await;
        let tasks: Vec<_> = (0..60)
            .map(|_| {
                let (store, id) = (t.store.clone(), id.clone());
                tokio::spawn(async move { store.spend_credits(&id, 3).await.unwrap() })
            })
            .collect();
        let mut left = BTreeSet::new();
        let mut short = 0;
        for task in tasks {
            match task.await.unwrap() {
                Spend::Taken(remaining) => assert!(left.insert(remaining)),
                Spend::Short(_) => short += 1,
                Spend::Unlimited => panic!("the key has a balance"),
            }
        }
        assert_eq!((left.len(), short), (33, 27));
        assert_eq!(t.load(&id).await.credits.unwrap().remaining, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn spending_and_adding_at_once_add_up() {
    with_store(async |t| {
        let id = t.key_with_credits(1000).await;
        let tasks: Vec<_> = (0..40)
            .map(|n| {
                let (store, id, trail) = (t.store.clone(), id.clone(), t.trail());
                tokio::spawn(async move {
                    if n % 2 == 0 {
                        let add = CreditsChange::Add(10);
                        store.update_credits(&id, &add, &trail).await.unwrap();
                    } else {
                        assert!(matches!(
                            store.spend_credits(&id, 7).await.unwrap(),
                            Spend::Taken(_)
                        ));
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(t.load(&id).await.credits.unwrap().remaining, 1000 + 20 * 10 - 20 * 7);
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn relative_changes_stop_at_both_ends() {
    with_store(async |t| {
        let id = t.key_with_credits(5).await;
        for (amount, expected) in [(10, 15), (-20, 0), (7, 7), (i64::MAX, i64::MAX), (0, i64::MAX)]
        {
            let change = CreditsChange::Add(amount);
            let credits = t.store.update_credits(&id, &change, &t.trail()).await.unwrap();
            assert_eq!(credits, Some(Credits { remaining: expected, refill: None }));
        }
    })
    .await;
}

#[tokio::test]
async fn each_half_of_a_balance_is_kept_or_set() {
    with_store(async |t| {
        let id = t.key_with_credits(5).await;
        let refill = Refill { interval: RefillInterval::Daily, amount: 9, day: None };
        let limited = |remaining, refill| CreditsChange::Limited { remaining, refill };
        let steps = [
            (limited(None, Patch::Set(refill.clone())), Some((5, Some(refill.clone())))),
            (limited(Some(8), Patch::Keep), Some((8, Some(refill)))),
            (limited(None, Patch::Clear), Some((8, None))),
            (CreditsChange::Unlimited, None),
            (limited(None, Patch::Clear), None),
            (limited(Some(1), Patch::Keep), Some((1, None))),
        ];
        for (change, expected) in steps {
            let credits = t.store.update_credits(&id, &change, &t.trail()).await.unwrap();
            let expected = expected.map(|(remaining, refill)| Credits { remaining, refill });
            assert_eq!(credits, expected, "{change:?}");
            assert_eq!(t.load(&id).await.credits, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn unlimited_credits_have_neither_relative_changes_nor_refills() {
    with_store(async |t| {
        let api = t.api("api").await;
        let id = t.key(&api.id).await;
        let refill = Refill { interval: RefillInterval::Daily, amount: 9, day: None };
        for change in [
            CreditsChange::Add(1),
            CreditsChange::Limited { remaining: None, refill: Patch::Set(refill) },
        ] {
            let result = t.store.update_credits(&id, &change, &t.trail()).await;
            assert!(matches!(result, Err(StoreError::Unfit(_))));
        }
        let add = CreditsChange::Add(1);
        let unknown = t.store.update_credits(&"key_x".into(), &add, &t.trail()).await;
        assert!(matches!(unknown, Err(StoreError::Missing(Entity::Key, _))));
    })
    .await;
}

#[tokio::test]
async fn a_change_of_credits_is_told_unless_nothing_changes() {
    with_store(async |t| {
        let id = t.key_with_credits(5).await;
        let entries = t
            .entries_of(async || {
                for amount in [0, 3] {
                    let change = CreditsChange::Add(amount);
                    t.store.update_credits(&id, &change, &t.trail()).await.unwrap();
                }
            })
            .await;
        assert_eq!(events(&entries), ["key.update"]);
        assert_eq!(entries[0].changes[0].field, "credits");
        assert_eq!(entries[0].changes[0].after, serde_json::json!({ "remaining": 8 }));
        let about: Vec<_> = entries[0].resources.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(about[0], id.as_str());
        assert_eq!(t.load(&id).await.updated_at, Some(NOW));
    })
    .await;
}
