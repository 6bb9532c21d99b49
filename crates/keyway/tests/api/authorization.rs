//! For every row of the operation table: who may call it and what it refuses. An operation
//! without a fixture fails the test.

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use keyway_ops::registry::{Operation, Registry};
use serde_json::{Value, json};

use crate::app::{TestApp, all_permissions_but, text};
use crate::shape;

/// A workspace with one of everything.
struct World {
    api: String,
    key: String,
    secret: String,
    role: String,
    permission: String,
    identity: String,
    namespace: String,
    migration: String,
    root_key: String,
    workspace: String,
}

impl World {
    /// Builds one with a root key of the workspace.
    async fn build(app: &TestApp, root: &str) -> Self {
        let make =
            async |operation: &str, body: Value| app.call_as(root, operation, body).await.data();
        let api = text(&make("apis.createApi", json!({ "name": "payments" })).await, "apiId");
        let key =
            make("keys.createKey", json!({ "apiId": api, "credits": { "remaining": 1000 } })).await;
        let role = make("permissions.createRole", json!({ "name": api })).await;
        let body = json!({ "name": "Read", "slug": api });
        let permission = make("permissions.createPermission", body).await;
        let identity = make("identities.createIdentity", json!({ "externalId": api })).await;
        let namespace = make("ratelimit.createNamespace", json!({ "name": api })).await;
        let namespace = text(&namespace, "namespaceId");
        let body =
            json!({ "namespace": namespace, "identifier": "vip", "limit": 9, "duration": 1000 });
        make("ratelimit.setOverride", body).await;
        let body = json!({ "name": api, "hash": { "algorithm": "sha256" } });
        let migration = make("migrations.createMigration", body).await;
        let root_key = make("rootKeys.createKey", json!({ "permissions": [] })).await;
        let whoami = make("rootKeys.whoami", json!({})).await;
        Self {
            api,
            key: text(&key, "keyId"),
            secret: text(&key, "key"),
            role: text(&role, "roleId"),
            permission: text(&permission, "permissionId"),
            identity: text(&identity, "identityId"),
            namespace,
            migration: text(&migration, "migrationId"),
            root_key: text(&root_key, "keyId"),
            workspace: text(&whoami, "workspaceId"),
        }
    }

    /// A valid body for the operation, on the resources of this world.
    fn body(&self, operation: &str) -> Value {
        let (api, key, root_key) = (&self.api, &self.key, &self.root_key);
        let (permission, role, namespace) = (&self.permission, &self.role, &self.namespace);
        let check =
            json!({ "namespace": namespace, "identifier": "u", "limit": 9, "duration": 1000 });
        match operation {
            "access.explain" => json!({ "operation": "keys.createKey", "resource": api }),
            "apis.createApi" | "ratelimit.createNamespace" => json!({ "name": "another" }),
            "apis.getApi" | "apis.listKeys" | "apis.deleteApi" | "keys.createKey" => {
                json!({ "apiId": api })
            }
            "apis.updateApi" => json!({ "apiId": api, "name": "renamed" }),
            "apis.listApis"
            | "auditLogs.listAuditLogs"
            | "identities.listIdentities"
            | "instance.getInfo"
            | "keys.listKeys"
            | "migrations.listMigrations"
            | "permissions.listPermissions"
            | "permissions.listRoles"
            | "ratelimit.listNamespaces"
            | "rootKeys.listKeys"
            | "rootKeys.whoami"
            | "rootKeys.listPermissionCatalog"
            | "workspace.getLimits"
            | "workspaces.listWorkspaces" => json!({}),
            "auditLogs.exportAuditLogs" => json!({ "format": "ndjson" }),
            "identities.createIdentity" => json!({ "externalId": "another" }),
            "identities.getIdentity"
            | "identities.updateIdentity"
            | "identities.deleteIdentity" => json!({ "identity": self.identity }),
            "keys.verifyKey" | "keys.whoami" => json!({ "key": self.secret }),
            "keys.getKey" | "keys.deleteKey" => json!({ "keyId": key }),
            "keys.updateKey" => json!({ "keyId": key, "name": "renamed" }),
            "keys.updateCredits" => json!({ "keyId": key, "operation": "set", "value": 5 }),
            "keys.setPermissions" => json!({ "keyId": key, "permissions": [] }),
            "keys.addPermissions" | "keys.removePermissions" => {
                json!({ "keyId": key, "permissions": [permission] })
            }
            "keys.setRoles" => json!({ "keyId": key, "roles": [] }),
            "keys.addRoles" | "keys.removeRoles" => json!({ "keyId": key, "roles": [role] }),
            "keys.bulkUpdateKeys" => json!({ "keyIds": [key], "set": { "enabled": true } }),
            "keys.rerollKey" => json!({ "keyId": key, "expiration": 0 }),
            "keys.migrateKeys" => json!({
                "apiId": api,
                "migrationId": self.migration,
                "keys": [{ "hash": "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=" }],
            }),
            "migrations.createMigration" => {
                json!({ "name": "another", "hash": { "algorithm": "sha256" } })
            }
            "migrations.deleteMigration" => json!({ "migrationId": self.migration }),
            "permissions.createPermission" => json!({ "name": "Read", "slug": "documents.read" }),
            "permissions.getPermission" | "permissions.deletePermission" => {
                json!({ "permission": permission })
            }
            "permissions.updatePermission" => {
                json!({ "permission": permission, "name": "Renamed" })
            }
            "permissions.createRole" => json!({ "name": "viewer" }),
            "permissions.getRole" | "permissions.deleteRole" => json!({ "role": role }),
            "permissions.updateRole" => json!({ "role": role, "name": "renamed" }),
            "permissions.setRolePermissions" => json!({ "roleId": role, "permissions": [] }),
            "permissions.getUsage" => json!({ "roles": [role], "permissions": [permission] }),
            "ratelimit.limit" => check,
            "ratelimit.multiLimit" => json!([check]),
            "ratelimit.updateNamespace" => json!({ "namespace": namespace, "name": "renamed" }),
            "ratelimit.deleteNamespace" | "ratelimit.listOverrides" => {
                json!({ "namespace": namespace })
            }
            "ratelimit.setOverride" => {
                json!({ "namespace": namespace, "identifier": "u", "limit": 9, "duration": 1000 })
            }
            "ratelimit.getOverride" | "ratelimit.deleteOverride" => {
                json!({ "namespace": namespace, "identifier": "vip" })
            }
            "rootKeys.createKey" => json!({ "permissions": [] }),
            "rootKeys.updateKey" => json!({ "keyId": root_key, "name": "renamed" }),
            "rootKeys.getKey" | "rootKeys.deleteKey" => json!({ "keyId": root_key }),
            "rootKeys.rerollKey" => json!({ "keyId": root_key, "expiration": 0 }),
            "workspaces.createWorkspace" => json!({ "name": "Third" }),
            "workspaces.getWorkspace" => json!({ "workspaceId": self.workspace }),
            "workspaces.updateWorkspace" => {
                json!({ "workspaceId": self.workspace, "name": "Renamed" })
            }
            "workspaces.deleteWorkspace" => {
                json!({ "workspaceId": self.workspace, "confirmName": "Other" })
            }
            other => panic!("give {other} a body here"),
        }
    }
}

/// Operations that act on no resource of a workspace, or only on the caller's own.
const WITHOUT_RESOURCE: &[&str] = &[
    "access.explain",
    "apis.createApi",
    "apis.listApis",
    "auditLogs.exportAuditLogs",
    "auditLogs.listAuditLogs",
    "identities.createIdentity",
    "identities.listIdentities",
    "instance.getInfo",
    "keys.bulkUpdateKeys",
    "keys.listKeys",
    "migrations.createMigration",
    "migrations.listMigrations",
    "permissions.createPermission",
    "permissions.createRole",
    "permissions.getUsage",
    "permissions.listPermissions",
    "permissions.listRoles",
    "ratelimit.createNamespace",
    "ratelimit.listNamespaces",
    "rootKeys.createKey",
    "rootKeys.listKeys",
    "rootKeys.whoami",
    "rootKeys.listPermissionCatalog",
    "workspace.getLimits",
    "workspaces.createWorkspace",
    "workspaces.listWorkspaces",
];

/// Operations on whole workspaces, for which no border exists: their permission opens all.
const BEYOND_WORKSPACES: &[&str] = &["workspaces.deleteWorkspace"];

/// Operations that ignore members they don't know, as SDKs send some.
const OPEN: &[&str] = &["identities.createIdentity", "keys.rerollKey"];

async fn send(
    app: &TestApp,
    operation: &Operation,
    authorization: Option<&str>,
    body: Bytes,
) -> crate::app::Answer {
    let mut request =
        Request::post(format!("/v2/{}", operation.name)).header("content-type", "application/json");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let answer = app.send(request.body(Full::new(body)).unwrap()).await;
    shape::check(operation.name, answer.status, &answer.json());
    answer
}

#[tokio::test]
async fn no_operation_answers_strangers() {
    let app = TestApp::start().await;
    let world = World::build(&app, &app.root).await;
    for operation in Registry::new().all() {
        let body = Bytes::from(world.body(operation.name).to_string());
        send(&app, operation, None, body.clone()).await.error(400, "unkey/authentication/missing");
        for token in ["Bearer unkey_nobody", &format!("Bearer {}", world.secret)] {
            send(&app, operation, Some(token), body.clone())
                .await
                .error(401, "unkey/authentication/key_not_found");
        }
    }
}

#[tokio::test]
async fn every_operation_asks_for_its_permissions_and_for_no_others() {
    let app = TestApp::start().await;
    for operation in Registry::new().all() {
        let root = if operation.needs.iter().any(|action| action.is_instance_wide()) {
            app.root.clone()
        } else {
            app.other_workspace().await
        };
        let world = World::build(&app, &root).await;
        let mut body = world.body(operation.name);
        if operation.name == "workspaces.deleteWorkspace" {
            let other = app.other_workspace().await;
            let own = app.call_as(&other, "rootKeys.whoami", json!({})).await.data();
            body["workspaceId"] = own["workspaceId"].clone();
        }
        let grant = async |permissions: Vec<String>| {
            let body = json!({ "permissions": permissions });
            text(&app.call_as(&root, "rootKeys.createKey", body).await.data(), "key")
        };

        for needed in operation.needs {
            let almost = grant(all_permissions_but(&[*needed])).await;
            let refused = app.call_as(&almost, operation.name, body.clone()).await;
            refused.error(403, "unkey/authorization/insufficient_permissions");
            let everywhere = needed.everywhere().to_string();
            assert!(
                refused.header("www-authenticate").contains(&format!("scope=\"{everywhere}")),
                "{}: {refused:?}",
                operation.name
            );
        }

        let just: Vec<String> =
            operation.needs.iter().map(|needed| needed.everywhere().to_string()).collect();
        let just = grant(just).await;
        let allowed = app.call_as(&just, operation.name, body).await;
        assert_eq!(allowed.status, 200, "{}: {allowed:?}", operation.name);
    }
    for chain in app.app.store.verify_audit_chains().await.unwrap() {
        assert_eq!(chain.fault, None);
    }
}

#[tokio::test]
async fn a_permission_on_one_thing_suffices_for_it() {
    let app = TestApp::start().await;
    for operation in Registry::new().all() {
        if !operation.needs.iter().any(|action| action.row().scoped) {
            continue;
        }
        let world = World::build(&app, &app.root).await;
        let permissions: Vec<String> = operation
            .needs
            .iter()
            .map(|action| match action.row().resource {
                _ if !action.row().scoped => action.everywhere().to_string(),
                "api" => action.on(&world.api).to_string(),
                "identity" => action.on(&world.identity).to_string(),
                "ratelimit" => action.on(&world.namespace).to_string(),
                other => panic!("say which {other} it is"),
            })
            .collect();
        let scoped = app.root_key_with(&permissions).await;
        app.call_as(&scoped, operation.name, world.body(operation.name)).await.data();
    }
}

#[tokio::test]
async fn no_operation_reaches_into_another_workspace() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.other_workspace().await, app.other_workspace().await);
    let world = World::build(&app, &theirs).await;
    for operation in Registry::new().all() {
        if WITHOUT_RESOURCE.contains(&operation.name) || BEYOND_WORKSPACES.contains(&operation.name)
        {
            continue;
        }
        let answer = app.call_as(&ours, operation.name, world.body(operation.name)).await;
        if operation.name == "keys.verifyKey" {
            assert_eq!(answer.data(), json!({ "valid": false, "code": "NOT_FOUND" }));
        } else {
            answer.forbidden(None);
        }
    }
    assert_eq!(
        app.call_as(&theirs, "keys.verifyKey", json!({ "key": world.secret })).await.data()["credits"],
        999
    );
}

#[tokio::test]
async fn every_operation_refuses_bodies_that_are_not_its_own() {
    let app = TestApp::start().await;
    let world = World::build(&app, &app.root).await;
    for operation in Registry::new().all() {
        let body = world.body(operation.name);

        let (place, object) = match body.as_array() {
            Some(_) => ("body[0]", "/0"),
            None => ("body", ""),
        };
        let faulty = async |member: &str, value: Value| {
            let mut body = body.clone();
            body.pointer_mut(object).unwrap()[member] = value;
            app.call(operation.name, body).await
        };
        let unknown = faulty("zzz", json!(1)).await;
        if OPEN.contains(&operation.name) {
            unknown.data();
        } else {
            let error = unknown.error(400, "unkey/application/invalid_input");
            let location = format!("{place}.zzz");
            assert_eq!(error["errors"][0]["location"], location, "{}: {error}", operation.name);
        }

        for member in body.pointer(object).unwrap().as_object().unwrap().keys() {
            let answer = faulty(member, json!({ "surprise": [] })).await;
            let error = answer.error(400, "unkey/application/invalid_input");
            let location = text(&error["errors"][0], "location");
            let expected = format!("{place}.{member}");
            let inner = location.strip_prefix(&expected);
            assert!(
                inner.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')),
                "{}: {error}",
                operation.name
            );
        }

        let authorization = format!("Bearer {}", app.root);
        for text in ["[]", "null", "{", "{} {}", "\"x\""] {
            send(&app, operation, Some(&authorization), Bytes::from_static(text.as_bytes()))
                .await
                .error(400, "unkey/application/invalid_input");
        }
        let large = Bytes::from(vec![b' '; 10 * 1024 * 1024 + 1]);
        send(&app, operation, Some(&authorization), large)
            .await
            .error(413, "user/bad_request/request_body_too_large");
    }
}
