//! Requests to a server: one per operation, repeated only where repeating does no harm.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::Read as _;
use std::time::Duration;

use serde_json::Value;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::typestate::WithBody;

use super::connection::{Connection, no_root_key};
use super::exit::{Exit, Failure};
use super::output::note;

/// An answer is read up to this size.
const LARGEST_ANSWER: u64 = 256 * 1024 * 1024;
/// Longer than this no `Retry-After` is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
const ATTEMPTS: u32 = 4;
const SECRET_MEMBERS: [&str; 5] = ["key", "rootKey", "plaintext", "password", "secret"];

/// An answer as received.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    fn read(mut response: ureq::http::Response<ureq::Body>) -> Result<Self, ureq::Error> {
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(LARGEST_ANSWER).read_to_vec()?;
        Ok(Self { status, headers, body })
    }

    /// The value of a header; its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Speaks with one server.
pub struct Client {
    agent: ureq::Agent,
    connection: Connection,
    verbose: bool,
    bodies: bool,
}

impl Client {
    /// A client that has not connected yet. `verbose` tells request ids, `bodies` whole requests.
    pub fn new(connection: Connection, verbose: bool, bodies: bool) -> Result<Self, Failure> {
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(connection.timeout))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("keyway-cli/", env!("CARGO_PKG_VERSION")));
        if is_loopback(&connection.url) {
            config = config.proxy(None);
        }
        if let Some(path) = &connection.authorities {
            let pem = super::values::read_file(path)?;
            let certificates: Vec<Certificate<'static>> = parse_pem(pem.as_bytes())
                .filter_map(|item| match item {
                    Ok(PemItem::Certificate(certificate)) => Some(certificate),
                    _ => None,
                })
                .collect();
            let roots = RootCerts::Specific(certificates.into());
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        Ok(Self { agent: config.build().new_agent(), connection, verbose, bodies })
    }

    /// The server.
    pub fn url(&self) -> &str {
        &self.connection.url
    }

    /// Calls an operation and returns the envelope of its success.
    pub fn call(&self, operation: &str, body: &Value) -> Result<Value, Failure> {
        let reply = self.send(operation, body)?;
        if !(200..300).contains(&reply.status) {
            return Err(self.refused(&reply));
        }
        serde_json::from_slice(&reply.body).map_err(|err| {
            Failure::new(Exit::Unavailable, "The answer of the server is not JSON.")
                .because(err)
                .fix("check that --url points at a Keyway server")
        })
    }

    /// Calls an operation and returns whatever the server answers.
    pub fn send(&self, operation: &str, body: &Value) -> Result<Reply, Failure> {
        let url = format!("{}/v2/{operation}", self.connection.url);
        if self.bodies {
            note(&format!("> POST {url} {}", masked(body)));
        }
        let mut attempt = 1;
        loop {
            let result = self.once(&url, body);
            let wait = match &result {
                Ok(reply) => retry_after(operation, reply),
                Err(err) => (was_not_sent(err)
                    || is_repeatable(operation) && !matches!(err, ureq::Error::Timeout(_)))
                .then(|| back_off(attempt)),
            };
            match wait {
                Some(wait) if attempt < ATTEMPTS && wait <= LONGEST_WAIT => {
                    if self.verbose || Duration::from_secs(1) <= wait {
                        note(&format!("Trying again in {} ms.", wait.as_millis()));
                    }
                    std::thread::sleep(wait);
                    attempt += 1;
                }
                _ => return result.map_err(|err| self.unreachable(&err)),
            }
        }
    }

    /// Calls an operation that answers with a file, and gives its bytes to `write` as they come.
    /// Only the beginning of the answer has to come in time. Nothing is sent twice.
    pub fn download(
        &self,
        operation: &str,
        body: &Value,
        mut write: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let url = format!("{}/v2/{operation}", self.connection.url);
        let request = self
            .request(&url)
            .config()
            .timeout_global(None)
            .timeout_recv_response(Some(self.connection.timeout))
            .build();
        let sent = request.send(body.to_string().as_bytes());
        let mut response = sent.map_err(|err| self.unreachable(&err))?;
        if !response.status().is_success() {
            let reply = Reply::read(response).map_err(|err| self.unreachable(&err))?;
            return Err(self.refused(&reply));
        }
        let mut reader = response.body_mut().as_reader();
        let mut piece = vec![0; 64 * 1024];
        loop {
            match reader.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(length) => write(&piece[..length])?,
                Err(err) => {
                    let what = "The file broke off before its end.";
                    return Err(Failure::new(Exit::Unavailable, what)
                        .because(err)
                        .fix("try again; the server's log says what happened"));
                }
            }
        }
    }

    /// The failure that an answer stands for.
    pub fn refused(&self, reply: &Reply) -> Failure {
        let failure = Failure::of_reply(reply);
        match (failure.exit(), &self.connection.root_key) {
            (Exit::Unauthenticated, Some(key)) => failure.fix(format!(
                "the root key came from {}; check that it belongs to {}",
                key.source, self.connection.url
            )),
            _ => failure,
        }
    }

    fn once(&self, url: &str, body: &Value) -> Result<Reply, ureq::Error> {
        let response = self.request(url).send(body.to_string().as_bytes())?;
        let reply = Reply::read(response)?;
        self.tell(&reply);
        Ok(reply)
    }

    fn request(&self, url: &str) -> ureq::RequestBuilder<WithBody> {
        let request = self
            .agent
            .post(url)
            .header("content-type", "application/json")
            .header("accept", "application/json");
        match &self.connection.root_key {
            Some(key) => request.header("authorization", format!("Bearer {}", key.secret)),
            None => request,
        }
    }

    fn tell(&self, reply: &Reply) {
        if !self.verbose && !self.bodies {
            return;
        }
        let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        if self.bodies {
            note(&format!("< {} {}", reply.status, masked(&body)));
        }
        if let Some(id) = body.pointer("/meta/requestId").and_then(Value::as_str) {
            note(&format!("request id: {id}"));
        }
    }

    fn unreachable(&self, err: &ureq::Error) -> Failure {
        let url = &self.connection.url;
        if matches!(err, ureq::Error::Timeout(_)) {
            let seconds = self.connection.timeout.as_secs_f64();
            return Failure::new(
                Exit::Unavailable,
                format!("{url} did not answer within {seconds} seconds."),
            )
            .because(err)
            .fix("try again, or wait longer with --timeout 60s");
        }
        Failure::new(Exit::Unavailable, format!("{url} cannot be reached."))
            .because(err)
            .fix("start a server with `keyway serve`, or name another one with --url or KEYWAY_URL")
    }

    /// Fails early, with the ways to give one, if there is no root key.
    pub fn require_root_key(&self) -> Result<(), Failure> {
        if self.connection.root_key.is_some() { Ok(()) } else { Err(no_root_key()) }
    }
}

/// Whether doing it twice is the same as doing it once.
fn is_repeatable(operation: &str) -> bool {
    let verb = operation.rsplit('.').next().unwrap_or_default();
    verb != "updateCredits"
        && ["get", "list", "whoami", "explain", "update", "set"]
            .iter()
            .any(|prefix| verb.starts_with(prefix))
}

/// How long to wait before a refused request is sent again, if it may be.
///
/// A 429 was refused before anything happened. A 503 may have come from anywhere on the way.
fn retry_after(operation: &str, reply: &Reply) -> Option<Duration> {
    let refused = reply.status == 429 || reply.status == 503 && is_repeatable(operation);
    let seconds = reply.header("retry-after")?.parse().ok()?;
    refused.then(|| Duration::from_secs(seconds))
}

/// Whether the request certainly did not reach the server.
fn was_not_sent(err: &ureq::Error) -> bool {
    if let ureq::Error::Io(err) = err {
        return err.kind() == std::io::ErrorKind::ConnectionRefused;
    }
    matches!(err, ureq::Error::HostNotFound | ureq::Error::ConnectionFailed)
}

/// 100, 200, 400 ms, each up to a half longer so that clients do not return together.
fn back_off(attempt: u32) -> Duration {
    let base = 100_u64 << (attempt - 1);
    let jitter = RandomState::new().build_hasher().finish() % (base / 2);
    Duration::from_millis(base + jitter)
}

fn is_loopback(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    ["127.", "localhost", "[::1]"].iter().any(|prefix| host.starts_with(prefix))
}

/// A body without the secrets in it.
fn masked(body: &Value) -> Value {
    match body {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let value = if SECRET_MEMBERS.contains(&name.as_str()) && value.is_string() {
                    Value::from("***")
                } else {
                    masked(value)
                };
                (name.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(masked).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => body.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_create_and_a_spend_are_never_repeated() {
        for operation in
            ["keys.createKey", "keys.verifyKey", "keys.updateCredits", "rootKeys.rerollKey"]
        {
            assert!(!is_repeatable(operation), "{operation}");
        }
        for operation in ["keys.getKey", "apis.listApis", "apis.updateApi", "rootKeys.whoami"] {
            assert!(is_repeatable(operation), "{operation}");
        }
    }

    #[test]
    fn a_refusal_that_names_a_time_is_waited_for() {
        let reply = |status| Reply {
            status,
            headers: vec![("retry-after".into(), "2".into())],
            body: Vec::new(),
        };
        let two = Some(Duration::from_secs(2));
        assert_eq!(retry_after("keys.createKey", &reply(429)), two);
        assert_eq!(retry_after("keys.createKey", &reply(503)), None);
        assert_eq!(retry_after("keys.getKey", &reply(503)), two);
        assert_eq!(retry_after("keys.getKey", &reply(500)), None);
    }

    #[test]
    fn secrets_are_masked_at_every_depth() {
        let body = json!({ "key": "s", "data": [{ "rootKey": "s", "name": "n", "keyId": "k" }] });
        let expected =
            json!({ "key": "***", "data": [{ "rootKey": "***", "name": "n", "keyId": "k" }] });
        assert_eq!(masked(&body), expected);
    }
}
