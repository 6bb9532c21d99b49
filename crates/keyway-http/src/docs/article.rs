//! What there is to say about one error code: the page as it was written, and what the tables of
//! this program add to it.

use std::fmt::Write as _;

use keyway_core::permission::Action;
use keyway_ops::problem::{Code, FieldError, Problem, Retry};
use keyway_ops::registry::Operation;
use serde_json::{Value, json};

use super::INDEX;
use crate::{credentials, envelope, openapi, service};

/// The pages by the path of their code.
const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// A page about a code.
pub(crate) struct Article {
    pub(crate) code: Code,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) body: &'static str,
}

/// The operations that can answer with a code.
pub(crate) enum RaisedBy {
    Every,
    These(Vec<&'static str>),
}

impl Article {
    /// The page of a code. A test sees to it that each has one.
    pub(crate) fn of(code: Code) -> Self {
        let text = PAGES.iter().find(|(path, _)| *path == code.path()).map_or("", |(_, text)| text);
        let (front, body) = text
            .strip_prefix("---\n")
            .and_then(|rest| rest.split_once("\n---\n"))
            .unwrap_or(("", text));
        let member = |name: &str| {
            front
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
                .map(str::trim)
        };
        Self {
            code,
            title: member("title").unwrap_or_else(|| code.title()),
            description: member("description").unwrap_or_default(),
            body: body.trim(),
        }
    }

    /// The code in its long form.
    pub(crate) fn full_code(&self) -> String {
        full_code(self.code)
    }

    /// Whether sending the request again may help.
    pub(crate) fn retry(&self) -> &'static str {
        retry(self.code)
    }

    /// Who answers with this code.
    pub(crate) fn raised_by(&self) -> RaisedBy {
        if openapi::COMMON.contains(&self.code) {
            return RaisedBy::Every;
        }
        let all: &[Operation] = service::registry().all();
        RaisedBy::These(
            all.iter().filter(|one| one.codes.contains(&self.code)).map(|one| one.name).collect(),
        )
    }

    /// An answer with this code as this server sends it: the headers that matter, and the body.
    pub(crate) fn example(&self, public_url: &str) -> String {
        let problem = self.problem();
        let media_type = if self.code.status() == 429 { "problem+json" } else { "json" };
        let mut text = format!(
            "HTTP/1.1 {} {}\nContent-Type: application/{media_type}\n",
            self.code.status(),
            reason(self.code.status()),
        );
        if let Some(value) = envelope::challenge(&problem) {
            let _ = writeln!(text, "WWW-Authenticate: {value}");
        }
        if let Some(seconds) = problem.retry_after {
            let _ = writeln!(text, "Retry-After: {seconds}");
        }
        text.push('\n');
        text.push_str(&envelope::example(public_url, &problem));
        text
    }

    /// A problem of this code that can really happen.
    #[expect(clippy::wildcard_enum_match_arm, reason = "most codes need no case of their own")]
    fn problem(&self) -> Problem {
        match self.code {
            Code::MissingCredentials => credentials::missing(),
            Code::MalformedCredentials => credentials::malformed(),
            Code::InsufficientPermissions => Problem::lacks(Action::CreateKey.on("api_x")),
            Code::InvalidInput => Problem::invalid(vec![
                FieldError {
                    location: "body.apiId".to_owned(),
                    message: "is required".to_owned(),
                    fix: Some("Add it to the request.".to_owned()),
                },
                FieldError {
                    location: "body.name".to_owned(),
                    message: "must have at most 255 characters".to_owned(),
                    fix: Some("Send a shorter text.".to_owned()),
                },
            ]),
            Code::ApiNotFound
            | Code::KeyNotFound
            | Code::IdentityNotFound
            | Code::RoleNotFound
            | Code::PermissionNotFound
            | Code::WorkspaceNotFound => Problem::absent(self.code),
            code => {
                let mut problem = Problem::new(code, self.description);
                if code.retry() == Retry::Later {
                    problem.retry_after = Some(if code.status() == 429 { 12 } else { 1 });
                }
                problem
            }
        }
    }

    /// The page as markdown, complete in itself.
    pub(crate) fn markdown(&self, public_url: &str) -> String {
        let raised = match self.raised_by() {
            RaisedBy::Every => "every operation".to_owned(),
            RaisedBy::These(names) if names.is_empty() => "the server itself".to_owned(),
            RaisedBy::These(names) => names.join(", "),
        };
        format!(
            "# {}\n\n`{}`\n\n{}\n\n- Status: {} {}\n- Retry: {}\n- Sent by: {raised}\n\n```http\n{}\n```\n\n{}\n",
            self.title,
            self.full_code(),
            self.description,
            self.code.status(),
            self.code.title(),
            self.retry(),
            self.example(public_url),
            self.body.replace("](../../", &format!("]({public_url}{INDEX}")),
        )
    }

    /// The page for programs.
    pub(crate) fn json(&self, public_url: &str) -> Value {
        json!({
            "code": self.full_code(),
            "type": format!("{public_url}{INDEX}{}", self.code.path()),
            "status": self.code.status(),
            "title": self.code.title(),
            "summary": self.description,
            "causes": self.paragraphs("What happened"),
            "fixes": self.items("How to fix", |line| {
                let (number, text) = line.split_once(". ")?;
                number.parse::<u32>().ok().map(|_| text)
            }),
            "mistakes": self.items("Common mistakes", |line| line.strip_prefix("- ")),
            "retry": match self.code.retry() {
                Retry::Never => "never",
                Retry::Later => "later",
                Retry::Once => "once",
            },
            "since": "0.1.0",
            "related": self.links().map(|link| link.trim_start_matches("../")).collect::<Vec<_>>(),
        })
    }

    /// The targets of the links in the list of related codes.
    pub(crate) fn links(&self) -> impl Iterator<Item = &'static str> {
        let related = self.section("Related");
        related.split("](").skip(1).filter_map(|rest| rest.split(')').next())
    }

    fn section(&self, heading: &str) -> &'static str {
        let mut sections = self.body.split("## ").filter(|section| !section.starts_with('#'));
        sections.find_map(|section| section.strip_prefix(heading)).unwrap_or_default().trim()
    }

    fn items(
        &self,
        heading: &str,
        item: impl Fn(&'static str) -> Option<&'static str>,
    ) -> Vec<&str> {
        self.section(heading).lines().filter_map(item).collect()
    }

    fn paragraphs(&self, heading: &str) -> Vec<String> {
        let mut fenced = false;
        self.section(heading)
            .split("\n\n")
            .filter(|block| {
                let outside = !fenced;
                fenced ^= block.matches("```").count() % 2 == 1;
                outside && !block.contains("```") && !block.starts_with(['|', '#', '-'])
            })
            .map(|block| block.replace('\n', " "))
            .collect()
    }
}

/// `err:system:category:specific`.
pub(crate) fn full_code(code: Code) -> String {
    format!("err:{}", code.path().replace('/', ":"))
}

/// Whether sending a request again may help.
pub(crate) fn retry(code: Code) -> &'static str {
    match code.retry() {
        Retry::Never => "no; the request or the state has to change first",
        Retry::Later => "yes, after waiting as long as Retry-After says",
        Retry::Once => "yes, with growing pauses",
    }
}

fn reason(status: u16) -> &'static str {
    hyper::StatusCode::from_u16(status).ok().and_then(|one| one.canonical_reason()).unwrap_or("")
}
