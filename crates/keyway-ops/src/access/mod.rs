//! Why something is allowed or denied.

pub mod explain;

mod keys;
mod principals;
mod requirement;

use keyway_core::id::ApiId;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use requirement::Requirement;

/// An explanation.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    decision: Decision,
    /// The code of the verdict or of the problem.
    code: String,
    /// The decision in a sentence.
    summary: String,
    /// The request that was refused, if it was asked about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<RequestView>,
    /// Whom the decision is about, as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<Subject>,
    /// What is looked at, in the server's order.
    checks: Vec<CheckView>,
    /// Which permissions are required, as a tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<Requirement>,
    /// The fewest permissions that are missing.
    missing: Vec<String>,
    /// Held permissions that count, and where they come from.
    grants: Vec<GrantView>,
    /// What could be done about it, the smallest change first.
    remedies: Vec<Remedy>,
    /// What may have been meant.
    hints: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Decision {
    Allowed,
    Denied,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RequestView {
    request_id: String,
    time: Timestamp,
    operation: &'static str,
    /// Who asked.
    principal: Subject,
}

#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Subject {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_id: Option<ApiId>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CheckView {
    name: &'static str,
    result: CheckResult,
    /// What was found, in a sentence.
    detail: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum CheckResult {
    Pass,
    Fail,
    NotReached,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct GrantView {
    permission: String,
    via: Via,
    /// The role that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_id: Option<String>,
}

#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Via {
    Direct,
    Role,
    RootRole,
}

/// A change that would help.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Remedy {
    kind: RemedyKind,
    /// The id of what is changed.
    target: String,
    /// What to do, in a sentence.
    title: String,
    /// The permissions that are needed and given by it.
    adds: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    /// Other permissions that come along.
    also_adds: Vec<String>,
    /// How many keys change by it.
    affects_keys: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum RemedyKind {
    AddRole,
    AddPermission,
    CreateRole,
    GrantRootPermission,
    Other,
}

/// Checks in order: after the first that fails the others aren't reached.
#[derive(Default)]
struct Checks(Vec<CheckView>);

impl Checks {
    /// Adds a check; `passed` is nothing for what isn't known. Says whether all have passed.
    fn add(&mut self, name: &'static str, passed: bool, detail: impl Into<String>) -> bool {
        let failed_before = !self.all_passed();
        let (result, detail) = match (failed_before, passed) {
            (true, _) => (CheckResult::NotReached, "An earlier check failed.".to_owned()),
            (false, true) => (CheckResult::Pass, detail.into()),
            (false, false) => (CheckResult::Fail, detail.into()),
        };
        self.0.push(CheckView { name, result, detail });
        !failed_before && passed
    }

    fn all_passed(&self) -> bool {
        self.0.iter().all(|check| check.result == CheckResult::Pass)
    }

    fn decision(&self) -> Decision {
        if self.all_passed() { Decision::Allowed } else { Decision::Denied }
    }

    /// The sentence of the check that failed.
    fn fault(&self) -> Option<&str> {
        let failed = self.0.iter().find(|check| check.result == CheckResult::Fail);
        failed.map(|check| check.detail.as_str())
    }
}
