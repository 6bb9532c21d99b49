//! The shapes that existing SDKs expect, held against every answer that a test gets.
//!
//! `wire_shape.json` says for each operation of the public v2 API which statuses it answers with
//! and the schema of each body. What Keyway adds to those shapes stands here and nowhere else.

use std::collections::HashMap;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

/// Members that our answers have beside those of the shape.
const ADDED_MEMBERS: &[(&str, &[&str])] = &[
    ("KeyResponseData", &["apiId", "environment", "status"]),
    ("V2ApisGetApiResponseData", &["environment"]),
    ("V2KeysVerifyKeyResponseData", &["keyspaceId", "environment"]),
];

/// Where the shape contradicts what it describes: the schema, the place in it, what is dropped there.
const DROPPED_RULES: &[(&str, &str, &[&str], &str)] = &[
    (
        "BaseError",
        "",
        &["additionalProperties"],
        "a bad request adds `errors` to it, so it can't be closed",
    ),
    (
        "VerifyKeyRatelimitData",
        "/properties/reset",
        &["maximum"],
        "it is a point in time, not a duration",
    ),
    (
        "VerifyKeyRatelimitData",
        "/properties/id",
        &["minLength", "pattern"],
        "a limit that is given on the spot has no id",
    ),
    ("VerifyKeyRatelimitData", "/properties/limit", &["maximum"], "requests have no such bound"),
    (
        "VerifyKeyRatelimitData",
        "/properties/remaining",
        &["maximum"],
        "it follows the limit, which has no such bound in requests",
    ),
    ("VerifyKeyRatelimitData", "/properties/duration", &["maximum"], "requests have no such bound"),
    (
        "KeyResponseData",
        "/properties/start",
        &["minLength"],
        "an imported key that was never used has none",
    ),
    ("RatelimitResponse", "/properties/limit", &["maximum"], "requests have no such bound"),
    ("RatelimitResponse", "/properties/duration", &["maximum"], "requests have no such bound"),
];

/// Statuses that our operations answer with although the shape doesn't list them there.
const ADDED_STATUSES: &[(u16, &str)] = &[
    (400, "a body that can't be read is a bad request everywhere"),
    (401, "an unknown root key is unauthorized everywhere"),
    (403, "a root key without the permission is forbidden everywhere"),
    (404, "an unknown resource is told as such, never hidden"),
    (405, "an operation is asked for by its method"),
    (408, "an operation has a deadline"),
    (409, "a name that is taken is a conflict"),
    (412, "what has to be set up first is told"),
    (413, "a body has a size limit"),
    (429, "a workspace can be limited"),
    (503, "a database that is down is told from a fault of ours"),
];

static SHAPES: LazyLock<HashMap<(String, u16), Validator>> = LazyLock::new(|| {
    let mut shape: Value = serde_json::from_str(include_str!("wire_shape.json")).unwrap();
    for (schema, members) in ADDED_MEMBERS {
        for member in *members {
            shape["components"]["schemas"][schema]["properties"][member] = json!({});
        }
    }
    for (schema, place, rules, _) in DROPPED_RULES {
        let schema = &mut shape["components"]["schemas"][schema];
        let part = schema.pointer_mut(place).and_then(Value::as_object_mut).unwrap();
        for rule in *rules {
            assert!(part.remove(*rule).is_some(), "{place} has no {rule}");
        }
    }
    let schemas = shape["components"].clone();
    let paths = shape["paths"].as_object().unwrap();
    let mut all = HashMap::new();
    for (path, statuses) in paths {
        let operation = path.strip_prefix("/v2/").unwrap();
        for (status, schema) in statuses.as_object().unwrap() {
            let mut schema = schema.clone();
            schema["components"] = schemas.clone();
            let validator = jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .build(&schema)
                .unwrap();
            all.insert((operation.to_owned(), status.parse().unwrap()), validator);
        }
    }
    all
});

/// Fails unless the answer has the shape that SDKs expect of the operation.
#[track_caller]
pub fn check(operation: &str, status: u16, body: &Value) {
    if let Some(validator) = SHAPES.get(&(operation.to_owned(), status)) {
        let faults: Vec<String> = validator
            .iter_errors(body)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{operation} {status}: {faults:#?}\n{body:#}");
    } else if SHAPES.contains_key(&(operation.to_owned(), 200)) {
        assert!(
            ADDED_STATUSES.iter().any(|(added, _)| *added == status),
            "{operation} answered {status}, which no SDK expects: {body:#}"
        );
    }
}

#[test]
fn every_operation_of_the_shape_exists() {
    let registry = keyway_ops::registry::Registry::new();
    let shape: Value = serde_json::from_str(include_str!("wire_shape.json")).unwrap();
    for path in shape["paths"].as_object().unwrap().keys() {
        let operation = path.strip_prefix("/v2/").unwrap();
        assert!(operation == "liveness" || registry.find(operation).is_some(), "{operation}");
    }
}
