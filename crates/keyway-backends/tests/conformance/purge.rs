//! `WorkspaceStore::purge_workspaces`

use keyway_core::id::{DekId, MigrationId, NamespaceId, OverrideId};
use keyway_core::key::NewKey;
use keyway_core::migration::{HashFormat, Migration};
use keyway_core::namespace::{NewNamespace, Override};
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;
use keyway_core::vault::{Dek, SealedSecret};

use crate::fixture::{NOW, new_root_key, new_workspace, with_store};

#[tokio::test]
async fn a_workspace_is_erased_with_everything_in_it_when_its_time_has_come() {
    with_store(async |t| {
        let api = t.api("mine").await;
        t.role("Editor", &["edit"]).await;
        let mut key = t.new_key(&api.id);
        key.owner = Some(t.owner("anna"));
        key.credits = Some(keyway_core::credits::Credits { remaining: 1, refill: None });
        key.ratelimits = vec![t.limit("one", 1)];
        key.permissions = t.wanted(&["read"]);
        key.roles = vec!["Editor".to_owned()];
        key.meta = serde_json::json!({ "plan": "pro" }).as_object().cloned().unwrap_or_default();
        let dek = Dek {
            id: DekId::generate(&t.entropy),
            workspace_id: t.workspace.id.clone(),
            kek_id: "kek_1".to_owned(),
            wrapped: vec![1],
            created_at: NOW,
        };
        t.store.activate_dek(&dek, None).await.unwrap();
        key.sealed = Some(SealedSecret { dek_id: dek.id.clone(), sealed: vec![1] });
        t.store_key(key.clone()).await;
        let namespace =
            NewNamespace { id: NamespaceId::generate(&t.entropy), name: "mail".to_owned() };
        t.store.insert_namespace(&namespace, &t.trail()).await.unwrap();
        let id = OverrideId::generate(&t.entropy);
        let limit = Override { id, identifier: "*".to_owned(), limit: 1, duration: 1000 };
        t.store.set_override(&namespace.id, &limit, &t.trail()).await.unwrap();
        let migration = Migration {
            id: MigrationId::generate(&t.entropy),
            name: "old".to_owned(),
            format: HashFormat::Sha256Hex,
            created_at: NOW,
        };
        t.store.insert_migration(&migration, &t.trail()).await.unwrap();
        let other = t.another_workspace("other").await;
        let theirs = t.api_of(&other.id, "theirs").await;
        let trail = t.trail_of(&other.id);
        t.store
            .insert_key(&NewKey { hash: KeyHash::of("x"), ..t.new_key(&theirs.id) }, &trail)
            .await
            .unwrap();

        t.store.delete_workspace(&t.workspace.id, Timestamp(50), &trail).await.unwrap();
        assert_eq!(t.store.purge_workspaces(Timestamp(49)).await.unwrap(), 0);
        assert!(t.store.find_principal(&KeyHash::of("first")).await.unwrap().is_some());
        assert_eq!(t.store.purge_workspaces(Timestamp(50)).await.unwrap(), 1);
        assert_eq!(t.store.purge_workspaces(Timestamp(50)).await.unwrap(), 0);

        assert!(t.store.find_principal(&KeyHash::of("first")).await.unwrap().is_none());
        assert!(t.log().await.is_empty());
        assert!(t.store.find_dek(&dek.id).await.unwrap().is_none());
        assert!(t.store.find_namespace(&namespace.id).await.unwrap().is_none());
        assert!(t.store.find_migration(&migration.id).await.unwrap().is_none());
        assert!(t.store.find_api(&theirs.id).await.unwrap().is_some());
        let reports = t.store.verify_audit_chains().await.unwrap();
        assert_eq!(reports.len(), 1);
        assert_eq!(reports[0].fault, None);
        // Its slug and its keys' hashes are free again.
        let again = new_workspace(&t.entropy, "default");
        let root_key = new_root_key(&t.entropy, &again.id);
        let hash = KeyHash::of("first");
        t.store.insert_workspace(&again, &root_key, hash, &trail).await.unwrap();
    })
    .await;
}
