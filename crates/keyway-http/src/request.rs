//! What is read from the head of a request: where it came from, under which name it reached us
//! and what the client would like to get.

use std::net::{IpAddr, SocketAddr};

use hyper::HeaderMap;
use hyper::header::{ACCEPT, HOST, HeaderValue, USER_AGENT};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use keyway_core::id::RequestId;

use crate::service::HttpConfig;

/// How many bytes of a client's name for itself are kept.
const USER_AGENT_BYTES: usize = 512;

/// A request as far as answers depend on it.
pub(crate) struct Seen<'a> {
    pub(crate) config: &'a HttpConfig,
    pub(crate) parts: &'a Parts,
    pub(crate) peer: Option<IpAddr>,
    pub(crate) id: &'a RequestId,
}

impl Seen<'_> {
    /// Whether `Accept` names this media type itself; `*/*` does not.
    pub(crate) fn asks_for(&self, media_type: &str) -> bool {
        let values = self.parts.headers.get_all(ACCEPT).iter();
        values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(
            |range| {
                let mut parts = range.split(';').map(str::trim);
                let named = parts.next().is_some_and(|one| one.eq_ignore_ascii_case(media_type));
                named && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
            },
        )
    }

    /// Where the client reaches us, without a slash at the end.
    pub(crate) fn public_url(&self) -> String {
        if let Some(url) = &self.config.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let host = self.parts.headers.get(HOST).and_then(|value| value.to_str().ok());
        let host = host.or_else(|| self.parts.uri.authority().map(Authority::as_str));
        let host = host.filter(|host| is_host(host)).unwrap_or("localhost");
        format!("{}://{host}", self.scheme())
    }

    /// How the client reached us, as far as whoever says so is believed.
    pub(crate) fn scheme(&self) -> &'static str {
        let is_believed = self.peer.is_some_and(|peer| is_trusted(self.config, peer));
        let forwarded = self.parts.headers.get("x-forwarded-proto");
        match forwarded.filter(|_| is_believed).map(HeaderValue::as_bytes) {
            Some(proto) if proto.eq_ignore_ascii_case(b"https") => "https",
            _ => "http",
        }
    }
}

/// A host with or without a port. Anything else can't come back in an answer.
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b))
}

fn is_trusted(config: &HttpConfig, ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    config.trusted_proxies.iter().any(|net| net.contains(&ip))
}

/// Who sent the request: the peer or, if that is a proxy of ours, the nearest address in
/// `X-Forwarded-For` that isn't. What stands left of it could be anybody's invention.
pub(crate) fn client_ip(
    config: &HttpConfig,
    headers: &HeaderMap,
    peer: Option<IpAddr>,
) -> Option<IpAddr> {
    let mut nearest = peer?.to_canonical();
    if config.trusted_proxies.is_empty() || !is_trusted(config, nearest) {
        return Some(nearest);
    }
    let values: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for value in values.into_iter().rev() {
        let Some(ip) = address(value.trim()) else { break };
        nearest = ip;
        if !is_trusted(config, ip) {
            break;
        }
    }
    Some(nearest)
}

fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let ip = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|one| one.ip()));
    ip.map(|ip: IpAddr| ip.to_canonical())
}

/// What the client calls itself.
pub(crate) fn user_agent(headers: &HeaderMap) -> Option<String> {
    // A header that is text is ASCII, so that it can be cut anywhere.
    let text = headers.get(USER_AGENT)?.to_str().ok()?;
    Some(text.get(..USER_AGENT_BYTES).unwrap_or(text).to_owned())
}

#[cfg(test)]
mod tests {
    use hyper::Request;
    use keyway_core::id::Entropy;

    use super::*;

    fn config(proxies: &[&str]) -> HttpConfig {
        let trusted_proxies = proxies.iter().map(|net| net.parse().unwrap()).collect();
        HttpConfig { trusted_proxies, ..HttpConfig::default() }
    }

    fn parts(headers: &[(&'static str, &str)]) -> Parts {
        let mut request = Request::builder().uri("/v2/liveness");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn ip(proxies: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let headers: Vec<_> = forwarded.iter().map(|value| ("x-forwarded-for", *value)).collect();
        let peer = peer.parse().unwrap();
        client_ip(&config(proxies), &parts(&headers).headers, Some(peer)).unwrap().to_string()
    }

    #[test]
    fn only_our_own_proxies_are_believed_about_the_client() {
        assert_eq!(ip(&[], "9.9.9.9", &["1.1.1.1"]), "9.9.9.9");
        assert_eq!(ip(&["10.0.0.0/8"], "9.9.9.9", &["1.1.1.1"]), "9.9.9.9");
        assert_eq!(ip(&["10.0.0.0/8"], "10.0.0.1", &["1.1.1.1"]), "1.1.1.1");
        assert_eq!(ip(&["10.0.0.0/8"], "::ffff:10.0.0.1", &["1.1.1.1:80"]), "1.1.1.1");
        assert_eq!(ip(&["10.0.0.0/8"], "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn the_nearest_address_that_is_not_ours_is_the_client() {
        let proxies = ["10.0.0.0/8"];
        assert_eq!(ip(&proxies, "10.0.0.1", &["6.6.6.6, 1.1.1.1, 10.0.0.2"]), "1.1.1.1");
        assert_eq!(ip(&proxies, "10.0.0.1", &["6.6.6.6", "1.1.1.1"]), "1.1.1.1");
        assert_eq!(ip(&proxies, "10.0.0.1", &["1.1.1.1, nonsense"]), "10.0.0.1");
        assert_eq!(ip(&proxies, "10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(ip(&proxies, "10.0.0.1", &["[2001:db8::1]:443"]), "2001:db8::1");
    }

    fn url(config: &HttpConfig, peer: &str, headers: &[(&'static str, &str)]) -> String {
        let parts = parts(headers);
        let id = RequestId::generate(&Entropy::seeded(1));
        let peer = Some(peer.parse().unwrap());
        Seen { config, parts: &parts, peer, id: &id }.public_url()
    }

    #[test]
    fn the_public_url_is_the_configured_one_or_where_the_request_went() {
        let open = HttpConfig::default();
        let proxied = config(&["10.0.0.0/8"]);
        let set = HttpConfig { public_url: Some("https://keys.test/".to_owned()), ..config(&[]) };
        let headers = [("host", "keyway.test:7070"), ("x-forwarded-proto", "https")];
        assert_eq!(url(&open, "9.9.9.9", &headers), "http://keyway.test:7070");
        assert_eq!(url(&proxied, "9.9.9.9", &headers), "http://keyway.test:7070");
        assert_eq!(url(&proxied, "10.0.0.1", &headers), "https://keyway.test:7070");
        assert_eq!(url(&set, "9.9.9.9", &headers), "https://keys.test");
        for host in ["a\"b", "<script>", "a/b", "", "user@host"] {
            assert_eq!(url(&open, "9.9.9.9", &[("host", host)]), "http://localhost", "{host}");
        }
    }

    #[test]
    fn a_media_type_is_asked_for_only_by_name() {
        let config = HttpConfig::default();
        let id = RequestId::generate(&Entropy::seeded(1));
        for (accept, asked) in [
            ("application/problem+json", true),
            ("application/json, Application/Problem+JSON; q=0.5", true),
            ("application/*, */*", false),
            ("application/problem+json;q=0", false),
        ] {
            let parts = parts(&[("accept", accept)]);
            let seen = Seen { config: &config, parts: &parts, peer: None, id: &id };
            assert_eq!(seen.asks_for("application/problem+json"), asked, "{accept}");
        }
    }
}
