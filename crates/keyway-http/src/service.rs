//! From a request to its answer, whatever carries them.

use std::fmt::Display;
use std::net::IpAddr;
use std::time::Duration;

use http_body_util::{Either, Full};
use hyper::body::Body;
use hyper::header::{ALLOW, CONTENT_LENGTH, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request, Response};
use ipnet::IpNet;
use keyway_core::id::RequestId;
use keyway_ops::app::App;
use keyway_ops::caller::RequestInfo;
use keyway_ops::problem::{Code, Problem};

use crate::access::Access;
use crate::answer::Answer;
use crate::request::Seen;
use crate::routes::{self, Route};
use crate::ui::{self, DashboardConfig, Place};
use crate::{body, docs, envelope, openapi, pipeline, request};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the service has to know about its surroundings.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// Where clients reach the service, without a slash at the end. Without it the request tells.
    pub public_url: Option<String>,
    /// Who is believed about `X-Forwarded-For` and `X-Forwarded-Proto`.
    pub trusted_proxies: Vec<IpNet>,
    /// The largest body in bytes; 0 allows any size.
    pub max_body: usize,
    /// After how long an operation is given up.
    pub request_timeout: Duration,
    /// How the dashboard is served.
    pub dashboard: DashboardConfig,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            public_url: None,
            trusted_proxies: Vec::new(),
            max_body: 10 * 1024 * 1024,
            request_timeout: Duration::from_mins(1),
            dashboard: DashboardConfig::default(),
        }
    }
}

/// An app with its HTTP face.
pub struct Service {
    app: App,
    config: HttpConfig,
}

impl Service {
    /// The service of an app.
    pub fn new(app: App, config: HttpConfig) -> Self {
        Self { app, config }
    }

    /// The app behind the service.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// How the service is configured.
    pub fn config(&self) -> &HttpConfig {
        &self.config
    }

    /// Answers a request that came from `peer`. Never fails: whatever goes wrong is an answer.
    pub async fn handle<B>(&self, request: Request<B>, peer: Option<IpAddr>) -> Answer
    where
        B: Body,
        B::Error: Display,
    {
        let (parts, body) = request.into_parts();
        let id = RequestId::generate(&self.app.entropy);
        let path = ui::inner_path(&self.config, parts.uri.path());
        let route = match Place::of(&self.config, parts.uri.path(), path) {
            Some(place) => Route::Ui(place),
            None => Route::of(path),
        };
        let mut access = Access::begin(route.name(), route.is_hot(), id);
        let seen = Seen { config: &self.config, parts: &parts, peer, id: &id };

        let mut response = if route.allows(&parts.method) {
            if let Route::Operation(operation) = route {
                let info = self.info(id, &parts.headers, peer);
                pipeline::run(self, operation, &seen, body, info, &mut access).await
            } else if matches!(route, Route::Liveness) {
                envelope::message(&id, r#"{"message":"OK"}"#)
            } else if let Route::Ui(place) = route {
                let info = self.info(id, &parts.headers, peer);
                Box::pin(self.ui(&place, &seen, body, info, &mut access)).await
            } else {
                // What is rare is kept apart: this future is moved for every request.
                Box::pin(self.page(route, &seen, &mut access)).await
            }
        } else {
            let expects = parts.headers.contains_key(hyper::header::EXPECT);
            Box::pin(body::discard(body, expects)).await;
            let mut response = not_allowed(&route, &seen, &mut access);
            if matches!(route, Route::Ui(_)) {
                ui::protect(&self.config, &mut response);
            }
            response
        };

        if let Ok(value) = HeaderValue::from_bytes(id.as_bytes()) {
            response.headers_mut().insert(X_REQUEST_ID, value);
        }
        if parts.method == Method::HEAD {
            response = without_body(response);
        }
        access.end(response.status());
        response
    }

    fn info(&self, id: RequestId, headers: &HeaderMap, peer: Option<IpAddr>) -> RequestInfo {
        let remote_ip = request::client_ip(&self.config, headers, peer);
        RequestInfo { id, remote_ip, user_agent: request::user_agent(headers) }
    }

    /// The dashboard and what it calls.
    async fn ui<B>(
        &self,
        place: &Place,
        seen: &Seen<'_>,
        body: B,
        info: RequestInfo,
        access: &mut Access,
    ) -> Answer
    where
        B: Body,
        B::Error: Display,
    {
        let mut response = match ui::respond_to(self, place, seen, body, info, access).await {
            Some(response) => response,
            None => not_found(seen, access),
        };
        ui::protect(&self.config, &mut response);
        response
    }

    /// Everything that is neither an operation nor asked often.
    async fn page(&self, route: Route, seen: &Seen<'_>, access: &mut Access) -> Answer {
        match route {
            Route::Ready => match self.app.store.check().await {
                Ok(()) => envelope::message(seen.id, r#"{"status":"ready"}"#),
                Err(error) => envelope::problem(seen, access, &Problem::from(error)),
            },
            Route::OpenApi { yaml } => openapi::response(&seen.public_url(), yaml),
            Route::Docs(page) => docs::response(&page, seen),
            Route::Operation(_) | Route::Liveness | Route::Ui(_) | Route::Unknown => {
                not_found(seen, access)
            }
        }
    }
}

fn not_found(seen: &Seen<'_>, access: &mut Access) -> Answer {
    let detail = "There is nothing at this path. Operations are called by \
                  `POST /v2/{group}.{operation}`; /openapi.json lists them.";
    envelope::problem(seen, access, &Problem::new(Code::UnknownOperation, detail))
}

fn not_allowed(route: &Route, seen: &Seen<'_>, access: &mut Access) -> Answer {
    let Some(allow) = route.allow() else {
        return not_found(seen, access);
    };
    let detail = format!("Only {allow} is allowed here.");
    let problem = Problem::new(Code::MethodNotAllowed, detail);
    let mut response = envelope::problem(seen, access, &problem);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
    response
}

fn without_body(response: Answer) -> Answer {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.insert(CONTENT_LENGTH, length.into());
    }
    Response::from_parts(parts, Either::Left(Full::default()))
}

/// Every operation, as it stands in the registry.
pub fn registry() -> &'static keyway_ops::registry::Registry {
    routes::registry()
}
