//! The pages that this server shows to people: one for each error code, their index and a front
//! page. They need neither credentials nor the store.

mod article;
mod html;

use std::cmp::Reverse;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, LOCATION, VARY};
use keyway_ops::problem::Code;

use crate::answer::{Answer, respond};
use crate::request::Seen;
use article::Article;

/// Below this path stand the index and the pages, and `type` of every error points there.
pub const INDEX: &str = "/docs/api-reference/errors-v2/";
const OLD_INDEX: &str = "/docs/errors/";
const STYLE: &str = "/docs/assets/style.css";

const HTML: &str = "text/html; charset=utf-8";
const MARKDOWN: &str = "text/markdown; charset=utf-8";
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// A page of ours.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Front,
    Style,
    Index,
    Error { code: Code, markdown: bool },
    UnknownError { wanted: String },
    Moved { to: String },
}

impl Page {
    /// The page at a path, if that is a path of pages.
    pub(crate) fn of(path: &str) -> Option<Self> {
        match path {
            "/" => return Some(Self::Front),
            STYLE => return Some(Self::Style),
            INDEX => return Some(Self::Index),
            "/docs" | "/docs/" | "/docs/errors" | OLD_INDEX => {
                return Some(Self::Moved { to: INDEX.to_owned() });
            }
            _ => {}
        }
        if path == INDEX.trim_end_matches('/') {
            return Some(Self::Moved { to: INDEX.to_owned() });
        }
        if let Some(old) = path.strip_prefix(OLD_INDEX) {
            let wanted = old.strip_prefix("err:").unwrap_or(old).replace(':', "/");
            return Some(match code(&wanted) {
                Some(code) => Self::Moved { to: format!("{INDEX}{}", code.path()) },
                None => Self::UnknownError { wanted },
            });
        }
        let wanted = path.strip_prefix(INDEX)?;
        let (name, markdown) =
            wanted.strip_suffix(".md").map_or((wanted, false), |name| (name, true));
        Some(match code(name) {
            Some(code) => Self::Error { code, markdown },
            None => Self::UnknownError { wanted: wanted.to_owned() },
        })
    }
}

fn code(path: &str) -> Option<Code> {
    Code::ALL.into_iter().find(|code| code.path() == path)
}

/// The answer that shows a page.
pub(crate) fn response(page: &Page, seen: &Seen<'_>) -> Answer {
    let url = seen.public_url();
    match page {
        Page::Front => hypertext(StatusCode::OK, html::front(&url)),
        Page::Style => {
            let style = include_str!("../../assets/style.css");
            cached(respond(StatusCode::OK, "text/css; charset=utf-8", style))
        }
        Page::Index => hypertext(StatusCode::OK, html::index(&url)),
        Page::Moved { to } => {
            let mut response = respond(StatusCode::MOVED_PERMANENTLY, HTML, Bytes::new());
            crate::envelope::set(&mut response, LOCATION, &format!("{url}{to}"));
            response
        }
        Page::UnknownError { wanted } => {
            hypertext(StatusCode::NOT_FOUND, html::unknown(&url, wanted, &nearest(wanted)))
        }
        Page::Error { code, markdown } => {
            let article = Article::of(*code);
            let mut response = if *markdown || seen.asks_for("text/markdown") {
                cached(respond(StatusCode::OK, MARKDOWN, article.markdown(&url)))
            } else if seen.asks_for("application/json") && !seen.asks_for("text/html") {
                cached(respond(StatusCode::OK, "application/json", article.json(&url).to_string()))
            } else {
                hypertext(StatusCode::OK, html::error(&url, &article))
            };
            response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
            response
        }
    }
}

fn hypertext(status: StatusCode, body: String) -> Answer {
    let mut response = cached(respond(status, HTML, body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    response
}

fn cached(mut response: Answer) -> Answer {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

/// The codes that somebody who asked for `wanted` may have meant, the likeliest first.
fn nearest(wanted: &str) -> Vec<Code> {
    let mut scored: Vec<(Reverse<usize>, Code)> = Code::ALL
        .into_iter()
        .map(|code| (Reverse(likeness(wanted, code.path())), code))
        .filter(|(Reverse(likeness), _)| 0 < *likeness)
        .collect();
    scored.sort_by_key(|(likeness, _)| *likeness);
    scored.into_iter().take(4).map(|(_, code)| code).collect()
}

/// How many words of `wanted` are words of `path`.
fn likeness(wanted: &str, path: &str) -> usize {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| 2 < word.len() && *word != "unkey" && *word != "user")
            .map(str::to_ascii_lowercase)
            .collect()
    };
    let known = words(path);
    words(wanted).iter().filter(|word| known.contains(word)).count()
}

#[cfg(test)]
mod tests {
    use hyper::Request;
    use keyway_core::id::{Entropy, RequestId};

    use hyper::Response;

    use super::*;
    use crate::service::HttpConfig;

    async fn get(path: &str, accept: &str) -> (Response<()>, String) {
        use http_body_util::BodyExt;
        let request = Request::builder().uri(path).header("accept", accept).body(()).unwrap();
        let (parts, ()) = request.into_parts();
        let config = HttpConfig::default();
        let id = RequestId::generate(&Entropy::seeded(1));
        let seen = Seen { config: &config, parts: &parts, peer: None, id: &id };
        let (parts, body) = response(&Page::of(path).unwrap(), &seen).into_parts();
        let text = body.collect().await.unwrap().to_bytes().to_vec();
        (Response::from_parts(parts, ()), String::from_utf8(text).unwrap())
    }

    #[tokio::test]
    async fn every_code_has_a_page_with_all_its_parts() {
        for code in Code::ALL {
            let path = format!("{INDEX}{}", code.path());
            let (response, text) = get(&path, "text/html,*/*").await;
            assert_eq!(response.status(), 200);
            assert_eq!(response.headers()["content-type"], HTML);
            let full = format!("err:{}", code.path().replace('/', ":"));
            let status = code.status().to_string();
            let kind = format!("http://localhost{path}");
            for part in
                ["What happened", "How to fix", "Common mistakes", "Related", &full, &status, &kind]
            {
                assert!(text.contains(part), "{path} has no {part}");
            }
            assert!(!text.contains("unkey.com"), "{path}");
            assert!(!text.contains("<script"), "{path}");
        }
    }

    #[tokio::test]
    async fn links_between_pages_lead_to_pages() {
        for code in Code::ALL {
            let article = Article::of(code);
            for link in article.links() {
                let path = link.trim_start_matches("../").trim_end_matches(".md");
                assert!(super::code(path).is_some(), "{} links to {link}", code.path());
            }
        }
    }

    #[tokio::test]
    async fn a_page_has_forms_for_machines() {
        let path = format!("{INDEX}unkey/authorization/insufficient_permissions");
        let (response, text) = get(&path, "application/json").await;
        assert_eq!(response.headers()["content-type"], "application/json");
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["code"], "err:unkey:authorization:insufficient_permissions");
        assert_eq!(json["status"], 403);
        assert!(!json["fixes"].as_array().unwrap().is_empty());

        let (by_accept, one) = get(&path, "text/markdown").await;
        let (by_path, two) = get(&format!("{path}.md"), "*/*").await;
        assert_eq!(by_accept.headers()["content-type"], MARKDOWN);
        assert_eq!(by_path.headers()["content-type"], MARKDOWN);
        assert_eq!(one, two);
        assert!(one.contains("## How to fix"));
    }

    #[tokio::test]
    async fn an_unknown_code_gets_the_index_and_a_guess() {
        let (response, text) = get(&format!("{INDEX}unkey/data/key-not-found&x"), "*/*").await;
        assert_eq!(response.status(), 404);
        assert!(text.contains("unkey/data/key_not_found"));
        assert!(text.contains("user/bad_request/request_timeout"), "the index is there");
        assert!(text.contains("key-not-found&amp;x"));
    }

    #[test]
    fn older_addresses_lead_to_the_page() {
        let to = format!("{INDEX}unkey/data/api_not_found");
        for path in
            ["/docs/errors/unkey/data/api_not_found", "/docs/errors/err:unkey:data:api_not_found"]
        {
            assert_eq!(Page::of(path), Some(Page::Moved { to: to.clone() }), "{path}");
        }
        assert_eq!(Page::of("/docs/errors-v2"), None);
        assert_eq!(Page::of("/docsx"), None);
    }
}
