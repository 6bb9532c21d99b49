//! The pages as HTML: no scripts, nothing from elsewhere, readable without styles.

use std::fmt::Write as _;

use keyway_ops::problem::Code;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use super::article::{Article, RaisedBy, full_code, retry};
use super::{INDEX, STYLE};

/// The page of an error code.
pub(super) fn error(url: &str, article: &Article) -> String {
    let code = article.code;
    let specific = code.path().rsplit('/').next().unwrap_or_default();
    let mut main = String::new();
    let _ = write!(
        main,
        "<h1>{title}</h1>\n<p><code>{full}</code></p>\n<p class=\"lead\">{description}</p>\n\
         <dl>\n<dt>Status</dt><dd>{status} {name}</dd>\n<dt>Retry</dt><dd>{retry}</dd>\n\
         <dt>Sent by</dt><dd>{raised}</dd>\n</dl>\n\
         <h2 id=\"example\">The answer</h2>\n<pre tabindex=\"0\"><code>{example}</code></pre>\n",
        title = escape(article.title),
        full = article.full_code(),
        description = escape(article.description),
        status = code.status(),
        name = code.title(),
        retry = article.retry(),
        raised = raised(&article.raised_by()),
        example = escape(&article.example(url)),
    );
    main.push_str(&render(article.body));
    let head = format!(
        "<link rel=\"alternate\" type=\"text/markdown\" href=\"{}{INDEX}{}.md\">\n",
        prefix(url),
        code.path()
    );
    let title = format!("{specific}: {}", article.title);
    document(url, &title, article.description, &head, &main)
}

fn raised(by: &RaisedBy) -> String {
    match by {
        RaisedBy::Every => "every operation".to_owned(),
        RaisedBy::These(names) if names.is_empty() => "the server itself".to_owned(),
        RaisedBy::These(names) => {
            names.iter().map(|name| format!("<code>{name}</code>")).collect::<Vec<_>>().join(" ")
        }
    }
}

/// The list of all codes.
pub(super) fn index(url: &str) -> String {
    let main = format!(
        "<h1>Error codes</h1>\n<p class=\"lead\">The member <code>type</code> of an error leads to \
         its page here.</p>\n{}",
        table(url)
    );
    document(url, "Error codes", "Every code that the API answers with.", "", &main)
}

/// There is no page for that code.
pub(super) fn unknown(url: &str, wanted: &str, nearest: &[Code]) -> String {
    let wanted: String = wanted.chars().take(128).collect();
    let mut main = format!(
        "<h1>There is no such code</h1>\n<p class=\"lead\">No error of this server is called \
         <code>{}</code>.</p>\n",
        escape(&wanted)
    );
    if !nearest.is_empty() {
        main.push_str("<p>Did you mean one of these?</p>\n<ul>\n");
        for code in nearest {
            let _ = writeln!(main, "<li>{}</li>", link(url, *code));
        }
        main.push_str("</ul>\n");
    }
    let _ = write!(main, "<h2>All codes</h2>\n{}", table(url));
    document(url, "There is no such code", "No error of this server has that code.", "", &main)
}

/// What somebody sees who opens the server in a browser.
pub(super) fn front(url: &str) -> String {
    let prefix = prefix(url);
    let main = format!(
        "<h1>Keyway</h1>\n<p class=\"lead\">This server issues and verifies API keys.</p>\n<ul>\n\
         <li><a href=\"{prefix}{INDEX}\">Error codes</a>: what each means and how to fix it</li>\n\
         <li><a href=\"{prefix}/openapi.json\">OpenAPI document</a>: every operation with its \
         request, its answer and the permission that it needs</li>\n\
         <li><a href=\"{prefix}/v2/liveness\">Liveness</a> and <a href=\"{prefix}/health/ready\">\
         readiness</a>, for whoever watches over it</li>\n</ul>\n\
         <p>Operations are called like this:</p>\n<pre tabindex=\"0\"><code>{}</code></pre>\n",
        escape(&format!(
            "curl -X POST {url}/v2/rootKeys.whoami \\\n  -H \"Authorization: Bearer \
             $KEYWAY_ROOT_KEY\" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{{}}'"
        ))
    );
    document(url, "Keyway", "A server that issues and verifies API keys.", "", &main)
}

fn table(url: &str) -> String {
    let mut codes = Code::ALL;
    codes.sort_by_key(|code| (code.status(), code.path()));
    let mut table = "<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr><th>Status</th>\
                     <th>Code</th><th>Meaning</th><th>Retry</th></tr></thead>\n<tbody>\n"
        .to_owned();
    for code in codes {
        let _ = writeln!(
            table,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            code.status(),
            link(url, code),
            escape(Article::of(code).title),
            retry(code).split([';', ',']).next().unwrap_or_default(),
        );
    }
    table.push_str("</tbody>\n</table></div>\n");
    table
}

fn link(url: &str, code: Code) -> String {
    let (prefix, path) = (prefix(url), code.path());
    format!(
        "<a href=\"{prefix}{INDEX}{path}\" title=\"{}\"><code>{path}</code></a>",
        full_code(code)
    )
}

fn document(url: &str, title: &str, description: &str, head: &str, main: &str) -> String {
    let prefix = prefix(url);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{} · Keyway</title>\n<meta name=\"description\" content=\"{}\">\n\
         <link rel=\"stylesheet\" href=\"{prefix}{STYLE}\">\n{head}</head>\n<body>\n\
         <a class=\"skip\" href=\"#content\">Skip to the content</a>\n\
         <header><a href=\"{prefix}/\">Keyway</a> <a href=\"{prefix}{INDEX}\">Error codes</a></header>\n\
         <main id=\"content\">\n{main}</main>\n\
         <footer>Keyway {}</footer>\n</body>\n</html>\n",
        escape(title),
        escape(description),
        env!("CARGO_PKG_VERSION"),
    )
}

/// The path below which a proxy shows this server; empty as a rule.
fn prefix(url: &str) -> &str {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    host.find('/').map_or("", |at| &host[at..])
}

/// Markdown as HTML. Headings get ids, wide things scroll by themselves.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other events pass unchanged")]
fn render(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES;
    let mut events: Vec<Event<'_>> = Parser::new_ext(markdown, options).collect();
    let ids: Vec<(usize, String)> = events
        .iter()
        .enumerate()
        .filter(|(_, event)| matches!(event, Event::Start(Tag::Heading { .. })))
        .map(|(at, _)| (at, slug(&events[at + 1..])))
        .collect();
    for (at, slug) in ids {
        if let Event::Start(Tag::Heading { id, .. }) = &mut events[at] {
            *id = Some(CowStr::from(slug));
        }
    }
    let events = events.into_iter().flat_map(|event| match event {
        Event::Start(Tag::Table(columns)) => {
            let open = Event::Html("<div class=\"wide\" tabindex=\"0\">".into());
            vec![open, Event::Start(Tag::Table(columns))]
        }
        Event::End(TagEnd::Table) => {
            vec![Event::End(TagEnd::Table), Event::Html("</div>\n".into())]
        }
        other => vec![other],
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    html.replace("<pre>", "<pre tabindex=\"0\">")
}

/// What a heading is called in a URL, from the text up to its end.
#[expect(clippy::wildcard_enum_match_arm, reason = "only text makes up the name")]
fn slug(events: &[Event<'_>]) -> String {
    let mut slug = String::new();
    for event in events {
        match event {
            Event::Text(text) | Event::Code(text) => {
                for character in text.chars() {
                    if character.is_ascii_alphanumeric() {
                        slug.push(character.to_ascii_lowercase());
                    } else if !slug.ends_with('-') && !slug.is_empty() {
                        slug.push('-');
                    }
                }
            }
            Event::End(TagEnd::Heading(_)) => break,
            _ => {}
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// Text as it may stand in HTML, also in an attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_can_be_linked_to() {
        let html = render("## How to *fix* `it`\n\ntext");
        assert!(html.starts_with("<h2 id=\"how-to-fix-it\">"), "{html}");
    }

    #[test]
    fn a_prefix_of_the_public_url_stays_in_links() {
        assert_eq!(prefix("https://a.test/keys"), "/keys");
        assert_eq!(prefix("https://a.test:80"), "");
    }
}
