//! The files of the dashboard, which become part of the program when they were built before it.

use std::collections::HashMap;
use std::sync::LazyLock;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, HeaderValue, IF_NONE_MATCH, VARY,
};
use keyway_core::secret::KeyHash;

use crate::answer::{Answer, respond};
use crate::envelope::set;
use crate::request::Seen;

/// A file, with its compressed forms where they are smaller.
pub(crate) struct Asset {
    name: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// The dashboard as it was found when the program was built.
struct Built {
    index: Option<&'static str>,
    assets: &'static [Asset],
}

static BUILT: Built = include!(concat!(env!("OUT_DIR"), "/dashboard.rs"));

static BY_NAME: LazyLock<HashMap<&'static str, &'static Asset>> =
    LazyLock::new(|| BUILT.assets.iter().map(|asset| (asset.name, asset)).collect());

/// What is shown instead if the dashboard wasn't built.
const ABSENT: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
<title>Keyway</title>\n<h1>The dashboard is not part of this program</h1>\n\
<p>It was built without it, as happens where Node is missing. To get it, build again:</p>\n\
<pre>cd dashboard &amp;&amp; npm ci &amp;&amp; npm run build\ncd .. &amp;&amp; cargo build --release</pre>\n\
<p>Everything else works: the operations under <code>/v2</code>, the command line, and the \
reference under <a href=\"../docs\">/docs</a>. <code>dashboard.enabled = false</code> removes \
this page.</p>\n</html>\n";

/// The file of that name.
pub(super) fn find(name: &str) -> Option<&'static Asset> {
    BY_NAME.get(name).copied()
}

/// Whether the dashboard is part of the program.
pub fn is_built() -> bool {
    BUILT.index.is_some()
}

/// The page of the application, `depth` directories below its root.
pub(super) fn page(seen: &Seen<'_>, depth: usize, private: bool) -> Answer {
    let html = "text/html; charset=utf-8";
    let Some(index) = BUILT.index else {
        let up = "../".repeat(depth);
        let body = ABSENT.replace("../docs", &format!("{up}../docs"));
        let mut response = respond(StatusCode::OK, html, body);
        set(&mut response, CACHE_CONTROL, "no-store");
        return response;
    };
    let body = if depth == 0 {
        index.to_owned()
    } else {
        index.replace("\"./", &format!("\"{}", "../".repeat(depth.min(64))))
    };
    if private {
        let mut response = respond(StatusCode::OK, html, body);
        set(&mut response, CACHE_CONTROL, "no-store");
        return response;
    }
    let tag = tag(body.as_bytes());
    let mut response = if matches(seen, &tag) {
        respond(StatusCode::NOT_MODIFIED, html, Bytes::new())
    } else {
        respond(StatusCode::OK, html, body)
    };
    set(&mut response, CACHE_CONTROL, "no-cache");
    set(&mut response, ETAG, &tag);
    response
}

/// A file, compressed if the client takes that. Its name changes with its content.
pub(super) fn response(seen: &Seen<'_>, asset: &'static Asset) -> Answer {
    let media_type = media_type(asset.name);
    let (bytes, coding) = match (asset.brotli, asset.gzip) {
        (Some(brotli), _) if accepts(seen, "br") => (brotli, Some("br")),
        (_, Some(gzip)) if accepts(seen, "gzip") => (gzip, Some("gzip")),
        _ => (asset.plain, None),
    };
    let tag = tag(bytes);
    let mut response = if matches(seen, &tag) {
        respond(StatusCode::NOT_MODIFIED, media_type, Bytes::new())
    } else {
        respond(StatusCode::OK, media_type, Bytes::from_static(bytes))
    };
    let headers = response.headers_mut();
    if let Some(coding) = coding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    headers.insert(CACHE_CONTROL, forever);
    set(&mut response, ETAG, &tag);
    response
}

fn tag(bytes: &[u8]) -> String {
    format!("\"{}\"", KeyHash::of_bytes(bytes).short_hex())
}

fn matches(seen: &Seen<'_>, tag: &str) -> bool {
    let value = seen.parts.headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| {
        value.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
    })
}

fn accepts(seen: &Seen<'_>, coding: &str) -> bool {
    let values = seen.parts.headers.get_all(ACCEPT_ENCODING).iter();
    values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        named
            && !parts.any(|part| {
                part.starts_with("q=0")
                    && !part.contains(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
            })
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "ico" => "image/x-icon",
        _ => "application/octet-stream",
    }
}
