//! `AuditStore`

use keyway_core::audit::AuditFilter;
use keyway_core::page::Page;
use keyway_core::time::Timestamp;

use crate::fixture::{ALL, Fixture, NOW, with_store};

async fn listed(t: &Fixture, filter: AuditFilter) -> Vec<String> {
    let list = t.store.list_audit_entries(&t.workspace.id, &filter, &ALL).await.unwrap();
    list.items.into_iter().map(|entry| entry.event).collect()
}

#[tokio::test]
async fn entries_are_listed_newest_first_page_by_page_while_new_ones_arrive() {
    with_store(async |t| {
        for number in 0..6 {
            t.api(&format!("api {number}")).await;
        }
        let whole = t.log().await;
        let any = AuditFilter::default();
        let mut page = Page { limit: 3, after: None };
        let mut seen = Vec::new();
        loop {
            let list = t.store.list_audit_entries(&t.workspace.id, &any, &page).await.unwrap();
            seen.extend(list.items);
            t.api("late").await;
            let Some(next) = list.next else { break };
            page.after = Some(next);
        }
        assert_eq!(seen, whole);
        let page = Page { limit: 3, after: Some("made up".to_owned()) };
        let list = t.store.list_audit_entries(&t.workspace.id, &any, &page).await.unwrap();
        assert!(list.items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_entry_comes_back_as_it_was_written() {
    with_store(async |t| {
        t.api("Ünïcode \u{0}").await;
        let entry = t.log().await.remove(0);
        assert_eq!(entry.time, NOW);
        assert_eq!(entry.actor.id, t.root_key.id.as_str());
        assert_eq!(entry.remote_ip.as_deref(), Some("192.0.2.1"));
        assert_eq!(entry.resources[0].name.as_deref(), Some("Ünïcode \u{0}"));
        assert_eq!(entry.description, "An API was created.");
        assert!(entry.id.as_str().starts_with("log_"));
    })
    .await;
}

#[tokio::test]
async fn every_condition_of_a_filter_must_hold() {
    with_store(async |t| {
        let api = t.api("Payments").await;
        let mut trail = t.trail();
        trail.now = Timestamp(NOW.0 + 10);
        trail.actor.id = "rk_other".to_owned();
        trail.actor.name = Some("Night shift".to_owned());
        t.store.delete_api(&api.id, &trail).await.unwrap();

        let any = AuditFilter::default();
        let api_id = api.id.to_string();
        let about = AuditFilter { resource_ids: vec![api_id.clone()], ..any.clone() };
        assert_eq!(listed(t, about.clone()).await, ["api.delete", "api.create"]);
        let event = AuditFilter { events: vec!["api.create".to_owned()], ..about.clone() };
        assert_eq!(listed(t, event).await, ["api.create"]);
        let actor = AuditFilter { actor_ids: vec!["rk_other".to_owned()], ..about };
        assert_eq!(listed(t, actor).await, ["api.delete"]);
        let unknown = AuditFilter { actor_ids: vec!["rk_x".to_owned()], ..any.clone() };
        assert!(listed(t, unknown).await.is_empty());

        let since = |ms| AuditFilter { since: Some(Timestamp(NOW.0 + ms)), ..any.clone() };
        assert_eq!(listed(t, since(10)).await, ["api.delete"]);
        assert!(listed(t, since(11)).await.is_empty());
        let until = |ms| AuditFilter { until: Some(Timestamp(NOW.0 + ms)), ..any.clone() };
        assert_eq!(listed(t, until(10)).await.len(), 4);
        assert_eq!(listed(t, until(9)).await.len(), 3);

        for search in ["NIGHT", "api.del", "rk_OTHER"] {
            let filter = AuditFilter { search: Some(search.to_owned()), ..any.clone() };
            assert_eq!(listed(t, filter).await, ["api.delete"], "{search}");
        }
        for search in ["payMENTS", &api_id] {
            let filter = AuditFilter { search: Some(search.to_owned()), ..any.clone() };
            assert_eq!(listed(t, filter).await, ["api.delete", "api.create"], "{search}");
        }
        let filter = AuditFilter { search: Some("%".to_owned()), ..any };
        assert!(listed(t, filter).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn every_workspace_has_a_chain_of_its_own() {
    with_store(async |t| {
        let other = t.another_workspace("other").await;
        t.api("one").await;
        t.api_of(&other.id, "two").await;
        let mut reports = t.store.verify_audit_chains().await.unwrap();
        reports.sort_by_key(|report| report.workspace != t.workspace.id);
        assert_eq!(reports.len(), 2);
        assert_eq!((reports[0].entries, &reports[0].fault), (4, &None));
        assert_eq!((reports[1].entries, &reports[1].fault), (3, &None));
    })
    .await;
}

#[tokio::test]
async fn tampering_with_the_log_shows() {
    for (sql, place) in [
        ("UPDATE audit_log SET body = replace(body, 'api 2', 'api 9') WHERE position = 5", 5),
        ("UPDATE audit_log SET actor_id = 'rk_innocent' WHERE position = 4", 4),
        ("UPDATE audit_log SET event = 'api.read' WHERE position = 4", 4),
        ("UPDATE audit_log SET time = 5 WHERE position = 4", 4),
        ("DELETE FROM audit_log WHERE position = 3", 3),
        ("DELETE FROM audit_log WHERE position = 7", 6),
        (
            "UPDATE audit_log SET position = -1 WHERE position = 4; \
             UPDATE audit_log SET position = 4 WHERE position = 5; \
             UPDATE audit_log SET position = 5 WHERE position = -1",
            4,
        ),
        ("DELETE FROM audit_log WHERE position = 7; UPDATE audit_heads SET position = 6", 6),
    ] {
        with_store(async |t| {
            for number in 0..5 {
                t.api(&format!("api {number}")).await;
            }
            t.assert_chains().await;
            t.try_sabotage(sql).await.unwrap();
            let reports = t.store.verify_audit_chains().await.unwrap();
            let fault = reports[0].fault.as_ref().expect(sql);
            assert!(fault.contains(&place.to_string()), "{sql}: {fault}");
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_at_once_leave_a_whole_chain() {
    with_store(async |t| {
        let other = t.another_workspace("other").await;
        let mut tasks = Vec::new();
        for number in 0..40 {
            let workspace = if number % 2 == 0 { &t.workspace.id } else { &other.id };
            let api = crate::fixture::new_api(&t.entropy, workspace, "at once");
            let (store, trail) = (t.store.clone(), t.trail_of(workspace));
            tasks.push(tokio::spawn(async move { store.insert_api(&api, &trail).await }));
            // Changes of a workspace lock both logs, in one order for everybody.
            let change = keyway_core::workspace::WorkspaceChange {
                name: Some(format!("Name {number}")),
                ..Default::default()
            };
            let (id, by) = if number % 4 < 2 {
                (other.id.clone(), t.trail())
            } else {
                (t.workspace.id.clone(), t.trail_of(&other.id))
            };
            let store = t.store.clone();
            tasks
                .push(tokio::spawn(async move { store.update_workspace(&id, &change, &by).await }));
        }
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        t.assert_chains().await;
        for report in t.store.verify_audit_chains().await.unwrap() {
            assert!(62 <= report.entries, "{report:?}");
        }
    })
    .await;
}
