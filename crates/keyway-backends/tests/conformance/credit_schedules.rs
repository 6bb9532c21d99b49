//! `KeyStore`: credits, in random schedules of spends, changes and refills beside a plain model.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::credits::{Credits, CreditsChange, Refill, RefillInterval, Spend};
use keyway_core::id::{Entropy, KeyId};
use keyway_core::patch::Patch;
use keyway_core::refill;
use keyway_core::time::{DAY, Timestamp};

use crate::fixture::{Fixture, NOW, with_store};

/// Numbers that are the same for the same seed.
struct Chance(Entropy);

impl Chance {
    fn below(&self, bound: u32) -> u32 {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        u32::from_le_bytes(bytes) % bound
    }

    fn amount(&self, bound: u32) -> i64 {
        i64::from(self.below(bound))
    }

    fn one_of<'a, T>(&self, all: &'a [T]) -> &'a T {
        &all[self.below(u32::try_from(all.len()).unwrap()) as usize]
    }
}

/// What a key should have: nothing if it is deleted, then nothing if it is unlimited.
type Model = BTreeMap<KeyId, Option<Option<Credits>>>;

/// What some spends of one key, in the order in which they were granted, should have been told.
fn expected(balance: &mut i64, costs: &[i64]) -> Vec<Spend> {
    costs
        .iter()
        .map(|cost| {
            if *cost <= *balance {
                *balance -= cost;
                Spend::Taken(*balance)
            } else {
                Spend::Short(*balance)
            }
        })
        .collect()
}

/// Checks that there is an order of the spends that gives these answers, and takes them.
fn explain(balance: &mut i64, answers: &[(i64, Spend)]) {
    let mut states = vec![*balance];
    let mut taken: Vec<(i64, i64)> = answers
        .iter()
        .filter_map(|(cost, spend)| match spend {
            Spend::Taken(left) => Some((*left, *cost)),
            Spend::Short(_) | Spend::Unlimited => None,
        })
        .collect();
    taken.sort_unstable_by(|one, other| other.cmp(one));
    for (left, cost) in taken {
        assert_eq!(*balance - cost, left, "{answers:?}");
        *balance = left;
        states.push(left);
    }
    for (cost, spend) in answers {
        if let Spend::Short(left) = spend {
            assert!(states.contains(left) && left < cost, "{answers:?}");
        }
    }
}

async fn spend_together(t: &Fixture, model: &mut Model, chance: &Chance) {
    let keys: Vec<KeyId> = model.keys().cloned().collect();
    let spends: Vec<(KeyId, i64)> = (0..chance.below(40))
        .map(|_| {
            let cost =
                if chance.below(8) == 0 { 1 + chance.amount(500) } else { 1 + chance.amount(6) };
            (chance.one_of(&keys).clone(), cost)
        })
        .collect();
    let answers =
        join_all(spends.iter().map(|(key, cost)| t.store.spend_credits(key, *cost))).await;
    let mut by_key: BTreeMap<&KeyId, Vec<(i64, _)>> = BTreeMap::new();
    for ((key, cost), answer) in spends.iter().zip(answers) {
        by_key.entry(key).or_default().push((*cost, answer));
    }
    for (key, answers) in by_key {
        match model.get_mut(key).unwrap() {
            None => assert!(answers.iter().all(|(_, answer)| {
                matches!(answer, Err(StoreError::Missing(Entity::Key, id)) if id == key.as_str())
            })),
            Some(None) => {
                assert!(
                    answers.iter().all(|(_, answer)| *answer.as_ref().unwrap() == Spend::Unlimited)
                );
            }
            Some(Some(credits)) => {
                let answers: Vec<(i64, Spend)> =
                    answers.into_iter().map(|(cost, answer)| (cost, answer.unwrap())).collect();
                if t.is_sqlite() {
                    // The one writer serves a key's spends in the order in which they came.
                    let costs: Vec<i64> = answers.iter().map(|(cost, _)| *cost).collect();
                    let expected = expected(&mut credits.remaining, &costs);
                    assert!(answers.iter().map(|(_, spend)| spend).eq(&expected), "{answers:?}");
                } else {
                    explain(&mut credits.remaining, &answers);
                }
            }
        }
    }
}

/// Spends and additions at once: whatever their order, they add up.
async fn spend_and_add(t: &Fixture, model: &mut Model, chance: &Chance) {
    let limited =
        model.iter_mut().filter_map(|(key, state)| Some((key, state.as_mut()?.as_mut()?)));
    for (key, credits) in limited {
        let trail = t.trail();
        let add = chance.amount(50);
        let change = CreditsChange::Add(add);
        let costs: Vec<i64> = (0..12).map(|_| 1 + chance.amount(9)).collect();
        let spends = join_all(costs.iter().map(|cost| t.store.spend_credits(key, *cost)));
        let (spends, added) =
            futures_util::future::join(spends, t.store.update_credits(key, &change, &trail)).await;
        added.unwrap();
        credits.remaining += add;
        for (cost, spend) in costs.into_iter().zip(spends) {
            match spend.unwrap() {
                Spend::Taken(_) => credits.remaining -= cost,
                Spend::Short(left) => assert!(left < cost),
                Spend::Unlimited => panic!("the key has a balance"),
            }
        }
        assert!(0 <= credits.remaining);
    }
}

async fn change_one(t: &Fixture, model: &mut Model, chance: &Chance) {
    let keys: Vec<KeyId> = model.keys().cloned().collect();
    let key = chance.one_of(&keys);
    let Some(state) = model.get_mut(key).unwrap() else { return };
    let daily = Refill { interval: RefillInterval::Daily, amount: chance.amount(60), day: None };
    let (change, after) = match (chance.below(6), state.clone()) {
        (0, _) => (CreditsChange::Unlimited, None),
        (1 | 2, Some(before)) => {
            let amount = chance.amount(200) - 60;
            let remaining = (before.remaining + amount).max(0);
            (CreditsChange::Add(amount), Some(Credits { remaining, ..before }))
        }
        (3, _) => {
            let remaining = chance.amount(100);
            let refill = Patch::Set(daily.clone());
            let change = CreditsChange::Limited { remaining: Some(remaining), refill };
            (change, Some(Credits { remaining, refill: Some(daily) }))
        }
        (_, before) => {
            let remaining = chance.amount(300);
            let change = CreditsChange::Limited { remaining: Some(remaining), refill: Patch::Keep };
            (change, Some(Credits { remaining, refill: before.and_then(|before| before.refill) }))
        }
    };
    assert_eq!(t.store.update_credits(key, &change, &t.trail()).await.unwrap(), after);
    *state = after;
}

async fn refill_all(t: &Fixture, model: &mut Model, now: Timestamp) {
    for due in t.store.due_refills(now, 100).await.unwrap() {
        let next = refill::next(&due.refill, now);
        let mut trail = t.trail();
        trail.now = now;
        assert!(t.store.refill_key(&due, next, &trail).await.unwrap());
        // Keys of schedules before this one are refilled too.
        let Some(state) = model.get_mut(&due.key_id) else { continue };
        let credits = state.as_mut().unwrap().as_mut().unwrap();
        credits.remaining = credits.remaining.max(due.refill.amount);
    }
}

async fn check(t: &Fixture, model: &Model) {
    for (key, state) in model {
        match state {
            None => assert!(t.store.find_key(key).await.unwrap().is_none()),
            Some(credits) => assert_eq!(t.load(key).await.credits, *credits),
        }
    }
}

async fn run_schedule(t: &Fixture, seed: u64) {
    let chance = Chance(Entropy::seeded(seed));
    let mut model = Model::new();
    for _ in 0..4 {
        let remaining = chance.amount(120);
        model.insert(
            t.key_with_credits(remaining).await,
            Some(Some(Credits { remaining, refill: None })),
        );
    }
    let mut now = NOW;
    for _ in 0..25 {
        match chance.below(12) {
            0..5 => spend_together(t, &mut model, &chance).await,
            5..9 => change_one(t, &mut model, &chance).await,
            9 => spend_and_add(t, &mut model, &chance).await,
            10 => {
                now = now.plus(DAY);
                refill_all(t, &mut model, now).await;
            }
            _ => {
                let keys: Vec<KeyId> = model.keys().cloned().collect();
                let key = chance.one_of(&keys);
                if chance.below(3) == 0 && model[key].is_some() {
                    t.store.delete_key(key, false, &t.trail()).await.unwrap();
                    model.insert(key.clone(), None);
                }
            }
        }
        check(t, &model).await;
    }
}

#[tokio::test]
async fn random_schedules_give_what_a_plain_model_gives() {
    with_store(async |t| {
        for seed in 0..24 {
            run_schedule(t, seed).await;
        }
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn a_big_spend_that_is_refused_holds_up_no_smaller_one() {
    with_store(async |t| {
        let id = t.key_with_credits(10).await;
        let costs = [4, 7, 3, 9, 2, 1, 1];
        let answers: Vec<(i64, Spend)> =
            join_all(costs.map(|cost| t.store.spend_credits(&id, cost)))
                .await
                .into_iter()
                .zip(costs)
                .map(|(answer, cost)| (cost, answer.unwrap()))
                .collect();
        let mut balance = 10;
        explain(&mut balance, &answers);
        assert_eq!(t.load(&id).await.credits.unwrap().remaining, balance);
        if t.is_sqlite() {
            use Spend::{Short, Taken};
            let spends: Vec<Spend> = answers.into_iter().map(|(_, spend)| spend).collect();
            let expected = [Taken(6), Short(6), Taken(3), Short(3), Taken(1), Taken(0), Short(0)];
            assert_eq!(spends, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn spends_that_are_too_much_in_sum_are_granted_one_by_one() {
    with_store(async |t| {
        let id = t.key_with_credits(5).await;
        assert_eq!(t.store.spend_credits(&id, 1).await.unwrap(), Spend::Taken(4));
        let costs = [i64::MAX, i64::MAX, 1];
        let answers = join_all(costs.map(|cost| t.store.spend_credits(&id, cost))).await;
        for (cost, answer) in costs.into_iter().zip(answers) {
            let expected = if cost == 1 { Spend::Taken(3) } else { Spend::Short(4) };
            let answer = answer.unwrap();
            let is_late = matches!(answer, Spend::Short(3)) && cost != 1;
            assert!(answer == expected || is_late, "{cost}: {answer:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_that_has_just_spent_can_not_spend_after_its_api_was_deleted() {
    with_store(async |t| {
        let api = t.api("api").await;
        let credits = Some(Credits { remaining: 5, refill: None });
        let new = keyway_core::key::NewKey { credits, ..t.new_key(&api.id) };
        let id = t.store_key(new).await;
        assert_eq!(t.store.spend_credits(&id, 1).await.unwrap(), Spend::Taken(4));
        assert_eq!(t.store.spend_credits(&id, 1).await.unwrap(), Spend::Taken(3));
        t.store.delete_api(&api.id, &t.trail()).await.unwrap();
        let spent = t.store.spend_credits(&id, 1).await;
        assert!(matches!(spent, Err(StoreError::Missing(Entity::Key, _))), "{spent:?}");
    })
    .await;
}
