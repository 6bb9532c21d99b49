//! Exit codes, and how a failure is told: what happened, why, and what to do about it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::client::Reply;

/// What a command returns: the exit code of a command that ran, or why it could not.
pub type Outcome = Result<Exit, Failure>;

/// The exit codes. They are part of the contract with scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, or checked and the answer is yes.
    Done = 0,
    /// Failed for a reason that has no code of its own.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The configuration or a local file is wrong.
    Config = 3,
    /// The root key is missing or unknown.
    Unauthenticated = 4,
    /// The root key lacks a permission.
    Forbidden = 5,
    /// There is no such thing.
    NotFound = 6,
    /// The state of the thing does not allow it.
    Conflict = 7,
    /// Still rate limited after the retries.
    RateLimited = 8,
    /// The server or the network is not available.
    Unavailable = 9,
    /// Checked and the answer is no.
    No = 10,
    /// Some items were done and some failed.
    Partly = 11,
    /// The server rejected the request as invalid.
    Invalid = 14,
    /// Ended by Ctrl-C.
    Interrupted = 130,
    /// Ended by SIGTERM.
    Terminated = 143,
}

impl Exit {
    /// Every code with its meaning, as `keyway help exit-codes` prints them.
    pub const ALL: [(Self, &'static str); 15] = [
        (Self::Done, "done; for a check: the answer is yes"),
        (Self::Failed, "failed, and no other code fits"),
        (Self::Usage, "the command line is wrong; nothing was run"),
        (Self::Config, "a configuration file, a variable or another local file is wrong"),
        (Self::Unauthenticated, "no root key, or the server does not know it (401)"),
        (Self::Forbidden, "the root key lacks a permission (403)"),
        (Self::NotFound, "not found, or gone (404, 410)"),
        (Self::Conflict, "conflict, failed precondition or protection (409, 412)"),
        (Self::RateLimited, "rate limited, also after the retries (429)"),
        (Self::Unavailable, "server or network unavailable, or too slow (5xx, 408)"),
        (Self::No, "checked, and the answer is no"),
        (Self::Partly, "partly done: some items failed"),
        (Self::Invalid, "the server rejected the request as invalid (400, 413, 422)"),
        (Self::Interrupted, "ended by Ctrl-C"),
        (Self::Terminated, "ended by SIGTERM"),
    ];

    /// The code for an HTTP status that is not a success.
    pub fn of_status(status: u16) -> Self {
        match status {
            400 | 413 | 415 | 422 => Self::Invalid,
            401 => Self::Unauthenticated,
            403 => Self::Forbidden,
            404 | 410 => Self::NotFound,
            409 | 412 => Self::Conflict,
            408 | 500..=599 => Self::Unavailable,
            429 => Self::RateLimited,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub struct Failure(Box<Facts>);

#[derive(Debug)]
struct Facts {
    exit: Exit,
    what: String,
    causes: Vec<String>,
    missing: Vec<String>,
    fixes: Vec<String>,
    docs: Option<String>,
    request_id: Option<String>,
    envelope: Option<Value>,
}

impl Failure {
    /// A failure that ends with `exit`; `what` is a whole sentence.
    pub fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self(Box::new(Facts {
            exit,
            what: what.into(),
            causes: Vec::new(),
            missing: Vec::new(),
            fixes: Vec::new(),
            docs: None,
            request_id: None,
            envelope: None,
        }))
    }

    /// A wrong command line.
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// The failure that an answer of the server describes.
    pub fn of_reply(reply: &Reply) -> Self {
        let exit = Exit::of_status(reply.status);
        let envelope: Option<Value> = serde_json::from_slice(&reply.body).ok();
        let text =
            |pointer: &str| envelope.as_ref()?.pointer(pointer)?.as_str().map(ToOwned::to_owned);
        let Some(detail) = text("/error/detail") else {
            return Self::new(
                exit,
                format!("The server answered {} in a form that Keyway does not use.", reply.status),
            )
            .fix("check that --url points at a Keyway server and not at a proxy or another site");
        };
        let mut failure = Self::new(exit, detail);
        failure.0.missing = reply.header("www-authenticate").map(scope).unwrap_or_default();
        failure.0.docs = text("/error/type");
        failure.0.request_id = text("/meta/requestId");
        for fault in envelope
            .as_ref()
            .and_then(|body| body.pointer("/error/errors"))
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let member = |name: &str| fault.get(name).and_then(Value::as_str);
            if let Some(message) = member("message") {
                let place = member("location").unwrap_or("request");
                failure.0.causes.push(format!("{place}: {message}"));
            }
            failure.0.fixes.extend(member("fix").map(ToOwned::to_owned));
        }
        failure.0.envelope = envelope;
        failure
    }

    /// Adds why it happened.
    #[must_use]
    pub fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.0.causes.push(format!("{cause}"));
        self
    }

    /// Adds something that helps.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.0.fixes.push(fix.into());
        self
    }

    /// The code that the process ends with.
    pub fn exit(&self) -> Exit {
        self.0.exit
    }

    /// What happened, as a sentence.
    pub fn what(&self) -> &str {
        &self.0.what
    }

    /// Whether the server gave this error code, written as the end of its page's path.
    pub fn is(&self, code: &str) -> bool {
        self.0.docs.as_deref().is_some_and(|docs| docs.ends_with(code))
    }

    /// The permissions of which one would have sufficed.
    pub fn missing(&self) -> &[String] {
        &self.0.missing
    }

    /// For people: one labelled line per fact.
    pub fn text(&self) -> String {
        let mut text = format!("error: {}\n", self.0.what);
        let mut line = |label: &str, value: &str| {
            let _ = writeln!(text, "{label}: {value}");
        };
        for cause in &self.0.causes {
            line("cause", cause);
        }
        if !self.0.missing.is_empty() {
            line("missing", &self.0.missing.join(" or "));
        }
        for fix in &self.0.fixes {
            line("fix", fix);
        }
        if let Some(docs) = &self.0.docs {
            line("docs", docs);
        }
        if let Some(id) = &self.0.request_id {
            line("request id", id);
        }
        text
    }

    /// For programs: the envelope of the server, or one in its form for a local failure.
    pub fn json(&self) -> Value {
        self.0.envelope.clone().unwrap_or_else(|| {
            json!({ "meta": {}, "error": {
                "title": "Command failed",
                "detail": self.0.what,
                "status": 0,
                "exitCode": self.0.exit as u8,
                "causes": self.0.causes,
                "fixes": self.0.fixes,
            } })
        })
    }
}

/// The permissions of an RFC 6750 challenge.
fn scope(challenge: &str) -> Vec<String> {
    let Some((_, rest)) = challenge.split_once("scope=\"") else { return Vec::new() };
    let scope = rest.split('"').next().unwrap_or_default();
    scope.split_whitespace().map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> Reply {
        Reply {
            status: 403,
            headers: vec![(
                "www-authenticate".into(),
                "Bearer error=\"insufficient_scope\", scope=\"api.*.x api.api_1.x\"".into(),
            )],
            body: json!({
                "meta": { "requestId": "req_1" },
                "error": { "title": "Forbidden", "detail": "No.", "status": 403, "type": "http://h/e" }
            })
            .to_string()
            .into_bytes(),
        }
    }

    #[test]
    fn a_refusal_names_the_permissions_that_would_have_sufficed() {
        let failure = Failure::of_reply(&refused());
        assert_eq!(failure.exit(), Exit::Forbidden);
        assert_eq!(
            failure.text(),
            "error: No.\nmissing: api.*.x or api.api_1.x\ndocs: http://h/e\nrequest id: req_1\n"
        );
    }

    #[test]
    fn every_status_has_the_code_of_the_contract() {
        let codes = [
            (400, 14),
            (401, 4),
            (403, 5),
            (404, 6),
            (409, 7),
            (410, 6),
            (412, 7),
            (413, 14),
            (422, 14),
            (429, 8),
            (500, 9),
            (503, 9),
        ];
        for (status, code) in codes {
            assert_eq!(Exit::of_status(status) as u8, code, "{status}");
        }
    }

    #[test]
    fn an_answer_that_is_no_envelope_is_told_as_such() {
        let reply = Reply { status: 502, headers: Vec::new(), body: b"<html>".to_vec() };
        let failure = Failure::of_reply(&reply);
        assert_eq!(failure.exit(), Exit::Unavailable);
        assert!(failure.text().contains("answered 502"));
    }
}
