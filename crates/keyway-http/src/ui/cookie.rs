//! The cookie that holds the secret of a session.

use hyper::HeaderMap;
use hyper::header::COOKIE;
use keyway_ops::people::private::Cookie;

/// What it is called: over TLS a browser guarantees by the name that nobody else can set it.
fn name(https: bool) -> &'static str {
    if https { "__Host-keyway_session" } else { "keyway_session" }
}

/// The secret that a browser sent.
pub(super) fn read(headers: &HeaderMap, https: bool) -> Option<String> {
    let wanted = name(https);
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let found = values.flat_map(|value| value.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == wanted).then_some(value)
    });
    found.filter(|value| !value.is_empty() && value.len() <= 128).map(str::to_owned)
}

/// The header that changes the cookie, if it is to be changed.
pub(super) fn written(cookie: &Cookie, https: bool) -> Option<String> {
    let (value, seconds) = match cookie {
        Cookie::Keep => return None,
        Cookie::Set(token, lifetime) => (token.as_str(), lifetime / 1000),
        Cookie::Clear => ("", 0),
    };
    let name = name(https);
    let secure = if https { " Secure;" } else { "" };
    Some(format!("{name}={value}; Path=/;{secure} HttpOnly; SameSite=Strict; Max-Age={seconds}"))
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn the_cookie_is_found_among_others_and_only_by_its_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=b; keyway_session=plain"));
        headers.append(COOKIE, HeaderValue::from_static("__Host-keyway_session=safe"));
        assert_eq!(read(&headers, true).as_deref(), Some("safe"));
        assert_eq!(read(&headers, false).as_deref(), Some("plain"));
        assert_eq!(read(&HeaderMap::new(), true), None);
    }

    #[test]
    fn over_tls_the_cookie_has_every_protection() {
        let set = Cookie::Set("x".to_owned(), 60_000);
        assert_eq!(
            written(&set, true).unwrap(),
            "__Host-keyway_session=x; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=60"
        );
        assert_eq!(
            written(&set, false).unwrap(),
            "keyway_session=x; Path=/; HttpOnly; SameSite=Strict; Max-Age=60"
        );
        assert!(written(&Cookie::Clear, true).unwrap().ends_with("Max-Age=0"));
        assert_eq!(written(&Cookie::Keep, true), None);
    }
}
