//! What precedes every operation, in the order of the contract: size, body, credentials, media
//! type, root key, the workspace's limit. All of it and the operation share one deadline, and a
//! panic anywhere in it is an answer like any other.

use std::any::Any;
use std::fmt::Display;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt;
use hyper::HeaderMap;
use hyper::body::Body;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, EXPECT, HeaderName};
use keyway_ops::app::App;
use keyway_ops::caller::{Caller, Quota, RequestInfo};
use keyway_ops::problem::{Code, Problem};
use keyway_ops::refusals::{Refusal, What};
use keyway_ops::registry::{Operation, Payload};

use crate::access::Access;
use crate::answer::Answer;
use crate::apart::apart;
use crate::body::{LARGE, Reading, Whole};
use crate::request::Seen;
use crate::service::Service;
use crate::{credentials, envelope};

/// Runs an operation for a request.
pub(crate) async fn run<B>(
    service: &Service,
    operation: &'static Operation,
    seen: &Seen<'_>,
    body: B,
    info: RequestInfo,
    access: &mut Access,
) -> Answer
where
    B: Body,
    B::Error: Display,
{
    let mut quota = None;
    let deadline = service.config().request_timeout;
    let outcome = {
        let steps = pin!(steps(service, operation, seen, body, info, access, &mut quota));
        within(deadline, AssertUnwindSafe(steps).catch_unwind()).await
    };
    let outcome = match outcome {
        Some(Ok(outcome)) => outcome,
        Some(Err(panic)) => Err(panicked(&*panic)),
        None => {
            let detail = format!("The request took longer than {} s.", deadline.as_secs());
            Err(Problem::new(Code::RequestTimeout, detail))
        }
    };
    let mut response = match outcome {
        Ok(payload) => envelope::success(payload),
        Err(problem) => {
            note_refusal(service, access, seen, &problem);
            envelope::problem(seen, access, &problem)
        }
    };
    if let Some(Quota { limit, remaining, reset }) = quota {
        let members = [
            ("ratelimit-limit", limit),
            ("ratelimit-remaining", remaining),
            ("ratelimit-reset", reset),
        ];
        for (name, value) in members {
            response.headers_mut().insert(HeaderName::from_static(name), value.into());
        }
    }
    response
}

/// What `future` comes to, unless it takes longer than `deadline`. Whatever is ready at once, as
/// nearly all requests are, never touches the timers that all threads share.
async fn within<F: Future>(deadline: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    if let Poll::Ready(output) = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await {
        return Some(output);
    }
    tokio::time::timeout(deadline, future).await.ok()
}

async fn steps<B>(
    service: &Service,
    operation: &'static Operation,
    seen: &Seen<'_>,
    body: B,
    info: RequestInfo,
    access: &mut Access,
    quota: &mut Option<Quota>,
) -> Result<Payload, Problem>
where
    B: Body,
    B::Error: Display,
{
    let app: &App = service.app();
    let headers = &seen.parts.headers;

    let body = pin!(body);
    let expects = headers.contains_key(EXPECT);
    let body = Reading::begin(body, service.config().max_body, expects).await?;
    let admitted = admit(app, headers, body.is_empty(), info, access, quota).await;
    let caller = match admitted {
        Ok(caller) => caller,
        Err(problem) => {
            body.discard().await;
            return Err(problem);
        }
    };
    call(app, operation, caller, body.finish().await?, envelope::begin(seen.id)).await
}

/// Looks at all but the body: its media type, who asks, and whether they asked too often.
async fn admit<'a>(
    app: &App,
    headers: &HeaderMap,
    is_empty: bool,
    info: RequestInfo,
    access: &'a mut Access,
    quota: &mut Option<Quota>,
) -> Result<&'a Caller, Problem> {
    let token = credentials::bearer(headers)?;
    if !is_empty {
        is_json(headers)?;
    }
    let caller = Caller::authenticate(app, token, info).await?;
    let caller = access.caller(caller);
    *quota = caller.count_request(app).await.map_err(|(problem, left)| {
        *quota = Some(left);
        problem
    })?;
    Ok(caller)
}

/// Calls an operation, which begins by reading the body: a large one where nobody waits for it.
/// `answer` is what its answer begins with.
pub(crate) async fn call(
    app: &App,
    operation: &'static Operation,
    caller: &Caller,
    body: Whole,
    answer: Vec<u8>,
) -> Result<Payload, Problem> {
    if body.len() < LARGE {
        let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
        return operation.call(app, caller, body, answer).await;
    }
    let (app, caller) = (app.clone(), caller.clone());
    let work = async move { operation.call(&app, &caller, &body, answer).await };
    Box::pin(apart(work)).await
}

/// Refuses bodies that aren't plain JSON.
fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media_type.and_then(|value| value.split(';').next()).map(str::trim);
    if !essence.is_some_and(|one| one.eq_ignore_ascii_case("application/json")) {
        let found = media_type.map_or("is missing".to_owned(), |value| {
            format!("is `{}`", value.chars().take(64).collect::<String>())
        });
        return Err(Problem::invalid_field(
            "header.content-type",
            format!("must be `application/json` and {found}"),
            "Send `Content-Type: application/json`.",
        ));
    }
    match headers.get(CONTENT_ENCODING) {
        Some(coding) if !coding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            Err(Problem::invalid_field(
                "header.content-encoding",
                "is not supported",
                "Send the body uncompressed.",
            ))
        }
        _ => Ok(()),
    }
}

/// Remembers a lack of permission, so that it can be explained.
pub(crate) fn note_refusal(service: &Service, access: &Access, seen: &Seen<'_>, problem: &Problem) {
    if problem.code != Code::InsufficientPermissions {
        return;
    }
    let Some(caller) = access.asked_by() else { return };
    service.app().dashboard.refusals.note(caller.workspace(), || Refusal {
        request_id: *seen.id,
        time: service.app().clock.now(),
        operation: access.operation(),
        principal: caller.principal.root_key.id.to_string(),
        what: What::Denied { missing: problem.missing.clone() },
    });
}

pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Problem {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message");
    let detail = "Something unforeseen happened. Report it with the request id.";
    Problem::new(Code::UnexpectedError, detail).because(format!("panicked: {text}"))
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn fault(content_type: Option<&'static str>, encoding: Option<&'static str>) -> Option<String> {
        let mut headers = HeaderMap::new();
        if let Some(value) = content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(value));
        }
        if let Some(value) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(value));
        }
        is_json(&headers).err().map(|problem| problem.errors[0].location.clone())
    }

    #[test]
    fn bodies_are_plain_json() {
        for value in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
            assert_eq!(fault(Some(value), None), None, "{value}");
        }
        for value in ["text/plain", "application/jsonp", "application/x-www-form-urlencoded", ""] {
            assert_eq!(fault(Some(value), None).unwrap(), "header.content-type", "{value}");
        }
        assert_eq!(fault(None, None).unwrap(), "header.content-type");
        let encoded = fault(Some("application/json"), Some("gzip"));
        assert_eq!(encoded.unwrap(), "header.content-encoding");
        assert_eq!(fault(Some("application/json"), Some("identity")), None);
    }
}
