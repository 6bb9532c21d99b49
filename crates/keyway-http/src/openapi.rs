//! The OpenAPI document, made from the table of operations.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use hyper::StatusCode;
use hyper::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, HeaderValue};
use keyway_core::permission::Action;
use keyway_ops::problem::Code;
use keyway_ops::registry::Operation;
use serde_json::{Map, Value, json};

use crate::answer::{Answer, respond};
use crate::envelope::media_type;
use crate::service::registry;

/// Codes that every operation can answer with, because they come before it.
pub(crate) const COMMON: [Code; 16] = [
    Code::InvalidInput,
    Code::MissingCredentials,
    Code::MalformedCredentials,
    Code::BodyUnreadable,
    Code::RootKeyNotFound,
    Code::InsufficientPermissions,
    Code::RootKeyExpired,
    Code::RootKeyDisabled,
    Code::WorkspaceDisabled,
    Code::WorkspaceNotFound,
    Code::RequestTimeout,
    Code::BodyTooLarge,
    Code::WorkspaceRateLimited,
    Code::UnexpectedError,
    Code::AssertionFailed,
    Code::ServiceUnavailable,
];

static DOCUMENT: LazyLock<Value> = LazyLock::new(build);

/// The document, without the address of a server.
pub fn document() -> Value {
    DOCUMENT.clone()
}

/// The document as this server shows it. Every JSON text is a YAML text as well.
pub(crate) fn response(public_url: &str, yaml: bool) -> Answer {
    let mut document = document();
    document["servers"] = json!([{ "url": public_url }]);
    let media_type = if yaml { "application/yaml" } else { "application/json" };
    let body = serde_json::to_vec_pretty(&document).unwrap_or_default();
    let mut response = respond(StatusCode::OK, media_type, body);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

fn build() -> Value {
    let mut paths = Map::new();
    let mut groups: Vec<&str> = Vec::new();
    for operation in registry().all() {
        let group = group(operation.name);
        if !groups.contains(&group) {
            groups.push(group);
        }
        paths.insert(format!("/v2/{}", operation.name), json!({ "post": post(operation, "") }));
    }
    if let Some(operation) = registry().find("keys.createKey") {
        let mut twin = post(operation, "v1.");
        twin["deprecated"] = true.into();
        twin["summary"] = format!("{} The same as its path under `/v2`.", operation.summary).into();
        paths.insert("/v1/keys.createKey".to_owned(), json!({ "post": twin }));
    }
    paths.insert("/v2/liveness".to_owned(), json!({ "get": liveness() }));

    let tags: Vec<Value> = groups.iter().map(|name| json!({ "name": name })).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Keyway",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Issues, verifies and administers API keys.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "http://127.0.0.1:7070" }],
        "security": [{ "rootKey": [] }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {
                "rootKey": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A root key, as `rootKeys.createKey` answers it.",
                },
            },
            "schemas": schemas(),
        },
    })
}

fn group(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn post(operation: &Operation, id_prefix: &str) -> Value {
    let mut codes: Vec<Code> = COMMON.to_vec();
    codes.extend(operation.codes.iter().filter(|code| !COMMON.contains(code)));
    let mut schema = json!({
        "type": "object",
        "required": ["meta", "data"],
        "properties": { "meta": reference("Meta"), "data": operation.response },
    });
    if operation.is_list {
        schema["properties"]["pagination"] = reference("Pagination");
        schema["required"] = json!(["meta", "data", "pagination"]);
    }
    let content: Map<String, Value> = if operation.files.is_empty() {
        Map::from_iter([("application/json".to_owned(), json!({ "schema": schema }))])
    } else {
        let file = json!({ "schema": operation.response });
        operation.files.iter().map(|name| ((*name).to_owned(), file.clone())).collect()
    };
    let success = json!({ "description": "Done.", "content": content });
    let mut responses = Map::from_iter([("200".to_owned(), success)]);
    responses.extend(failures(operation.name, &codes));
    let names: Vec<String> =
        codes.iter().map(|code| format!("err:{}", code.path().replace('/', ":"))).collect();
    let mut post = json!({
        "operationId": format!("{id_prefix}{}", operation.name),
        "summary": operation.summary,
        "tags": [group(operation.name)],
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": operation.request } },
        },
        "responses": responses,
        "x-keyway-errors": names,
    });
    if let Some(needs) = needs(operation.needs) {
        post["x-keyway-permissions"] = needs;
    }
    post
}

/// The answers for these codes, by status.
fn failures(operation: &str, codes: &[Code]) -> BTreeMap<String, Value> {
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.status()).or_default().push(*code);
    }
    by_status
        .into_iter()
        .map(|(status, codes)| {
            let names: Vec<String> =
                codes.iter().map(|code| format!("`{}`", code.path())).collect();
            let schema = if matches!(status, 400 | 408 | 413) { "RequestError" } else { "Error" };
            let media_type = media_type(operation, status);
            let mut response = json!({
                "description": format!("One of {}.", names.join(", ")),
                "content": { media_type: { "schema": reference(schema) } },
            });
            if let Some((name, description)) = header(status) {
                response["headers"] =
                    json!({ name: { "description": description, "schema": { "type": "string" } } });
            }
            (status.to_string(), response)
        })
        .collect()
}

fn header(status: u16) -> Option<(&'static str, &'static str)> {
    match status {
        403 => Some((
            "WWW-Authenticate",
            "For `insufficient_permissions`: `scope` names permissions of which one would have \
             sufficed.",
        )),
        429 | 503 => Some(("Retry-After", "How many seconds to wait.")),
        _ => None,
    }
}

/// What a caller must hold: all of several, and of each one of its forms.
fn needs(actions: &[Action]) -> Option<Value> {
    let mut each: Vec<Value> = actions
        .iter()
        .map(|action| {
            let everywhere = action.everywhere().to_string();
            if !action.row().scoped {
                return everywhere.into();
            }
            let row = action.row();
            let id = match row.resource {
                "ratelimit" => "namespaceId".to_owned(),
                resource => format!("{resource}Id"),
            };
            json!({ "anyOf": [everywhere, format!("{}.{{{id}}}.{}", row.resource, row.name)] })
        })
        .collect();
    match each.len() {
        0 => None,
        1 => each.pop(),
        _ => Some(json!({ "allOf": each })),
    }
}

fn liveness() -> Value {
    json!({
        "operationId": "liveness",
        "summary": "Tells that the server is running.",
        "tags": ["liveness"],
        "security": [],
        "responses": {
            "200": {
                "description": "It is.",
                "content": { "application/json": { "schema": {
                    "type": "object",
                    "required": ["meta", "data"],
                    "properties": {
                        "meta": reference("Meta"),
                        "data": {
                            "type": "object",
                            "required": ["message"],
                            "properties": { "message": { "type": "string" } },
                        },
                    },
                } } },
            },
        },
    })
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn schemas() -> Value {
    let members = json!({
        "title": { "type": "string", "description": "Names the code, the same each time." },
        "detail": { "type": "string", "description": "What happened, for people." },
        "status": { "type": "integer", "description": "The HTTP status." },
        "type": { "type": "string", "format": "uri", "description": "The page about the code." },
    });
    let mut with_errors = members.clone();
    with_errors["errors"] = json!({
        "type": "array",
        "description": "Each fault of the request; empty if there is nothing to point at.",
        "items": reference("Fault"),
    });
    let envelope = |error: Value| {
        json!({
            "type": "object",
            "required": ["meta", "error"],
            "properties": { "meta": reference("Meta"), "error": error },
        })
    };
    json!({
        "Meta": {
            "type": "object",
            "required": ["requestId"],
            "properties": {
                "requestId": { "type": "string", "description": "Names this request in logs." },
            },
        },
        "Pagination": {
            "type": "object",
            "required": ["hasMore"],
            "properties": {
                "hasMore": { "type": "boolean", "description": "Whether more rows follow." },
                "cursor": { "type": "string", "description": "For the next page; absent on the last." },
            },
        },
        "Fault": {
            "type": "object",
            "required": ["location", "message"],
            "properties": {
                "location": { "type": "string", "description": "Such as `body.permissions[3]`." },
                "message": { "type": "string", "description": "What is wrong." },
                "fix": { "type": "string", "description": "What to do about it." },
            },
        },
        "Error": envelope(json!({
            "type": "object",
            "required": ["title", "detail", "status", "type"],
            "properties": members,
        })),
        "RequestError": envelope(json!({
            "type": "object",
            "required": ["title", "detail", "status", "type", "errors"],
            "properties": with_errors,
        })),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(target)) = object.get("$ref") {
                    found.push(target.clone());
                }
                object.values().for_each(|inner| references(inner, found));
            }
            Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn every_operation_stands_in_the_document_and_every_reference_leads_somewhere() {
        let document = document();
        for operation in registry().all() {
            let post = &document["paths"][format!("/v2/{}", operation.name)]["post"];
            assert_eq!(post["operationId"], operation.name);
            assert_eq!(post["x-keyway-permissions"].is_null(), operation.needs.is_empty());
        }
        let mut found = Vec::new();
        references(&document, &mut found);
        for target in found {
            assert!(document.pointer(&target[1..]).is_some(), "{target}");
        }
    }

    #[test]
    fn permissions_are_told_as_a_tree() {
        assert_eq!(needs(&[]), None);
        assert_eq!(needs(&[Action::CreateApi]), Some("api.*.create_api".into()));
        assert_eq!(
            needs(&[Action::CreateKey, Action::AddPermissionToKey]).unwrap(),
            json!({ "allOf": [
                { "anyOf": ["api.*.create_key", "api.{apiId}.create_key"] },
                "rbac.*.add_permission_to_key",
            ] })
        );
    }
}
