//! The dashboard: its files and the calls of its pages.

mod assets;
mod call;
mod cookie;
mod headers;
mod origin;

use std::fmt::Display;

pub use assets::is_built;
use bytes::Bytes;
use hyper::body::Body;
use hyper::header::{HeaderName, LOCATION};
use hyper::{HeaderMap, StatusCode};
use keyway_ops::caller::RequestInfo;
use keyway_ops::people::private::{self, Private};
use keyway_ops::registry::Operation;

use crate::access::Access;
use crate::answer::{Answer, respond};
use crate::envelope::set;
use crate::request::Seen;
use crate::routes::registry;
use crate::service::{HttpConfig, Service};

/// How the dashboard is served.
#[derive(Clone, Copy, Debug)]
pub struct DashboardConfig {
    /// Whether it is there at all.
    pub enabled: bool,
    /// Whether root keys may sign in.
    pub root_key_sign_in: bool,
    /// Whether people may sign in over plain HTTP from other machines.
    pub allow_insecure_http: bool,
}

impl Default for DashboardConfig {
    fn default() -> Self {
        Self { enabled: true, root_key_sign_in: true, allow_insecure_http: false }
    }
}

/// Something below the dashboard's root.
pub(crate) enum Place {
    /// Elsewhere, relative to the path.
    Moved(String),
    /// A page of the application, so many directories down.
    Page { depth: usize, private: bool },
    /// A built file.
    Asset(&'static assets::Asset),
    /// A call.
    Call(Called),
    /// The description of the private operations.
    Document,
    /// Nothing.
    Nothing,
}

/// The operation that a page calls.
pub(crate) enum Called {
    Public(&'static Operation),
    Private(&'static Private),
}

/// The path as it is without the one of the public URL, if it begins with that. Some proxies cut
/// it off and some don't.
pub(crate) fn inner_path<'a>(config: &HttpConfig, path: &'a str) -> &'a str {
    let Some(url) = &config.public_url else { return path };
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let Some((_, prefix)) = rest.trim_end_matches('/').split_once('/') else { return path };
    let inner = path.strip_prefix('/').and_then(|path| path.strip_prefix(prefix));
    match inner {
        Some(inner) if inner.is_empty() || inner.starts_with('/') => inner,
        Some(_) | None => path,
    }
}

impl Place {
    /// Where a path leads, if it is the dashboard's. `whole` is the path as it was asked for.
    pub(crate) fn of(config: &HttpConfig, whole: &str, path: &str) -> Option<Self> {
        if !config.dashboard.enabled {
            return None;
        }
        if path.is_empty() {
            // Without a slash at the end a relative address replaces the last part.
            let last = whole.rsplit('/').next().unwrap_or_default();
            return Some(Self::Moved(format!("{last}/ui/")));
        }
        if path == "/" {
            return Some(Self::Moved("ui/".to_owned()));
        }
        if path == "/ui" {
            return Some(Self::Moved("ui/".to_owned()));
        }
        let rest = path.strip_prefix("/ui/")?;
        if let Some(name) = rest.strip_prefix("rpc/") {
            let public = registry().find(name).map(Called::Public);
            let called = public.or_else(|| private::find(name).map(Called::Private));
            return Some(called.map_or(Self::Nothing, Self::Call));
        }
        if let Some(name) = rest.strip_prefix("assets/") {
            return Some(assets::find(name).map_or(Self::Nothing, Self::Asset));
        }
        if rest == "rpc.json" {
            return Some(Self::Document);
        }
        let private = ["setup", "sign-in", "link"].contains(&rest);
        Some(Self::Page { depth: rest.matches('/').count(), private })
    }

    /// What the log calls it; a closed set.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Call(Called::Public(operation)) => operation.name,
            Self::Call(Called::Private(operation)) => operation.name,
            Self::Nothing => "unknown",
            Self::Moved(_) | Self::Page { .. } | Self::Asset(_) | Self::Document => "ui",
        }
    }

    /// The methods that it takes.
    pub(crate) fn allow(&self) -> &'static str {
        match self {
            Self::Call(_) => "POST",
            Self::Moved(_)
            | Self::Page { .. }
            | Self::Asset(_)
            | Self::Document
            | Self::Nothing => "GET, HEAD",
        }
    }
}

/// Answers a request to the dashboard; nothing if there is no such place.
pub(crate) async fn respond_to<B>(
    service: &Service,
    place: &Place,
    seen: &Seen<'_>,
    body: B,
    info: RequestInfo,
    access: &mut Access,
) -> Option<Answer>
where
    B: Body,
    B::Error: Display,
{
    Some(match place {
        Place::Moved(to) => {
            let mut response =
                respond(StatusCode::FOUND, "text/plain; charset=utf-8", Bytes::new());
            set(&mut response, LOCATION, to);
            response
        }
        Place::Page { depth, private } => assets::page(seen, *depth, *private),
        Place::Asset(asset) => assets::response(seen, asset),
        Place::Document => {
            let body = serde_json::to_vec_pretty(&private::document()).unwrap_or_default();
            respond(StatusCode::OK, "application/json", body)
        }
        Place::Call(called) => call::run(service, called, seen, body, info, access).await,
        Place::Nothing => return None,
    })
}

/// Adds what every answer of the dashboard says to the browser.
pub(crate) fn protect(config: &HttpConfig, response: &mut Answer) {
    headers::add(config, response.headers_mut());
}

/// The text of a header.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> HttpConfig {
        HttpConfig { public_url: Some(url.to_owned()), ..HttpConfig::default() }
    }

    #[test]
    fn the_path_of_the_public_url_is_cut_off_if_a_proxy_left_it() {
        let under = config("https://h.test/x/y/");
        for (path, inner) in [
            ("/x/y/ui/", "/ui/"),
            ("/x/y", ""),
            ("/x/y/", "/"),
            ("/ui/", "/ui/"),
            ("/x/yz/ui", "/x/yz/ui"),
            ("/x", "/x"),
        ] {
            assert_eq!(inner_path(&under, path), inner, "{path}");
        }
        for url in ["https://h.test", "https://h.test/"] {
            assert_eq!(inner_path(&config(url), "/ui/"), "/ui/");
        }
    }

    #[test]
    fn the_root_leads_to_the_dashboard_by_a_relative_address() {
        let under = config("https://h.test/x/y");
        for (whole, to) in [("/x/y", "y/ui/"), ("/x/y/", "ui/"), ("/", "ui/"), ("/ui", "ui/")] {
            let place = Place::of(&under, whole, inner_path(&under, whole));
            let Some(Place::Moved(found)) = place else { panic!("{whole} does not lead on") };
            assert_eq!(found, to, "{whole}");
        }
    }

    #[test]
    fn pages_know_how_deep_they_are() {
        let config = HttpConfig::default();
        for (path, wanted) in [("/ui/", 0), ("/ui/setup", 0), ("/ui/main/keys", 1), ("/ui/a/b/", 2)]
        {
            let Some(Place::Page { depth, .. }) = Place::of(&config, path, path) else {
                panic!("{path} is no page")
            };
            assert_eq!(depth, wanted, "{path}");
        }
        for path in ["/ui/rpc/", "/ui/rpc/keys.nothing", "/ui/assets/nothing.js", "/ui/assets/"] {
            assert!(matches!(Place::of(&config, path, path), Some(Place::Nothing)), "{path}");
        }
        assert!(Place::of(&config, "/uix", "/uix").is_none());
        assert!(Place::of(&config, "/v2/liveness", "/v2/liveness").is_none());
    }
}
