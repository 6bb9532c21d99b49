//! Calls of the dashboard's pages: the same operations as under `/v2`, by the session of a browser.
//! Bearer tokens are not taken here, as cookies are not taken there.

use std::fmt::Display;
use std::panic::AssertUnwindSafe;
use std::pin::pin;

use futures_util::FutureExt;
use hyper::body::Body;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, EXPECT, HeaderName, SET_COOKIE};
use keyway_core::id::{KeyId, RequestId};
use keyway_ops::caller::{Caller, RequestInfo};
use keyway_ops::people::private::{Cookie, Private};
use keyway_ops::people::visit::{ServerSeen, Visit, check_enabled, needs_step_up};
use keyway_ops::problem::{Code, Problem};
use keyway_ops::registry::{Operation, Payload};
use serde_json::Value;

use super::origin::Origin;
use super::{Called, cookie, text};
use crate::access::Access;
use crate::answer::Answer;
use crate::body::{Reading, Whole};
use crate::envelope::{self, set};
use crate::pipeline;
use crate::request::Seen;
use crate::service::Service;

const CSRF: HeaderName = HeaderName::from_static("x-keyway-csrf");
const WORKSPACE: HeaderName = HeaderName::from_static("x-keyway-workspace");
const IF_UPDATED_AT: HeaderName = HeaderName::from_static("keyway-if-updated-at");

/// Runs an operation for a page.
pub(super) async fn run<B>(
    service: &Service,
    called: &Called,
    seen: &Seen<'_>,
    body: B,
    info: RequestInfo,
    access: &mut Access,
) -> Answer
where
    B: Body,
    B::Error: Display,
{
    let origin = Origin::of(seen);
    let steps = steps(service, called, seen, &origin, body, info, access);
    let deadline = service.config().request_timeout;
    let outcome = match tokio::time::timeout(deadline, AssertUnwindSafe(steps).catch_unwind()).await
    {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => Err(pipeline::panicked(&*panic)),
        Err(_) => {
            let detail = format!("The request took longer than {} s.", deadline.as_secs());
            Err(Problem::new(Code::RequestTimeout, detail))
        }
    };
    match outcome {
        Ok((payload, change)) => {
            let mut response = envelope::success(payload);
            if let Some(value) = cookie::written(&change, origin.scheme == "https") {
                set(&mut response, SET_COOKIE, &value);
            }
            response
        }
        Err(problem) => {
            pipeline::note_refusal(service, access, seen, &problem);
            envelope::problem(seen, access, &problem)
        }
    }
}

async fn steps<B>(
    service: &Service,
    called: &Called,
    seen: &Seen<'_>,
    origin: &Origin,
    body: B,
    info: RequestInfo,
    access: &mut Access,
) -> Result<(Payload, Cookie), Problem>
where
    B: Body,
    B::Error: Display,
{
    let body = pin!(body);
    let expects = seen.parts.headers.contains_key(EXPECT);
    let body = Reading::begin(body, service.config().max_body, expects).await?;
    let visit = match admit(service, seen, origin, info, body.is_large()).await {
        Ok(visit) => visit,
        Err(problem) => {
            body.discard().await;
            return Err(problem);
        }
    };
    let body = body.finish().await?;
    match called {
        Called::Private(operation) => {
            let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
            private(service, operation, seen.id, visit, body).await
        }
        Called::Public(operation) => {
            let payload = public(service, operation, seen, &visit, body, access).await?;
            Ok((payload, Cookie::Keep))
        }
    }
}

/// Looks at all but the body. Who sends a large one has to be signed in.
async fn admit(
    service: &Service,
    seen: &Seen<'_>,
    origin: &Origin,
    info: RequestInfo,
    is_large: bool,
) -> Result<Visit, Problem> {
    let app = service.app();
    let headers = &seen.parts.headers;
    if headers.contains_key(AUTHORIZATION) {
        return Err(Problem::invalid_field(
            "header.authorization",
            "is not taken here: the dashboard's calls go by its session",
            "Call the operation under `/v2`, or leave the header out.",
        ));
    }
    let visit = Visit {
        request: info,
        now: app.clock.now(),
        token: cookie::read(headers, origin.scheme == "https"),
        csrf: text(headers, &CSRF).map(str::to_owned),
        workspace: text(headers, &WORKSPACE).filter(|one| !one.is_empty()).map(str::to_owned),
        server: ServerSeen {
            public_url: seen.public_url(),
            scheme: origin.scheme,
            secure: origin.secure,
            root_key_sign_in: service.config().dashboard.root_key_sign_in,
        },
    };
    let media_type = text(headers, &CONTENT_TYPE).and_then(|value| value.split(';').next());
    let is_json = media_type.is_some_and(|one| one.trim().eq_ignore_ascii_case("application/json"));
    if !is_json || !origin.own {
        let signed = visit.signed(app).await.ok();
        return Err(visit.forged(app, signed.as_ref()).await);
    }
    if is_large {
        visit.signed(app).await?;
    }
    Ok(visit)
}

async fn private(
    service: &Service,
    operation: &'static Private,
    id: &RequestId,
    visit: Visit,
    body: &[u8],
) -> Result<(Payload, Cookie), Problem> {
    let app = service.app();
    if operation.signs_in && !visit.server.secure {
        let detail = "Nobody can sign in over plain HTTP from another machine, because anybody on \
                      the way could take the session over. Put a proxy with TLS in front that \
                      sends X-Forwarded-Proto and is one of `server.trusted_proxies`, or set \
                      `dashboard.allow_insecure_http`.";
        return Err(Problem::new(Code::InsecureContext, detail));
    }
    if !operation.open {
        let signed = visit.signed(app).await?;
        visit.check_csrf(app, &signed).await?;
    }
    let (mut payload, change) = operation.call(app.clone(), visit, body)?.await?;
    let mut answer = envelope::begin(id);
    answer.append(&mut payload.data);
    Ok((Payload { data: answer, ..payload }, change))
}

async fn public(
    service: &Service,
    operation: &'static Operation,
    seen: &Seen<'_>,
    visit: &Visit,
    body: Whole,
    access: &mut Access,
) -> Result<Payload, Problem> {
    let app = service.app();
    let signed = visit.signed(app).await?;
    visit.check_csrf(app, &signed).await?;
    let caller = visit.caller(app, &signed).await?;
    let caller = access.caller(caller);
    check_enabled(caller, operation.name, operation.needs)?;
    if caller.person.is_none() {
        caller.count_request(app).await.map_err(|(problem, _)| problem)?;
    }
    if needs_step_up(operation.name, &body) {
        visit.check_step_up(&signed)?;
    }
    if operation.name == "keys.updateKey"
        && let Some(expected) = text(&seen.parts.headers, &IF_UPDATED_AT)
    {
        check_unchanged(service, caller, &body, expected).await?;
    }
    pipeline::call(app, operation, caller, body, envelope::begin(seen.id)).await
}

/// Refuses to change a key that somebody else changed since the page read it.
async fn check_unchanged(
    service: &Service,
    caller: &Caller,
    body: &[u8],
    expected: &str,
) -> Result<(), Problem> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(id) = body["keyId"].as_str() else { return Ok(()) };
    let found = service.app().store.find_key(&KeyId::from(id)).await?;
    let Some(key) = found.and_then(|key| key.open(caller.workspace()).ok()) else { return Ok(()) };
    let present = key.updated_at.map_or_else(|| "none".to_owned(), |time| time.0.to_string());
    if present == expected.trim() {
        return Ok(());
    }
    let detail = "The key was changed by somebody else since it was read. Read it again.";
    Err(Problem::new(Code::StaleWrite, detail))
}
