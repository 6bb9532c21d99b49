//! The built program from the outside: a server of its own, the commands against it, exit codes,
//! what goes to which stream, and that no secret leaves where it must not.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends where its surroundings are not what they must be"
)]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

const ROOT_KEY: &str = "unkey_CANARYroot0123456789ABCDEFGHJKLMN";
const NOUNS: [&str; 13] = [
    "workspace",
    "root-key",
    "api",
    "key",
    "role",
    "permission",
    "identity",
    "ratelimit",
    "migration",
    "audit",
    "vault",
    "master-key",
    "bench",
];

/// What a command left behind.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ran {
    #[track_caller]
    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    fn text(&self) -> &str {
        self.stdout.trim_end()
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|err| panic!("{err}: {}", self.stdout))
    }
}

/// A directory as home, without any variable of the surroundings.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyway"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.0.path())
            .env("XDG_CONFIG_HOME", self.0.path())
            .current_dir(self.0.path())
            .args(args);
        command
    }

    fn run(&self, args: &[&str], variables: &[(&str, &str)], input: &str) -> Ran {
        let mut child = self
            .command(args)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that never reads its input closes it early, which is no failure of the test.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}

/// A running `keyway serve` with its own data directory.
struct Server {
    home: Home,
    child: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        Self::start_with(&[])
    }

    fn start_with(variables: &[(&str, &str)]) -> Self {
        let home = Home::new();
        let (child, url) = Self::spawn(&home, variables);
        Self { home, child, url }
    }

    /// Stops the server and starts it again on the same data.
    fn restart_with(&mut self, variables: &[(&str, &str)]) {
        self.stop();
        (self.child, self.url) = Self::spawn(&self.home, variables);
    }

    fn spawn(home: &Home, variables: &[(&str, &str)]) -> (Child, String) {
        let mut child = home
            .command(&["serve", "--listen", "127.0.0.1:0", "--data-dir", "data"])
            .env("KEYWAY_BOOTSTRAP_ROOT_KEY", ROOT_KEY)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, receiver) = mpsc::channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            let mut log = String::new();
            for line in stderr.lines().map_while(Result::ok) {
                let url = line.split_once("listening on http://").map(|(_, rest)| {
                    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ':'));
                    format!("http://{}", &rest[..end.unwrap_or(rest.len())])
                });
                let _ = writeln!(log, "{line}");
                if let Some(url) = url {
                    let _ = sender.send(Ok(url));
                }
            }
            let _ = sender.send(Err(log));
        });
        let url = receiver
            .recv_timeout(Duration::from_secs(30))
            .expect("the server starts within 30 s")
            .unwrap_or_else(|log| panic!("the server ended: {log}"));
        (child, url)
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.with_input(args, "")
    }

    fn with_input(&self, args: &[&str], input: &str) -> Ran {
        self.with_key(args, ROOT_KEY, input)
    }

    fn with_key(&self, args: &[&str], root_key: &str, input: &str) -> Ran {
        let variables = [("KEYWAY_URL", self.url.as_str()), ("KEYWAY_ROOT_KEY", root_key)];
        self.home.run(args, &variables, input)
    }

    /// Runs a command that must succeed, and returns what it printed.
    #[track_caller]
    fn ok(&self, args: &[&str]) -> String {
        self.run(args).expect(0).text().to_owned()
    }

    /// Ends the server as a service manager does, and returns its exit code.
    fn stop(&mut self) -> Option<i32> {
        if let Ok(Some(status)) = self.child.try_wait() {
            return status.code();
        }
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server that gives the same answer to every request and counts them.
struct Canned {
    url: String,
    requests: Arc<AtomicUsize>,
}

impl Canned {
    fn new(answers: impl Fn(usize) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = answers(seen.fetch_add(1, Ordering::SeqCst));
                read_request(&stream);
                let _ = (&stream).write_all(answer.as_bytes());
            }
        });
        Self { url, requests }
    }

    fn run(&self, args: &[&str]) -> Ran {
        let variables = [("KEYWAY_URL", self.url.as_str()), ("KEYWAY_ROOT_KEY", ROOT_KEY)];
        Home::new().run(args, &variables, "")
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn read_request(stream: &TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|read| 2 < read) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let _ = reader.read_exact(&mut vec![0; length]);
}

fn answer(status: u16, headers: &str, body: &Value) -> String {
    let body = body.to_string();
    format!(
        "HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\nConnection: close\r\n\
         Content-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

fn problem(status: u16) -> Value {
    json!({
        "meta": { "requestId": "req_canned" },
        "error": { "title": "T", "detail": "D.", "status": status, "type": "http://h/docs/x" }
    })
}

#[test]
fn the_examples_of_the_documentation_work() {
    let server = Server::start();
    let quick = server.ok(&["quickstart", "--sdk", "ts"]);
    assert!(quick.contains("VALID") && quick.contains("serverURL"), "{quick}");

    let api = server.ok(&["api", "create", "--name", "payments", "-q"]);
    assert!(api.starts_with("api_"), "{api}");
    server.ok(&["role", "create", "--name", "editor", "--permission", "documents.read", "-q"]);
    let key = server.ok(&[
        "key",
        "create",
        "--api",
        &api,
        "--external-id",
        "user_42",
        "--role",
        "editor",
        "--limit",
        "requests=100/60s,auto",
        "--credits",
        "1000/monthly:1",
        "-q",
    ]);
    assert_eq!(key.lines().count(), 1);

    let verified = server.with_input(
        &["key", "verify", "-", "--permissions", "documents.read"],
        &format!("{key}\n"),
    );
    assert!(verified.expect(0).stdout.contains("VALID"));
    let refused =
        server.with_input(&["key", "verify", "-", "--permissions", "documents.write"], &key);
    assert!(refused.expect(10).stdout.contains("INSUFFICIENT_PERMISSIONS"));

    let created = server.run(&[
        "root-key",
        "create",
        "--name",
        "ci",
        "--preset",
        "verify",
        "--api",
        &api,
        "--expires",
        "+90d",
        "-q",
    ]);
    let verifier = created.expect(0).text().to_owned();
    assert!(verifier.starts_with("unkey_"));
    let ended = server.ok(&["key", "create", "--api", &api, "--expires", "-1h", "-o", "json"]);
    let ended: Value = serde_json::from_str(&ended).unwrap();
    let expired = server.ok(&["key", "list", "--api", &api, "--status", "expired", "-o", "jsonl"]);
    let expired: Vec<Value> =
        expired.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(expired.len(), 1);
    assert_eq!(expired[0]["keyId"], ended["data"]["keyId"]);
    let ids = format!("{}\n", expired[0]["keyId"].as_str().unwrap());
    let bulk = ["key", "bulk", "--ids-file", "-", "--set", "delete", "--dry-run"];
    let would = server.with_input(&bulk, &ids).expect(0);
    assert!(would.stdout.starts_with("1 keys would be changed"), "{}", would.stdout);
    assert_eq!(server.ok(&["root-key", "can", "keys.createKey", &api]), "yes");
    let can =
        server.with_key(&["root-key", "can", "keys.createKey", &api], &verifier, "").expect(10);
    assert!(can.stdout.starts_with("no\n"), "{}", can.stdout);
    assert!(can.stdout.contains(&format!("--add 'api.{api}.create_key'")), "{}", can.stdout);

    let cleaned = server.run(&["quickstart", "--clean", "--dry-run"]).expect(0);
    assert!(cleaned.stdout.contains("would be deleted"));
    server.run(&["quickstart", "--clean"]).expect(2);
    server.run(&["quickstart", "--clean", "--yes"]).expect(0);
    assert!(!server.ok(&["api", "list", "-o", "id"]).contains('\n'));
}

#[test]
fn every_answer_has_its_exit_code_and_tells_what_to_do() {
    let server = Server::start();
    let api = server.ok(&["api", "create", "--name", "payments", "-q"]);

    let invalid = server.run(&["api", "create", "--name", "x"]).expect(14);
    assert!(invalid.stdout.is_empty());
    assert!(invalid.stderr.contains("cause: body.name:"), "{}", invalid.stderr);
    assert!(invalid.stderr.contains("docs: http"), "{}", invalid.stderr);
    assert!(invalid.stderr.contains("request id: req_"), "{}", invalid.stderr);

    let unknown = server.with_key(&["api", "list"], "unkey_unknown", "").expect(4);
    assert!(unknown.stderr.contains("KEYWAY_ROOT_KEY"), "{}", unknown.stderr);
    let variables = [("KEYWAY_URL", server.url.as_str())];
    server.home.run(&["api", "list"], &variables, "").expect(4);

    let reader = server.ok(&["root-key", "create", "--preset", "read-only", "-q"]);
    let refused = server.with_key(&["key", "create", "--api", &api], &reader, "").expect(5);
    let id: String =
        server.with_key(&["root-key", "whoami", "--jq", ".data.keyId"], &reader, "").stdout;
    let grant = format!("keyway root-key update {} --add 'api.{api}.create_key'", id.trim_end());
    assert!(refused.stderr.contains(&grant), "{}", refused.stderr);
    assert!(refused.stderr.contains("missing: api.*.create_key"), "{}", refused.stderr);

    server.run(&["api", "get", "api_doesnotexist"]).expect(6);
    let role = r#"{"name":"editor"}"#;
    server.run(&["call", "permissions.createRole", "-d", role]).expect(0);
    server.run(&["call", "permissions.createRole", "-d", role]).expect(7);
    server.run(&["api", "update", &api, "--delete-protection", "on"]).expect(0);
    server.run(&["api", "delete", &api, "--yes"]).expect(7);

    let envelope = server.run(&["api", "get", "api_doesnotexist", "--json"]).expect(6);
    assert!(envelope.stdout.is_empty());
    assert_eq!(envelope.stderr.lines().count(), 1);
    let error: Value = serde_json::from_str(&envelope.stderr).unwrap();
    assert_eq!(error["error"]["status"], 404);
}

#[test]
fn the_grant_that_a_refusal_names_lets_the_next_request_pass() {
    let server = Server::start();
    let api = server.ok(&["api", "create", "--name", "payments", "-q"]);
    let created =
        server.run(&["root-key", "create", "--role", "read_only", "--json"]).expect(0).json();
    let (id, key) =
        (created["data"]["keyId"].as_str().unwrap(), created["data"]["key"].as_str().unwrap());
    let create = ["key", "create", "--api", &api, "-q"];
    server.with_key(&create, key, "").expect(5);

    let grant = format!("api.{api}.create_key");
    let update = ["root-key", "update", id, "--add", &grant];
    let unasked = server.run(&update).expect(2);
    assert!(unasked.stderr.contains("--yes"), "{}", unasked.stderr);
    let granted = server.run(&[&update[..], &["--yes"]].concat()).expect(0);
    assert!(granted.stderr.contains(&format!("+ permissions {grant}")), "{}", granted.stderr);
    server.with_key(&create, key, "").expect(0);

    let shown = server.run(&["root-key", "get", id, "--json"]).expect(0).json();
    assert!(shown["data"]["permissions"].as_array().unwrap().contains(&json!(grant)));
    server.run(&["root-key", "update", id, "--remove", &grant, "--yes"]).expect(0);
    server.with_key(&create, key, "").expect(5);
    let role = server.run(&["root-key", "update", id, "--remove", "api.*.read_key", "--yes"]);
    assert!(role.expect(2).stderr.contains("role"));
    let none = server.run(&["root-key", "update", id, "--remove", "api.*.delete_key", "--yes"]);
    assert!(none.expect(2).stderr.contains("does not hold"));
    let both = ["--add", "api.*.read_key", "--add", &grant, "--yes"];
    server.run(&[&["root-key", "update", id][..], &both].concat()).expect(0);
    server.run(&["root-key", "update", id, "--remove", &grant, "--yes"]).expect(0);
    let by_name = server.ok(&["root-key", "get", id, "--jq", ".data.directPermissions[]"]);
    assert_eq!(by_name, "api.*.read_key");

    server.run(&["root-key", "disable", id]).expect(0);
    server.with_key(&["root-key", "whoami"], key, "").expect(5);
    server.run(&["root-key", "can", "keys.getKey", &api, "--root-key-id", id]).expect(10);
    server.run(&["root-key", "enable", id]).expect(0);
    let rerolled = server.ok(&["root-key", "reroll", id, "--overlap", "0s", "--yes", "-q"]);
    server.with_key(&["root-key", "whoami"], &rerolled, "").expect(0);
    server.run(&["root-key", "delete", id, "--yes"]).expect(0);
    server.with_key(&["root-key", "whoami"], key, "").expect(4);
}

#[test]
fn a_root_key_of_another_environment_cannot_and_is_told_so() {
    let server = Server::start();
    let production =
        server.ok(&["api", "create", "--name", "live", "--environment", "production", "-q"]);
    let development =
        server.ok(&["api", "create", "--name", "dev", "--environment", "development", "-q"]);
    let key = server.ok(&[
        "root-key",
        "create",
        "--role",
        "issuer",
        "--environment",
        "development",
        "-q",
    ]);

    let can = |api: &str| server.with_key(&["root-key", "can", "keys.createKey", api], &key, "");
    can(&development).expect(0);
    assert!(can(&production).expect(10).stdout.contains("environment"));
    server.with_key(&["key", "create", "--api", &development], &key, "").expect(0);
    let refused = server.with_key(&["key", "create", "--api", &production], &key, "").expect(5);
    assert!(!refused.stderr.contains("missing:"), "{}", refused.stderr);
    can("api_doesnotexist").expect(6);
    let unknown = server.run(&["root-key", "can", "createKey"]).expect(2);
    assert!(unknown.stderr.contains("keys.createKey"), "{}", unknown.stderr);
    let all = server.with_key(&["root-key", "can", "--list", &development, "--json"], &key, "");
    assert!(20 < all.expect(0).json()["data"].as_array().unwrap().len());
}

#[test]
fn a_key_lives_through_all_its_verbs() {
    let server = Server::start();
    let api = server.ok(&["api", "create", "--name", "payments", "--prefix", "pay", "-q"]);
    let created = server.run(&[
        "key",
        "create",
        "--api",
        &api,
        "--name",
        "first",
        "--meta",
        r#"{"plan":"pro"}"#,
        "--credits",
        "5",
        "--permission",
        "a.b",
        "--json",
    ]);
    let created = created.expect(0).json();
    let (id, key) =
        (created["data"]["keyId"].as_str().unwrap(), created["data"]["key"].as_str().unwrap());
    assert!(key.starts_with("pay_"));
    let verify = |args: &[&str]| server.with_input(&[&["key", "verify", "-"], args].concat(), key);

    let cost = verify(&["--cost", "2", "--tag", "path=/v1", "--json"]).expect(0).json();
    assert_eq!(cost["data"]["credits"], 3);
    assert!(verify(&["--cost", "10"]).expect(10).stdout.contains("USAGE_EXCEEDED"));
    assert_eq!(server.ok(&["key", "credits", "add", id, "1k", "--jq", ".data.remaining"]), "1003");
    assert_eq!(server.ok(&["key", "get", id, "--jq", ".data.meta.plan, .data.name"]), "pro\nfirst");
    let whoami = server.with_input(&["key", "whoami", "-", "-o", "id"], key).expect(0);
    assert_eq!(whoami.text(), id);
    let path = server.home.file("key.txt", &format!("{key}\n"));
    assert_eq!(server.ok(&["key", "whoami", "--key-file", &path, "-q"]), id);

    server.run(&["key", "disable", id]).expect(0);
    assert!(verify(&[]).expect(10).stdout.contains("DISABLED"));
    server.run(&["key", "enable", id]).expect(0);
    let updated =
        server.run(&["key", "update", id, "--expires", "-1h", "--clear", "name"]).expect(0);
    assert!(updated.stdout.is_empty());
    assert!(verify(&[]).expect(10).stdout.contains("EXPIRED"));
    let expired = server.ok(&["key", "list", "--api", &api, "--status", "expired", "-o", "id"]);
    assert_eq!(expired, id);
    assert_eq!(server.ok(&["key", "list", "--api", &api, "--status", "active", "-o", "id"]), "");
    server.run(&["key", "update", id, "--expires", "never", "--credits", "unlimited"]).expect(0);
    verify(&[]).expect(0);
    server.run(&["key", "update", id]).expect(2);

    let unasked = server.run(&["key", "delete", id]).expect(2);
    assert!(unasked.stderr.contains("--yes"));
    verify(&[]).expect(0);
    server.run(&["key", "delete", id, "--yes"]).expect(0);
    assert!(verify(&[]).expect(10).stdout.contains("NOT_FOUND"));
    server.run(&["key", "get", id]).expect(6);
}

#[test]
fn what_a_key_holds_is_set_added_and_removed() {
    let server = Server::start();
    let api = server.ok(&["api", "create", "--name", "payments", "-q"]);
    for role in ["editor", "reader"] {
        server.ok(&["role", "create", "--name", role, "-q"]);
    }
    let created = server.run(&["key", "create", "--api", &api, "--json"]).expect(0).json();
    let id = created["data"]["keyId"].as_str().unwrap();
    let names = |args: &[&str], member: &str| -> Vec<String> {
        let view = ["--jq", &format!(".data[].{member}")];
        let held = server.ok(&[&["key"], args, &view].concat());
        let mut held: Vec<String> = held.lines().map(ToOwned::to_owned).collect();
        held.sort_unstable();
        held
    };

    assert_eq!(names(&["roles", "set", id, "editor"], "name"), ["editor"]);
    assert_eq!(names(&["roles", "add", id, "reader"], "name"), ["editor", "reader"]);
    assert_eq!(names(&["roles", "remove", id, "editor"], "name"), ["reader"]);
    assert!(names(&["roles", "set", id, "--none"], "name").is_empty());
    server.run(&["key", "roles", "add", id, "nobody"]).expect(6);
    server.run(&["key", "roles", "add", id]).expect(2);
    server.run(&["key", "roles", "remove", id, "--none"]).expect(2);

    assert_eq!(names(&["permissions", "add", id, "a.read", "a.write"], "slug").len(), 2);
    assert_eq!(names(&["permissions", "remove", id, "a.write"], "slug"), ["a.read"]);
    assert_eq!(names(&["permissions", "set", id, "b.read"], "slug"), ["b.read"]);
    let table = server.ok(&["key", "permissions", "set", id, "b.read"]);
    assert!(table.starts_with("ID\tSLUG\tNAME"), "{table}");
}

#[test]
fn a_key_is_replaced_and_shown_again_if_it_was_stored_for_that() {
    let master_key = Home::new().run(&["master-key", "generate"], &[], "").expect(0);
    assert!(master_key.stderr.contains("KEYWAY_MASTER_KEY"));
    let server = Server::start_with(&[("KEYWAY_MASTER_KEY", master_key.text())]);
    let api = server.ok(&["api", "create", "--name", "payments", "--store-encrypted", "on", "-q"]);
    let create = |args: &[&str]| {
        let key = [&["key", "create", "--api", &api, "--json"], args].concat();
        let key = server.run(&key).expect(0).json()["data"].take();
        let text = |name: &str| key[name].as_str().unwrap().to_owned();
        (text("keyId"), text("key"))
    };
    let (id, key) = create(&["--recoverable", "--external-id", "user_42"]);
    let (lost, _) = create(&[]);

    assert_eq!(server.ok(&["key", "reveal", &id, "-q"]), key);
    assert!(server.ok(&["key", "reveal", &id]).contains(&key));
    let refused = server.run(&["key", "reveal", &lost]).expect(7);
    assert!(refused.stderr.contains("keyway key reroll"), "{}", refused.stderr);
    let listed = ["key", "list", "--api", &api, "--external-id", "user_42", "--decrypt", "-q"];
    assert_eq!(server.ok(&listed), key);
    server.run(&["key", "list", "--decrypt"]).expect(2);
    server.run(&["key", "list", "--api", &api, "--decrypt", "--status", "active"]).expect(2);

    let verify = |key: &str| server.with_input(&["key", "verify", "-"], key);
    let next = server.ok(&["key", "reroll", &id, "-q"]);
    assert_ne!(next, key);
    verify(&key).expect(0);
    verify(&next).expect(0);
    let next_id = server.with_input(&["key", "whoami", "-", "-q"], &next).expect(0);
    server.run(&["key", "reroll", next_id.text(), "--overlap", "0s"]).expect(2);
    server.run(&["key", "reroll", next_id.text(), "--overlap", "0s", "--yes"]).expect(0);
    assert!(verify(&next).expect(10).stdout.contains("EXPIRED"));

    // 16 random bytes are 22 digits of base 58, or a few less; a checksum has six more.
    assert!(22 < create(&[]).1.len());
    server.run(&["api", "update", &api, "--checksum", "off"]).expect(0);
    assert!(create(&[]).1.len() <= 22);
}

#[test]
fn the_vault_follows_a_new_master_key() {
    let generate = || Home::new().run(&["master-key", "generate"], &[], "").expect(0).stdout;
    let (old, new) = (generate(), generate());
    let (old, new) = (("KEYWAY_MASTER_KEY", old.trim()), ("KEYWAY_MASTER_KEY", new.trim()));
    let mut server = Server::start_with(&[old]);
    let api = server.ok(&["api", "create", "--name", "payments", "--store-encrypted", "on", "-q"]);
    let created =
        server.run(&["key", "create", "--api", &api, "--recoverable", "--json"]).expect(0).json();
    let (id, key) =
        (created["data"]["keyId"].as_str().unwrap(), created["data"]["key"].as_str().unwrap());
    let rotate = ["vault", "rotate", "--data-dir", "data"];

    let running = server.home.run(&rotate, &[new], "").expect(7);
    assert!(running.stderr.contains("at its start and every hour"), "{}", running.stderr);
    assert_eq!(server.stop(), Some(0));
    server.home.run(&rotate, &[], "").expect(3);
    server.home.run(&rotate, &[("KEYWAY_MASTER_KEY", "CANARY")], "").expect(3);
    server.home.run(&["vault", "rotate", "--data-dir", "nowhere"], &[new], "").expect(3);
    assert!(!server.home.0.path().join("nowhere").exists());
    let unknown = server.home.run(&rotate, &[new], "").expect(11);
    assert!(unknown.stderr.contains("KEYWAY_PREVIOUS_MASTER_KEYS"), "{}", unknown.stderr);

    let both = [new, ("KEYWAY_PREVIOUS_MASTER_KEYS", old.1)];
    let rotated = server.home.run(&[&rotate[..], &["--json"]].concat(), &both, "").expect(0);
    assert_eq!(rotated.json()["data"], json!({ "rotated": 1, "unknown": 0 }));
    let again = server.home.run(&rotate, &both, "").expect(0);
    assert!(again.stdout.starts_with("0 keys"), "{}", again.stdout);

    server.restart_with(&[new]);
    assert_eq!(server.ok(&["key", "reveal", id, "-q"]), key);
    server.restart_with(&[old]);
    server.run(&["key", "reveal", id]).expect(7);
}

#[test]
fn keys_are_found_by_what_is_known_of_them() {
    let server = Server::start();
    let api = server.ok(&["api", "create", "--name", "payments", "-q"]);
    let create = |args: &[&str]| {
        let key = [&["key", "create", "--api", &api, "--json"], args].concat();
        let key = server.run(&key).expect(0).json();
        key["data"]["keyId"].as_str().unwrap().to_owned()
    };
    let pro = create(&["--name", "beta", "--meta", r#"{"plan":"pro","seats":5}"#]);
    let soon = create(&["--name", "alpha", "--expires", "+1d", "--external-id", "user_42"]);
    let off = create(&["--name", "gamma", "--disabled", "--permission", "a.b"]);
    let list = |args: &[&str]| {
        let ids = server.ok(&[&["key", "list", "-o", "id"], args].concat());
        ids.lines().map(ToOwned::to_owned).collect::<Vec<_>>()
    };

    assert_eq!(list(&["--sort", "name"]), [&*soon, &*pro, &*off]);
    assert_eq!(list(&["--sort", "name", "--desc"])[0], off);
    assert_eq!(list(&["--meta", "plan=pro"]), [&*pro]);
    assert_eq!(list(&["--meta", "seats=5"]), [&*pro]);
    assert!(list(&["--meta", "seats=\"5\""]).is_empty());
    assert_eq!(list(&["--status", "expires-soon,disabled", "--sort", "name"]), [&*soon, &*off]);
    assert_eq!(list(&["--search", "alp"]), [&*soon]);
    assert_eq!(list(&["--external-id", "user_42"]), [&*soon]);
    assert_eq!(list(&["--permission", "a.b"]), [&*off]);
    assert_eq!(list(&["--expires-before", "+2d", "--expires-after", "now"]), [&*soon]);
    assert!(list(&["--created-before", "-1h"]).is_empty());
    assert_eq!(list(&["--last-used-before", "now", "--api", &api]).len(), 3);
    server.run(&["key", "list", "--expires-before", "never"]).expect(2);
    server.run(&["key", "list", "--meta", "plan"]).expect(2);
    let shown = server.ok(&["key", "list", "--status", "disabled", "--columns", "name,status"]);
    assert_eq!(shown, "NAME\tSTATUS\ngamma\tdisabled");
}

#[test]
fn many_keys_are_changed_at_once_and_a_run_that_was_cut_off_goes_on() {
    let server = Server::start();
    let api = server.ok(&["api", "create", "--name", "payments", "-q"]);
    server.ok(&["role", "create", "--name", "suspended", "-q"]);
    let mut ids: Vec<String> = (0..5)
        .map(|_| {
            let key = server.run(&["key", "create", "--api", &api, "--json"]).expect(0).json();
            key["data"]["keyId"].as_str().unwrap().to_owned()
        })
        .collect();
    let of_api = ["key", "bulk", "--select", &format!("api={api}")];
    let bulk = |args: &[&str]| server.run(&[&of_api[..], args].concat());
    let count =
        |status: &str| server.ok(&["key", "list", "--status", status, "-q"]).lines().count();

    let set = ["--set", "enabled=off", "--set", "add-role=suspended"];
    let would = bulk(&[&set[..], &["--dry-run", "--json"]].concat()).expect(0).json();
    assert_eq!(would["data"]["keys"], 5);
    assert_eq!(would["data"]["set"], json!({ "enabled": false, "addRoles": ["suspended"] }));
    assert!(bulk(&set).expect(2).stderr.contains("5 keys are changed"));
    assert_eq!(count("disabled"), 0);
    let done = bulk(&[&set[..], &["--batch", "2", "--yes", "--json"]].concat()).expect(0).json();
    assert_eq!((&done["data"]["updated"], &done["data"]["failed"]), (&json!(5), &json!(0)));
    assert_eq!(count("disabled"), 5);
    assert!(!server.home.0.path().join("keyway-bulk.state").exists());
    let back = bulk(&["--set", "enabled=on", "--set", "remove-role=suspended", "--yes", "-q"]);
    assert_eq!(back.expect(0).stdout.lines().count(), 5);

    // The first two batches were done by a run that ended in the middle of the third.
    ids.sort_unstable();
    let head = json!({ "url": server.url, "set": { "enabled": false }, "keys": 5 });
    let state = format!("{head}\n{}\ndone 2\ndone 4\ndo", ids.join("\n"));
    server.home.file("keyway-bulk.state", &state);
    let other = bulk(&["--set", "delete", "--yes", "--batch", "1"]).expect(7);
    assert!(other.stderr.contains("--resume"), "{}", other.stderr);
    server.run(&["key", "bulk", "--resume", "--set", "delete"]).expect(2);
    let rest = server.run(&["key", "bulk", "--resume", "--yes"]).expect(0);
    assert!(rest.stdout.starts_with("updated 1, failed 0, left 0"), "{}", rest.stdout);
    assert_eq!(count("disabled"), 1);
    server.run(&["key", "bulk", "--resume", "--yes"]).expect(3);

    let file = server.home.file("ids", &format!("{}\nkey_nothing\n", ids[0]));
    let partly = ["key", "bulk", "--ids-file", &file, "--set", "delete", "--yes", "-o", "jsonl"];
    let partly = server.run(&partly).expect(11);
    let rows: Vec<Value> =
        partly.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&rows[0]["result"], &rows[1]["result"]), (&json!("updated"), &json!("failed")));
    assert_eq!(rows[1]["keyId"], "key_nothing");
    server.run(&["key", "bulk", "--set", "delete", "--yes"]).expect(2);
    server.run(&["key", "bulk", "--ids-file", "nowhere", "--set", "delete"]).expect(3);
    server.run(&["key", "bulk", "--select", "status=new", "--set", "delete"]).expect(2);
    server.run(&["key", "bulk", "--select", "status=expired", "--set", "name=x"]).expect(2);
}

#[test]
fn a_run_that_the_server_cuts_off_keeps_what_is_left() {
    let broken = Canned::new(|number| match number {
        0 => {
            let data = json!({ "updated": ["key_1"], "failed": [] });
            answer(200, "", &json!({ "meta": { "requestId": "req_1" }, "data": data }))
        }
        _ => answer(500, "", &problem(500)),
    });
    let home = Home::new();
    let variables = [("KEYWAY_URL", broken.url.as_str()), ("KEYWAY_ROOT_KEY", ROOT_KEY)];
    let bulk = ["key", "bulk", "--ids-file", "-", "--set", "enabled=off", "--batch", "1", "--yes"];
    let cut = home.run(&bulk, &variables, "key_1\nkey_2\nkey_3\n").expect(9);
    assert!(cut.stderr.contains("cause: 1 keys were done before"), "{}", cut.stderr);
    assert!(cut.stderr.contains("keyway key bulk --resume"), "{}", cut.stderr);
    let state = std::fs::read_to_string(home.0.path().join("keyway-bulk.state")).unwrap();
    assert!(state.ends_with("key_1\nkey_2\nkey_3\ndone 1\n"), "{state}");
    let elsewhere = [("KEYWAY_URL", "http://127.0.0.1:1"), ("KEYWAY_ROOT_KEY", ROOT_KEY)];
    let other = home.run(&["key", "bulk", "--resume", "--yes"], &elsewhere, "").expect(3);
    assert!(other.stderr.contains(&format!("--url {}", broken.url)), "{}", other.stderr);
    home.run(&["key", "bulk", "--resume", "--yes"], &variables, "").expect(9);

    let nothing = Home::new();
    let refused = Canned::new(|_| answer(403, "", &problem(403)));
    let variables = [("KEYWAY_URL", refused.url.as_str()), ("KEYWAY_ROOT_KEY", ROOT_KEY)];
    nothing.run(&bulk, &variables, "key_1\nkey_2\n").expect(5);
    assert!(!nothing.0.path().join("keyway-bulk.state").exists());
}

#[test]
fn roles_and_permissions_live_through_all_their_verbs() {
    let server = Server::start();
    let read = server.ok(&["permission", "create", "--slug", "documents.read", "-q"]);
    assert!(read.starts_with("perm_"), "{read}");
    server.run(&["permission", "create", "--slug", "documents.read"]).expect(7);
    server.ok(&["permission", "create", "--slug", "documents.write", "--name", "Write", "-q"]);
    let role = [
        "role",
        "create",
        "--name",
        "editor",
        "--description",
        "Edits",
        "--permission",
        "documents.read",
        "-q",
    ];
    let role = server.ok(&role);
    let api = server.ok(&["api", "create", "--name", "payments", "-q"]);
    let key = ["--role", "editor", "--permission", "documents.write", "-q"];
    server.ok(&[&["key", "create", "--api", &api][..], &key].concat());

    assert_eq!(server.ok(&["role", "get", "editor", "-q"]), role);
    assert!(server.ok(&["role", "list"]).contains("\teditor\tEdits\tdocuments.read"));
    assert_eq!(server.ok(&["role", "list", "--search", "nothing", "-q"]), "");
    let set = ["role", "set-permissions", "editor", "--permission", "documents.write"];
    assert!(server.ok(&set).contains("documents.write"));
    server.run(&["role", "set-permissions", "editor"]).expect(2);
    server.run(&["role", "update", "editor", "--name", "author", "--description", ""]).expect(0);
    server.run(&["role", "update", "author"]).expect(2);
    let usage = server.ok(&["role", "usage", "author", "-o", "csv"]);
    assert!(usage.contains(&format!("{role},author,1,1,")), "{usage}");
    assert_eq!(server.ok(&["role", "usage", "--jq", ".data[].keyCount"]), "1");
    server.run(&["role", "usage", "nobody"]).expect(6);

    let usage =
        ["permission", "usage", "documents.write", "--jq", ".data[] | .roleCount, .keyCount"];
    assert_eq!(server.ok(&usage), "1\n1");
    assert_eq!(server.ok(&["permission", "usage", "-q"]).lines().count(), 2);
    let update = ["permission", "update", "documents.read", "--slug", "docs.read", "-q"];
    assert_eq!(server.ok(&update), read);
    assert_eq!(server.ok(&["permission", "get", "docs.read", "-q"]), read);
    assert!(server.ok(&["permission", "list", "--search", "docs"]).contains("docs.read"));

    server.run(&["role", "delete", "author"]).expect(2);
    server.run(&["role", "delete", "author", "--yes"]).expect(0);
    server.run(&["role", "get", "author"]).expect(6);
    server.run(&["permission", "delete", "docs.read", "--yes"]).expect(0);
    server.run(&["permission", "get", "docs.read"]).expect(6);
}

#[test]
fn an_identity_lives_through_all_its_verbs() {
    let server = Server::start();
    let create = [
        "identity",
        "create",
        "--external-id",
        "user_42",
        "--meta",
        r#"{"plan":"pro"}"#,
        "--limit",
        "requests=100/60s,auto",
        "-q",
    ];
    let id = server.ok(&create);
    server.run(&create).expect(7);
    assert_eq!(server.ok(&["identity", "get", "user_42", "-q"]), id);
    assert!(server.ok(&["identity", "get", &id]).contains("limits\trequests=100/1m,auto"));
    assert_eq!(server.ok(&["identity", "list", "--search", "user_", "-q"]), id);
    let update = ["identity", "update", "user_42", "--limit", "requests=5/1h", "--clear", "meta"];
    let updated = server.run(&[&update[..], &["--json"]].concat()).expect(0).json();
    assert_eq!(updated["data"]["ratelimits"][0]["limit"], 5);
    assert!(updated["data"].get("meta").is_none());
    server.run(&["identity", "update", "user_42"]).expect(2);
    server.run(&["identity", "delete", "user_42"]).expect(2);
    server.run(&["identity", "delete", "user_42", "--yes"]).expect(0);
    server.run(&["identity", "get", "user_42"]).expect(6);
}

#[test]
fn limits_are_checked_and_overridden() {
    let server = Server::start();
    let check = |args: &[&str]| server.run(&[&["ratelimit", "check", "emails"], args].concat());
    check(&["user_1", "--limit", "2/1h", "--cost", "2"]).expect(0);
    let full = check(&["user_1", "--limit", "2/1h"]).expect(10);
    assert!(full.stdout.starts_with("success\tfalse\nremaining\t0\n"), "{}", full.stdout);
    check(&["user_1", "--limit", "2/1h", "--cost", "0"]).expect(0);
    check(&["user_1", "--limit", "2"]).expect(2);
    check(&["user_1"]).expect(2);

    let multi = |words: &[&str]| server.run(&[&["ratelimit", "multi"], words].concat());
    multi(&["emails", "user_2", "5/1h:2", "calls", "user_2", "1/1m"]).expect(0);
    let refused = multi(&["emails", "user_2", "5/1h:2", "calls", "user_2", "1/1m"]).expect(10);
    let rows: Vec<&str> = refused.stdout.lines().collect();
    assert!(rows[0].starts_with("NAMESPACE\tIDENTIFIER\tPASSED"), "{}", refused.stdout);
    assert!(rows[2].starts_with("calls\tuser_2\tfalse"), "{}", refused.stdout);
    multi(&["emails", "user_2"]).expect(2);
    multi(&["emails", "user_2", "5/1h", "calls"]).expect(2);

    let over = |args: &[&str]| server.run(&[&["ratelimit", "override"], args].concat());
    over(&["set", "emails", "user_*", "--limit", "9/1h"]).expect(0);
    check(&["user_1", "--limit", "2/1h"]).expect(0);
    let applied = over(&["get", "emails", "user_7", "--jq", ".data.identifier"]).expect(0);
    assert_eq!(applied.text(), "user_*");
    let file = server.home.file(
        "overrides.csv",
        "identifier,limit,duration\n+49,10,60s\nspammer,0,1h\n\"a,b\",1k,1d\n",
    );
    let import = ["import", "emails", "--file", &file];
    let would = over(&[&import[..], &["--dry-run"]].concat()).expect(0);
    assert_eq!(would.text(), "3 overrides would be set.");
    let import = over(&[&import[..], &["--progress", "json"]].concat()).expect(0);
    assert!(import.stdout.starts_with("3 overrides are set"), "{}", import.stdout);
    let event: Value = serde_json::from_str(import.stderr.lines().last().unwrap()).unwrap();
    assert_eq!((&event["event"], &event["done"]), (&json!("end"), &json!(3)));
    check(&["spammer", "--limit", "100/1h"]).expect(10);
    let exported = over(&["list", "emails", "-o", "csv"]).expect(0).stdout;
    assert!(exported.contains("'+49,10,60000"), "{exported}");
    let again = ["ratelimit", "override", "import", "emails", "--file", "-"];
    server.with_input(&again, &exported).expect(0);
    assert_eq!(over(&["list", "emails", "-q"]).expect(0).stdout.lines().count(), 4);
    let wrong = server.with_input(&again, "identifier,limit,duration\na,b,c\n").expect(3);
    assert!(wrong.stderr.contains("cause: line 2: "), "{}", wrong.stderr);
    let short = server.with_input(&again, "identifier,limit,duration\na,1,1ms\nb,1,1s\n");
    let short = short.expect(11);
    assert!(short.stderr.contains("line 2, a: "), "{}", short.stderr);
    assert!(short.stdout.starts_with("1 overrides are set, 1 failed"), "{}", short.stdout);
    over(&["delete", "emails", "spammer"]).expect(2);
    over(&["delete", "emails", "spammer", "--yes"]).expect(0);
    over(&["delete", "emails", "spammer", "--yes"]).expect(6);

    let names = || server.ok(&["ratelimit", "namespace", "list", "--jq", ".data[].name"]);
    assert!(names().contains("emails"));
    let namespace = |args: &[&str]| server.run(&[&["ratelimit", "namespace"], args].concat());
    namespace(&["create", "--name", "exports", "-q"]).expect(0);
    namespace(&["create", "--name", "exports"]).expect(7);
    namespace(&["rename", "exports", "downloads"]).expect(0);
    assert!(names().contains("downloads") && !names().contains("exports"));
    namespace(&["delete", "downloads"]).expect(2);
    namespace(&["delete", "downloads", "--yes"]).expect(0);
    server.run(&["ratelimit", "check", "downloads", "a", "--limit", "1/1m"]).expect(6);
}

#[test]
fn imported_keys_have_a_format_of_their_own() {
    let server = Server::start();
    let id = server.ok(&["migration", "create", "--name", "old", "--encoding", "hex", "-q"]);
    server.run(&["migration", "create", "--name", "old"]).expect(7);
    let prefixed = ["--algorithm", "prefixed-api-key"];
    server.run(&[&["migration", "create", "--name", "new"][..], &prefixed].concat()).expect(0);
    let list = server.ok(&["migration", "list"]);
    assert!(list.contains(&format!("{id}\told\tsha256-hex\t0\t0")), "{list}");
    server.run(&["migration", "delete", &id]).expect(2);
    server.run(&["migration", "delete", &id, "--yes"]).expect(0);
    assert!(!server.ok(&["migration", "list", "-q"]).contains(&id));
}

#[test]
fn a_workspace_lives_through_all_its_verbs() {
    let server = Server::start();
    let created = server.run(&["workspace", "create", "--name", "acme", "--json"]).expect(0).json();
    let (id, key) = (
        created["data"]["workspaceId"].as_str().unwrap(),
        created["data"]["rootKey"].as_str().unwrap(),
    );
    assert_eq!(server.ok(&["workspace", "get", id, "--jq", ".data.name"]), "acme");
    assert!(server.ok(&["workspace", "list", "-o", "id"]).contains(id));
    server.run(&["workspace", "update", id, "--name", "acme2"]).expect(0);
    server.with_key(&["api", "list"], key, "").expect(0);
    server.run(&["workspace", "disable", id, "--yes"]).expect(0);
    server.with_key(&["api", "list"], key, "").expect(5);
    server.run(&["workspace", "enable", id]).expect(0);
    server.run(&["workspace", "delete", id]).expect(2);
    server.run(&["workspace", "delete", id, "--confirm", "acme2"]).expect(0);
}

#[test]
fn lists_show_a_page_and_tell_how_to_get_the_rest() {
    let server = Server::start();
    let api = server.ok(&["api", "create", "--name", "payments", "-q"]);
    for number in 0..5 {
        server.ok(&["key", "create", "--api", &api, "--name", &format!("key {number}"), "-q"]);
    }
    let page = server.run(&["key", "list", "--api", &api, "--limit", "2", "-o", "id"]).expect(0);
    assert_eq!(page.stdout.lines().count(), 2);
    let (_, cursor) = page.stderr.trim_end().split_once("--cursor ").unwrap();
    let rest = server.ok(&["key", "list", "--api", &api, "--cursor", cursor, "-o", "id"]);
    assert_eq!(rest.lines().count(), 3);
    let all = server.ok(&["key", "list", "--api", &api, "--all"]);
    let mut lines = all.lines();
    assert!(lines.next().unwrap().starts_with("ID\tNAME\t"));
    assert_eq!(lines.count(), 5);
    assert_eq!(server.ok(&["key", "list", "--api", &api, "-o", "jsonl"]).lines().count(), 5);
    let chosen = server.ok(&["key", "list", "--api", &api, "--columns", "name", "-o", "csv"]);
    assert!(chosen.starts_with("name\r\nkey "), "{chosen}");
    server.run(&["key", "list", "--api", &api, "--columns", "nmae"]).expect(2);
    let yaml = server.ok(&["key", "list", "--api", &api, "-o", "yaml"]);
    assert!(yaml.starts_with("-\n  "), "{yaml}");
}

#[test]
fn with_json_standard_output_is_one_document_or_nothing() {
    let server = Server::start();
    let api = server.ok(&["api", "create", "--name", "payments", "-q"]);
    let commands: &[&[&str]] = &[
        &["version"],
        &["completion", "bash"],
        &["help", "times"],
        &["openapi"],
        &["workspace", "list"],
        &["workspace", "get"],
        &["root-key", "list"],
        &["root-key", "whoami"],
        &["root-key", "permissions"],
        &["root-key", "can", "keys.createKey", &api],
        &["root-key", "can", "keys.nothing"],
        &["root-key", "create", "--role", "verifier"],
        &["api", "list"],
        &["api", "get", &api],
        &["api", "get", "api_doesnotexist"],
        &["api", "update", &api, "--name", "billing"],
        &["api"],
        &["key", "list", "--api", &api],
        &["key", "create", "--api", &api],
        &["key", "verify", "-"],
        &["key", "list", "--search", "x"],
        &["key", "bulk", "--select", "status=expired", "--set", "delete", "--dry-run"],
        &["key", "bulk", "--select", "status=expired", "--set", "enabled=off", "--yes"],
        &["key", "reveal", "key_nothing"],
        &["role", "create", "--name", "editor"],
        &["role", "list"],
        &["role", "usage"],
        &["role", "set-permissions", "editor", "--permission", "a.b"],
        &["permission", "list"],
        &["permission", "usage", "a.b"],
        &["identity", "create", "--external-id", "user_1"],
        &["identity", "get", "user_1"],
        &["identity", "delete", "user_1", "--yes"],
        &["ratelimit", "check", "emails", "user_1", "--limit", "1/60s"],
        &["ratelimit", "check", "emails", "user_1", "--limit", "1/60s"],
        &["ratelimit", "multi", "emails", "user_1", "1/60s"],
        &["ratelimit", "namespace", "list"],
        &["ratelimit", "override", "set", "emails", "user_*", "--limit", "5/60s"],
        &["ratelimit", "override", "list", "emails"],
        &["ratelimit", "override", "import", "emails", "--file", "nowhere"],
        &["migration", "create", "--name", "old"],
        &["migration", "list"],
        &["vault", "rotate", "--data-dir", "data"],
        &["master-key", "generate"],
        &["audit", "list"],
        &["audit", "verify", "--data-dir", "nowhere"],
        &["quickstart"],
        &["quickstart", "--clean", "--yes"],
        &["call", "apis.listApis"],
        &["call", "nothing"],
        &["api", "delete", &api, "--yes"],
    ];
    for command in commands {
        let ran = server.with_input(&[*command, &["--json"]].concat(), "no_such_key");
        if ran.stdout.is_empty() {
            assert_ne!(ran.code, 0, "{command:?}");
        } else {
            let one: Result<Value, _> = serde_json::from_str(&ran.stdout);
            assert!(one.is_ok(), "{command:?}: {}", ran.stdout);
            assert!(!ran.stderr.contains('{'), "{command:?}: {}", ran.stderr);
        }
    }
}

#[test]
fn the_audit_log_is_listed_and_its_chain_is_checked() {
    let mut server = Server::start();
    let api = server.ok(&["api", "create", "--name", "payments", "-q"]);
    server.ok(&["key", "create", "--api", &api, "-q"]);
    let list = server.ok(&["audit", "list", "--event", "key.create", "--since", "-1h", "--wide"]);
    assert_eq!(list.lines().count(), 2, "{list}");
    let export = server.ok(&["audit", "list", "--all", "-o", "jsonl"]);
    assert!(!export.contains("CANARY"));

    let line: Value =
        serde_json::from_str(&server.ok(&["audit", "export", "--event", "api.create"])).unwrap();
    assert_eq!(line["resources"][0]["id"], api);
    server.ok(&["audit", "export", "--format", "csv", "--out", "log.csv"]);
    let csv = std::fs::read_to_string(server.home.0.path().join("log.csv")).unwrap();
    assert!(csv.starts_with("time,event,") && csv.contains("auditLog.export"), "{csv}");
    assert!(!server.home.0.path().join("log.csv.part").exists());
    server.run(&["audit", "export", "--out", "missing/log.csv"]).expect(3);
    assert_eq!(server.stop(), Some(0));

    let check = ["audit", "verify", "--data-dir", "data"];
    let intact = server.home.run(&check, &[], "").expect(0);
    assert!(intact.stdout.contains("true"), "{}", intact.stdout);
    let json = server.home.run(&[&check[..], &["--json"]].concat(), &[], "").expect(0).json();
    assert!(json["data"].as_array().unwrap().iter().all(|chain| chain["intact"] == true));
    server.home.run(&["audit", "verify", "--data-dir", "nowhere"], &[], "").expect(3);

    let database = server.home.0.path().join("data/keyway.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let places: Vec<usize> =
        (0..bytes.len() - 10).filter(|at| &bytes[*at..*at + 10] == b"key.create").collect();
    assert!(!places.is_empty(), "the entry is stored as text");
    for at in places {
        bytes[at..at + 10].copy_from_slice(b"key.delete");
    }
    std::fs::write(&database, bytes).unwrap();
    let broken = server.home.run(&check, &[], "").expect(10);
    assert!(broken.stdout.contains("false"), "{}", broken.stdout);
}

#[test]
fn call_reaches_every_operation() {
    let server = Server::start();
    let created = server.run(&["call", "apis.createApi", "-d", r#"{"name":"payments"}"#]).expect(0);
    assert!(created.stdout.starts_with("apiId\tapi_"), "{}", created.stdout);
    let body = server.home.file("body.json", r#"{"name":"from a file"}"#);
    server.run(&["call", "apis.createApi", "-d", &format!("@{body}")]).expect(0);
    server.with_input(&["call", "apis.createApi", "-d", "-"], r#"{"name":"from stdin"}"#).expect(0);
    let listed = server.run(&["call", "apis.listApis", "-i"]).expect(0);
    assert!(listed.stdout.starts_with("HTTP 200\n"), "{}", listed.stdout);
    let (_, raw) = listed.stdout.split_once("\n\n").unwrap();
    let raw: Value = serde_json::from_str(raw).unwrap();
    assert_eq!(raw["data"].as_array().unwrap().len(), 3);
    server.run(&["call", "apis.noSuchThing"]).expect(6);
    server.run(&["call", "apis.noSuchThing", "--raw"]).expect(6);
    server.run(&["call", "apis.listApis", "-d", "{"]).expect(2);
    server.run(&["call", "../v1/keys.createKey"]).expect(2);
}

#[test]
fn a_server_that_is_not_there_or_too_slow_ends_with_9() {
    let home = Home::new();
    let variables = [("KEYWAY_URL", "http://127.0.0.1:1"), ("KEYWAY_ROOT_KEY", ROOT_KEY)];
    let refused = home.run(&["api", "list"], &variables, "").expect(9);
    assert!(refused.stderr.contains("cannot be reached"), "{}", refused.stderr);
    assert!(refused.stderr.contains("fix: start a server"), "{}", refused.stderr);

    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let variables = [("KEYWAY_URL", url.as_str()), ("KEYWAY_ROOT_KEY", ROOT_KEY)];
    let slow = home.run(&["api", "list", "--timeout", "200ms"], &variables, "").expect(9);
    assert!(slow.stderr.contains("within 0.2 seconds"), "{}", slow.stderr);
    home.run(&["api", "list", "--timeout", "200"], &variables, "").expect(2);
}

#[test]
fn refusals_for_a_while_are_waited_for_but_a_create_is_sent_once() {
    let retry = "Retry-After: 0\r\n";
    let success = json!({ "meta": { "requestId": "req_1" }, "data": { "apiId": "api_1" } });
    let busy = Canned::new(move |number| match number {
        0 => answer(429, retry, &problem(429)),
        _ => answer(200, "", &success),
    });
    busy.run(&["api", "create", "--name", "payments"]).expect(0);
    assert_eq!(busy.requests(), 2);

    let limited = Canned::new(move |_| answer(429, retry, &problem(429)));
    limited.run(&["api", "list"]).expect(8);
    assert_eq!(limited.requests(), 4);

    let down = Canned::new(move |_| answer(503, retry, &problem(503)));
    down.run(&["api", "create", "--name", "payments"]).expect(9);
    assert_eq!(down.requests(), 1);
    down.run(&["api", "list"]).expect(9);
    assert_eq!(down.requests(), 5);

    let broken = Canned::new(|_| answer(500, "", &problem(500)));
    broken.run(&["api", "list"]).expect(9);
    assert_eq!(broken.requests(), 1);
    let cut = Canned::new(|_| String::new());
    cut.run(&["key", "create", "--api", "api_1"]).expect(9);
    assert_eq!(cut.requests(), 1);
    let proxy = Canned::new(|_| "HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\n<html".to_owned());
    let html = proxy.run(&["api", "list"]).expect(6);
    assert!(html.stderr.contains("--url"), "{}", html.stderr);
}

#[test]
fn a_secret_is_never_a_flag_and_never_told() {
    let home = Home::new();
    let variables = [("KEYWAY_URL", "http://127.0.0.1:1"), ("KEYWAY_ROOT_KEY", ROOT_KEY)];
    let commands: &[&[&str]] = &[
        &["api", "list", "--root-key", "CANARY"],
        &["--root-key=CANARY", "api", "list"],
        &["serve", "--master-key", "CANARY"],
        &["serve", "--bootstrap-root-key=CANARY"],
        &["key", "verify", "--key", "CANARY"],
    ];
    for command in commands {
        let ran = home.run(command, &variables, "").expect(2);
        assert!(1 <= ran.stderr.matches("fix: ").count(), "{}", ran.stderr);
        assert!(!ran.stderr.contains("CANARY"), "{}", ran.stderr);
    }
    let ways = home.run(commands[0], &variables, "").stderr;
    for way in ["KEYWAY_ROOT_KEY", "--root-key-file", "--root-key-stdin"] {
        assert!(ways.contains(way), "{ways}");
    }

    let echo = Canned::new(|_| {
        answer(
            200,
            "",
            &json!({ "meta": { "requestId": "req_1" }, "data": { "keyId": "key_1", "key": "CANARY" } }),
        )
    });
    let told = echo.run(&["key", "create", "--api", "api_1", "-vv"]).expect(0);
    assert!(told.stdout.contains("CANARY"));
    assert!(told.stderr.contains("req_1") && !told.stderr.contains("CANARY"), "{}", told.stderr);
    let alone = echo.run(&["key", "create", "--api", "api_1", "-q"]).expect(0);
    assert_eq!(alone.stdout, "CANARY\n");
}

#[test]
fn the_root_key_comes_from_a_file_from_standard_input_or_from_a_profile() {
    let server = Server::start();
    let whoami = |args: &[&str], variables: &[(&str, &str)], input: &str| {
        server.home.run(&[&["root-key", "whoami"], args].concat(), variables, input)
    };
    let url = ["--url", server.url.as_str()];
    let path = server.home.file("root-key", &format!("{ROOT_KEY}\n"));
    whoami(&[&url[..], &["--root-key-file", &path]].concat(), &[], "").expect(0);
    whoami(&url, &[("KEYWAY_ROOT_KEY_FILE", &path)], "").expect(0);
    whoami(&[&url[..], &["--root-key-stdin"]].concat(), &[], ROOT_KEY).expect(0);
    whoami(&[&url[..], &["--root-key-file", "nowhere"]].concat(), &[], "").expect(3);

    let profile = format!(
        "default_profile = \"local\"\n[profiles.local]\nurl = \"{}\"\nroot_key = \"file:{path}\"\n",
        server.url
    );
    let profiles = server.home.file("keyway/cli.toml", &profile);
    set_mode(Path::new(&profiles), 0o644);
    let open = whoami(&[], &[], "").expect(3);
    assert!(open.stderr.contains(&format!("fix: chmod 600 {profiles}")), "{}", open.stderr);
    set_mode(Path::new(&profiles), 0o600);
    whoami(&[], &[], "").expect(0);
    whoami(&["--profile", "nowhere"], &[], "").expect(3);
    let wrong = server.home.file("keyway/cli.toml", "default = \"local\"\n");
    let unknown = whoami(&[], &[], "").expect(3);
    assert!(unknown.stderr.contains("default"), "{}", unknown.stderr);
    std::fs::remove_file(wrong).unwrap();
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_command_without_arguments_prints_its_help_and_a_typo_runs_nothing() {
    let home = Home::new();
    let whole = home.run(&[], &[], "").expect(0);
    assert!(whole.stdout.contains("Usage: keyway"), "{}", whole.stdout);
    assert!(whole.stderr.is_empty());
    for noun in NOUNS {
        let help = home.run(&[noun], &[], "").expect(0);
        assert!(help.stdout.contains("Examples:"), "{noun}");
        let full = home.run(&[noun, "--help"], &[], "").expect(0).stdout;
        assert!(full.contains("permissions that they need"), "{noun}");
        assert_eq!(home.run(&["help", noun], &[], "").expect(0).stdout.trim(), full.trim());
    }
    let full = home.run(&["key", "create", "--help"], &[], "").expect(0).stdout;
    assert!(full.find("Examples:") < full.find("Usage:"), "{full}");
    assert!(full.contains("keys.createKey: api.*.create_key or api.{apiId}.create_key"), "{full}");
    let typo = home.run(&["key", "craete"], &[], "").expect(2);
    assert!(typo.stderr.contains("'create'"), "{}", typo.stderr);
    assert!(typo.stdout.is_empty());
    for topic in ["environment", "exit-codes", "output", "permissions", "times"] {
        home.run(&["help", topic], &[], "").expect(0);
    }
    home.run(&["help", "nothing"], &[], "").expect(2);
    assert!(home.run(&["--version"], &[], "").expect(0).stdout.starts_with("keyway "));
}

#[test]
fn completion_scripts_are_accepted_by_their_shells() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = home.run(&["completion", shell], &[], "").expect(0).stdout;
        assert!(script.contains("root-key"), "{shell}");
        let path = home.file(&format!("completion.{shell}"), &script);
        // Only the shells that are there can judge; bash is there wherever the tests run.
        let judged = Command::new(shell).args(["-n", &path]).output();
        match judged {
            Ok(output) => assert!(output.status.success(), "{shell}: {output:?}"),
            Err(_) => assert_ne!(shell, "bash"),
        }
    }
    home.run(&["completion", "tcsh"], &[], "").expect(2);
}

#[test]
fn no_escape_leaves_where_no_terminal_is() {
    let echo = Canned::new(|_| {
        let data = json!([{ "id": "api_1", "name": "red \u{1b}[31m\nnext" }]);
        answer(200, "", &json!({ "meta": { "requestId": "req_1" }, "data": data }))
    });
    let variables = [
        ("KEYWAY_URL", echo.url.as_str()),
        ("KEYWAY_ROOT_KEY", ROOT_KEY),
        ("NO_COLOR", "1"),
        ("TERM", "dumb"),
    ];
    let home = Home::new();
    for environment in [&variables[..], &variables[..2]] {
        for command in [
            &["api", "list"][..],
            &["api", "list", "-o", "csv"],
            &["key", "--help"],
            &["key"],
            &["ky"],
            &["help", "output"],
            &["api", "list", "--url", "http://127.0.0.1:1"],
        ] {
            let ran = home.run(command, environment, "");
            assert!(!ran.stdout.contains('\u{1b}'), "{command:?}: {:?}", ran.stdout);
            assert!(!ran.stderr.contains('\u{1b}'), "{command:?}: {:?}", ran.stderr);
        }
    }
    let forced = home.run(&["key", "--help", "--color", "always"], &variables, "").expect(0);
    assert!(forced.stdout.contains('\u{1b}'));
}

#[test]
fn the_document_is_printed_without_a_server() {
    let home = Home::new();
    let document = home.run(&["openapi"], &[], "").expect(0).json();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/v2/keys.createKey"]["post"].is_object());
    let yaml = home.run(&["openapi", "--format", "yaml"], &[], "").expect(0).stdout;
    assert!(yaml.contains("openapi: \"3.1.0\"\n"), "{}", &yaml[..200]);
    assert_eq!(home.run(&["openapi", "--jq", ".info.title"], &[], "").expect(0).stdout, "Keyway\n");
}

#[test]
fn settings_that_are_wrong_end_the_server_with_3() {
    let home = Home::new();
    let config = home.file("keyway.toml", "[server]\nlisten = \"127.0.0.1:0\"\nlitsen = 1\n");
    let wrong = home.run(&["serve", "--config", &config, "--check"], &[], "").expect(3);
    assert!(wrong.stderr.contains("litsen") && wrong.stderr.contains("listen"), "{}", wrong.stderr);
    let short = [("KEYWAY_BOOTSTRAP_ROOT_KEY", "unkey_CANARY")];
    let refused = home.run(&["serve", "--listen", "127.0.0.1:0", "--data-dir", "d"], &short, "");
    let refused = refused.expect(3);
    assert!(!refused.stderr.contains("CANARY"), "{}", refused.stderr);
    home.run(&["serve", "--listen", "nowhere"], &[], "").expect(3);
}
