//! For every row of the operation table: who may call it and what it refuses. An operation
//! without a fixture fails the test.

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use keyway_core::permission::Action;
use keyway_ops::registry::{Operation, Registry};
use serde_json::{Value, json};

use crate::app::{TestApp, all_permissions_but, text};

/// A workspace with one of everything.
struct World {
    api: String,
    key: String,
    secret: String,
    role: String,
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
        let root_key = make("rootKeys.createKey", json!({ "permissions": [] })).await;
        let whoami = make("rootKeys.whoami", json!({})).await;
        Self {
            api,
            key: text(&key, "keyId"),
            secret: text(&key, "key"),
            role: text(&role, "roleId"),
            root_key: text(&root_key, "keyId"),
            workspace: text(&whoami, "workspaceId"),
        }
    }

    /// A valid body for the operation, on the resources of this world.
    fn body(&self, operation: &str) -> Value {
        let (api, key, root_key) = (&self.api, &self.key, &self.root_key);
        match operation {
            "apis.createApi" => json!({ "name": "another" }),
            "apis.getApi" | "apis.listKeys" | "apis.deleteApi" | "keys.createKey" => {
                json!({ "apiId": api })
            }
            "apis.updateApi" => json!({ "apiId": api, "name": "renamed" }),
            "apis.listApis"
            | "auditLogs.listAuditLogs"
            | "rootKeys.listKeys"
            | "rootKeys.whoami"
            | "rootKeys.listPermissionCatalog"
            | "workspaces.listWorkspaces" => json!({}),
            "keys.verifyKey" | "keys.whoami" => json!({ "key": self.secret }),
            "keys.getKey" | "keys.deleteKey" => json!({ "keyId": key }),
            "keys.updateKey" => json!({ "keyId": key, "name": "renamed" }),
            "keys.updateCredits" => json!({ "keyId": key, "operation": "set", "value": 5 }),
            "keys.setPermissions" => json!({ "keyId": key, "permissions": [] }),
            "keys.setRoles" => json!({ "keyId": key, "roles": [] }),
            "permissions.createPermission" => json!({ "name": "Read", "slug": "documents.read" }),
            "permissions.createRole" => json!({ "name": "viewer" }),
            "permissions.setRolePermissions" => json!({ "roleId": self.role, "permissions": [] }),
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
    "apis.createApi",
    "apis.listApis",
    "auditLogs.listAuditLogs",
    "permissions.createPermission",
    "permissions.createRole",
    "rootKeys.createKey",
    "rootKeys.listKeys",
    "rootKeys.whoami",
    "rootKeys.listPermissionCatalog",
    "workspaces.createWorkspace",
    "workspaces.listWorkspaces",
];

/// Operations on whole workspaces, for which no border exists: their permission opens all.
const BEYOND_WORKSPACES: &[&str] = &["workspaces.deleteWorkspace"];

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
    app.send(request.body(Full::new(body)).unwrap()).await
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
        let root = if operation.needs.contains(&Action::ManageWorkspaces) {
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
        app.call_as(&just, operation.name, body).await.data();
    }
}

#[tokio::test]
async fn a_permission_on_one_api_suffices_for_it() {
    let app = TestApp::start().await;
    for operation in Registry::new().all() {
        let is_of_api = |action: &&Action| action.row().resource == "api" && action.row().scoped;
        if operation.name == "apis.listApis" || !operation.needs.iter().any(|a| is_of_api(&a)) {
            continue;
        }
        let world = World::build(&app, &app.root).await;
        let permissions: Vec<String> = operation
            .needs
            .iter()
            .map(|action| match Some(action).filter(is_of_api) {
                Some(action) => action.on(&world.api).to_string(),
                None => action.everywhere().to_string(),
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

        let mut unknown = body.clone();
        unknown["zzz"] = json!(1);
        let error =
            app.call(operation.name, unknown).await.error(400, "unkey/application/invalid_input");
        assert_eq!(error["errors"][0]["location"], "body.zzz", "{}: {error}", operation.name);

        for member in body.as_object().unwrap().keys() {
            let mut wrong = body.clone();
            wrong[member] = json!({ "surprise": [] });
            let error =
                app.call(operation.name, wrong).await.error(400, "unkey/application/invalid_input");
            assert_eq!(
                error["errors"][0]["location"],
                format!("body.{member}"),
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
