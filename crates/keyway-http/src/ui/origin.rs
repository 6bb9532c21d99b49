//! From where a browser calls, and whether it is safe to sign in from there.

use std::net::IpAddr;

use hyper::header::{HOST, HeaderValue, ORIGIN};
use hyper::http::uri::Authority;

use crate::request::Seen;

/// How the browser reaches the server.
pub(super) struct Origin {
    /// `http` or `https`.
    pub scheme: &'static str,
    /// Whether a session is safe on the connection, or is to be taken for it.
    pub secure: bool,
    /// Whether the browser says that one of our own pages calls.
    pub own: bool,
}

impl Origin {
    pub(super) fn of(seen: &Seen<'_>) -> Self {
        let headers = &seen.parts.headers;
        let host = headers.get(HOST).and_then(|value| value.to_str().ok());
        let host = host.or_else(|| seen.parts.uri.authority().map(Authority::as_str));
        let host = host.unwrap_or_default();
        let public = seen.config.public_url.as_deref().map(origin_of);
        let is_public = |scheme: &str| {
            public.is_some_and(|public| public.eq_ignore_ascii_case(&format!("{scheme}://{host}")))
        };
        // Whoever set the public URL says how clients get there.
        let https = seen.scheme() == "https" || is_public("https");
        let scheme = if https { "https" } else { "http" };
        let secure = https || is_loopback(host) || seen.config.dashboard.allow_insecure_http;
        let own = match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
            Some(site) => site == b"same-origin",
            None => {
                headers.get(ORIGIN).and_then(|value| value.to_str().ok()).is_some_and(|origin| {
                    let expected = format!("{scheme}://{host}");
                    origin.eq_ignore_ascii_case(&expected)
                        || public.is_some_and(|public| origin.eq_ignore_ascii_case(public))
                })
            }
        };
        Self { scheme, secure, own }
    }
}

/// Scheme and host of a URL.
fn origin_of(url: &str) -> &str {
    let Some((scheme, rest)) = url.split_once("://") else { return url };
    let host = rest.split('/').next().unwrap_or_default();
    &url[..scheme.len() + 3 + host.len()]
}

/// Whether browsers take the host for this very machine.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_named =
        name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost");
    is_named || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_from_other_hosts() {
        for host in
            ["localhost", "LOCALHOST:7070", "127.0.0.1:1", "127.9.9.9", "[::1]:7070", "a.localhost"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["10.0.0.1", "keys.test", "localhost.test", "", "[::2]", "127.0.0.1.test"] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn an_origin_is_scheme_and_host() {
        assert_eq!(origin_of("https://h.test:1/x/y"), "https://h.test:1");
        assert_eq!(origin_of("https://h.test"), "https://h.test");
    }
}
