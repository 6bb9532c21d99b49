//! The form of answers.

use std::borrow::Cow;

use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use keyway_core::id::RequestId;
use keyway_ops::problem::{Code, FieldError, Problem};
use keyway_ops::registry::Payload;
use serde::Serialize;

use crate::access::Access;
use crate::answer::{self, Answer, respond};
use crate::docs::INDEX;
use crate::request::Seen;

const JSON: &str = "application/json";
const PROBLEM_JSON: &str = "application/problem+json";

/// How long answers may get before they have to be moved; most are shorter.
const USUAL_BYTES: usize = 1024;

/// The beginning of an answer, up to its data.
pub(crate) fn begin(id: &RequestId) -> Vec<u8> {
    let mut body = Vec::with_capacity(USUAL_BYTES);
    body.extend_from_slice(br#"{"meta":{"requestId":""#);
    body.extend_from_slice(id.as_bytes());
    body.extend_from_slice(br#""},"data":"#);
    body
}

/// The answer of an operation that did what it was asked. What it wrote follows what was begun.
pub(crate) fn success(payload: Payload) -> Answer {
    if let Some(file) = payload.file {
        return private(answer::file(*file));
    }
    let mut body = payload.data;
    if let Some(pagination) = payload.pagination.and_then(|one| serde_json::to_vec(&one).ok()) {
        body.extend_from_slice(br#","pagination":"#);
        body.extend_from_slice(&pagination);
    }
    body.push(b'}');
    private(respond(StatusCode::OK, JSON, body))
}

/// An answer of the server itself; `data` is JSON.
pub(crate) fn message(id: &RequestId, data: &str) -> Answer {
    let mut body = begin(id);
    body.extend_from_slice(data.as_bytes());
    success(Payload { data: body, pagination: None, file: None })
}

#[derive(Serialize)]
struct Envelope<'a> {
    meta: Meta<'a>,
    error: Body<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    request_id: &'a str,
}

#[derive(Serialize)]
struct Body<'a> {
    title: &'static str,
    detail: &'a str,
    status: u16,
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<&'a [FieldError]>,
}

impl<'a> Envelope<'a> {
    fn new(request_id: &'a str, public_url: &str, problem: &'a Problem) -> Self {
        let status = problem.code.status();
        let error = Body {
            title: problem.code.title(),
            detail: &problem.detail,
            status,
            kind: format!("{public_url}{INDEX}{}", problem.code.path()),
            errors: matches!(status, 400 | 408 | 413).then_some(&problem.errors),
        };
        Self { meta: Meta { request_id }, error }
    }
}

/// The body of a problem as the pages show it.
pub(crate) fn example(public_url: &str, problem: &Problem) -> String {
    let envelope = Envelope::new("req_3fXw9pKqT7bZ2mVcY8dN", public_url, problem);
    serde_json::to_string_pretty(&envelope).unwrap_or_default()
}

/// Under which media type an operation answers with an error to whoever names none. The official
/// clients raise their typed errors only for the one that their description of the operation has:
/// a 429 is a problem document nearly everywhere, other errors are nearly nowhere.
pub(crate) fn media_type(operation: &str, status: u16) -> &'static str {
    let is_problem = match operation {
        "identities.deleteIdentity" => true,
        "permissions.updatePermission" | "permissions.updateRole" => false,
        _ => status == 429,
    };
    if is_problem { PROBLEM_JSON } else { JSON }
}

/// The answer of a request that was refused or failed.
pub(crate) fn problem(seen: &Seen<'_>, access: &mut Access, problem: &Problem) -> Answer {
    access.problem(problem);
    let code = problem.code;
    let usual = media_type(access.operation(), code.status());
    let media_type = if seen.asks_for(PROBLEM_JSON) { PROBLEM_JSON } else { usual };
    let envelope = Envelope::new(seen.id.as_str(), &seen.public_url(), problem);
    let body = serde_json::to_vec(&envelope).unwrap_or_default();
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = private(respond(status, media_type, body));
    if let Some(value) = challenge(problem) {
        set(&mut response, WWW_AUTHENTICATE, &value);
    }
    if let Some(seconds) = problem.retry_after {
        set(&mut response, RETRY_AFTER, &seconds.max(1).to_string());
    }
    response
}

/// What the credentials lack, after RFC 6750.
pub(crate) fn challenge(problem: &Problem) -> Option<Cow<'static, str>> {
    if problem.code == Code::RootKeyNotFound {
        return Some(r#"Bearer error="invalid_token""#.into());
    }
    if problem.code != Code::InsufficientPermissions {
        return None;
    }
    let bare = r#"Bearer error="insufficient_scope""#;
    let scope: Vec<&str> =
        problem.missing.iter().map(String::as_str).filter(|one| is_scope(one)).collect();
    if scope.is_empty() {
        return Some(bare.into());
    }
    Some(format!(r#"{bare}, scope="{}""#, scope.join(" ")).into())
}

fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
}

/// Answers hold secrets and decisions, which nobody may keep.
fn private(mut response: Answer) -> Answer {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Sets a header, unless the text can't stand in one.
pub(crate) fn set(response: &mut Answer, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use keyway_core::permission::Action;

    use super::*;

    #[test]
    fn a_refusal_has_exactly_four_members() {
        let problem = Problem::lacks(Action::CreateKey.on("api_x"));
        let envelope = Envelope::new("req_1", "http://localhost", &problem);
        assert_eq!(
            serde_json::to_string(&envelope).unwrap(),
            concat!(
                r#"{"meta":{"requestId":"req_1"},"error":{"title":"Forbidden","#,
                r#""detail":"The authenticated API key does not have permission to perform this operation","#,
                r#""status":403,"type":"http://localhost/docs/api-reference/errors-v2/unkey/"#,
                r#"authorization/insufficient_permissions"}}"#,
            )
        );
    }

    #[test]
    fn the_challenge_names_what_would_have_sufficed() {
        let lacks = Problem::lacks(Action::CreateKey.on("api_x"));
        assert_eq!(
            challenge(&lacks).unwrap(),
            r#"Bearer error="insufficient_scope", scope="api.*.create_key api.api_x.create_key""#
        );
        assert_eq!(challenge(&Problem::foreign()).unwrap(), r#"Bearer error="insufficient_scope""#);
    }

    #[test]
    fn every_400_has_errors_even_if_there_is_nothing_to_list() {
        for code in Code::ALL {
            let problem = Problem::new(code, "Something.");
            let envelope = Envelope::new("req_1", "", &problem);
            let has_errors = envelope.error.errors.is_some();
            assert_eq!(has_errors, [400, 408, 413].contains(&code.status()), "{code:?}");
        }
    }
}
