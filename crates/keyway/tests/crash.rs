//! The built server as a process: killed under load, asked to stop, started twice, and what it
//! writes about itself.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends where its surroundings are not what they must be"
)]

use std::collections::{HashMap, HashSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

const ROOT_KEY: &str = "unkey_Canary4root0123456789ABCDEFGHJKLMN";

/// `keyway` without any variable of the surroundings.
fn keyway(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyway"));
    command.env_clear().args(arguments).stdin(Stdio::null());
    command
}

/// A running server and everything that it wrote.
struct Server {
    child: Child,
    address: String,
    output: Arc<Mutex<String>>,
}

impl Server {
    fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    fn start_with(data: &Path, more: &[&str]) -> Self {
        let mut child = keyway(&["serve", "--listen", "127.0.0.1:0"])
            .arg("--data-dir")
            .arg(data)
            .args(more)
            .env("KEYWAY_BOOTSTRAP_ROOT_KEY", ROOT_KEY)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = Arc::new(Mutex::new(String::new()));
        let (sender, receiver) = mpsc::channel();
        collect(child.stdout.take().unwrap(), &output, sender.clone());
        collect(child.stderr.take().unwrap(), &output, sender);
        let address = receiver
            .recv_timeout(Duration::from_secs(30))
            .unwrap_or_else(|_| panic!("the server did not start: {}", output.lock().unwrap()));
        Self { child, address, output }
    }

    fn client(&self) -> Client {
        Client::connect(&self.address).unwrap()
    }

    /// Ends the process as a power failure would.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn ask_to_stop(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    fn wait(&mut self) -> ExitStatus {
        for _ in 0..300 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the server does not end: {}", self.output.lock().unwrap());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps what a stream says and passes on the address that it tells.
fn collect(
    stream: impl std::io::Read + Send + 'static,
    output: &Arc<Mutex<String>>,
    address: mpsc::Sender<String>,
) {
    let output = Arc::clone(output);
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if let Some((_, rest)) = line.split_once("listening on http://") {
                let _ = address.send(rest.trim().to_owned());
            }
            let mut output = output.lock().unwrap();
            output.push_str(&line);
            output.push('\n');
        }
    });
}

/// One connection. Requests are sent once and never again, so that it is known of each whether
/// its answer arrived.
struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(address: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        Ok(Self(BufReader::new(stream)))
    }

    fn send(&mut self, operation: &str, authorization: &str, body: &str) -> std::io::Result<()> {
        let request = format!(
            "POST /v2/{operation} HTTP/1.1\r\nhost: keyway\r\nauthorization: {authorization}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.get_mut().write_all(request.as_bytes())
    }

    fn receive(&mut self) -> std::io::Result<(u16, Value)> {
        let broken = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line)? == 0 {
                return Err(broken());
            }
            if line == "\r\n" {
                break;
            }
            head.push(line.to_ascii_lowercase());
        }
        let status = head[0].split(' ').nth(1).and_then(|text| text.parse().ok());
        let length = head.iter().find_map(|line| line.strip_prefix("content-length:"));
        let length = length.and_then(|text| text.trim().parse().ok()).ok_or_else(broken)?;
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok((status.ok_or_else(broken)?, serde_json::from_slice(&body)?))
    }

    /// The whole answer of an operation that succeeds; an error if the server went away.
    fn call(&mut self, operation: &str, body: &Value) -> std::io::Result<Value> {
        self.send(operation, &format!("Bearer {ROOT_KEY}"), &body.to_string())?;
        let (status, answer) = self.receive()?;
        assert_eq!(status, 200, "{operation}: {answer}");
        Ok(answer)
    }

    /// The `data` of an operation that succeeds.
    fn ok(&mut self, operation: &str, body: &Value) -> Value {
        self.call(operation, body).unwrap()["data"].take()
    }
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {value}")).to_owned()
}

/// Calls an operation again and again until the server is gone. The answers that arrived; at most
/// one more request was under way.
fn flood(address: &str, operation: &str, body: impl Fn(usize) -> Value) -> Vec<Value> {
    let mut answers = Vec::new();
    let Ok(mut client) = Client::connect(address) else {
        return answers;
    };
    while let Ok(answer) = client.call(operation, &body(answers.len())) {
        answers.push(answer);
    }
    answers
}

/// Numbers that look random and are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// What was acknowledged in one round.
struct Acknowledged {
    keys: Vec<Value>,
    names: Vec<Value>,
    apis: Vec<Value>,
    spent: Vec<Value>,
}

const SPENDERS: i64 = 2;

/// Loads the server and kills it after a while.
fn disturb(server: &mut Server, things: &Things, round: usize, after: Duration) -> Acknowledged {
    let address = server.address.clone();
    let address = address.as_str();
    thread::scope(|scope| {
        let keys = scope.spawn(|| {
            flood(address, "keys.createKey", |at| {
                json!({
                    "apiId": things.api, "externalId": format!("user_{round}_{}", at % 3),
                    "permissions": [format!("p.{round}.{}", at % 5)], "credits": { "remaining": at },
                })
            })
        });
        let names = scope.spawn(|| {
            flood(
                address,
                "keys.updateKey",
                |at| json!({ "keyId": things.renamed, "name": format!("{round} {at}") }),
            )
        });
        let apis = scope.spawn(|| {
            flood(address, "apis.createApi", |at| json!({ "name": format!("api {round} {at}") }))
        });
        let spenders: Vec<_> = (0..SPENDERS)
            .map(|_| {
                scope.spawn(|| {
                    flood(address, "keys.verifyKey", |_| json!({ "key": things.counted_secret }))
                })
            })
            .collect();
        thread::sleep(after);
        server.kill();
        Acknowledged {
            keys: keys.join().unwrap(),
            names: names.join().unwrap(),
            apis: apis.join().unwrap(),
            spent: spenders.into_iter().flat_map(|spender| spender.join().unwrap()).collect(),
        }
    })
}

/// What exists before the first round.
struct Things {
    api: String,
    renamed: String,
    counted: String,
    counted_secret: String,
}

/// The entries of the log that are newer than `last`, as events by request.
fn log_since(client: &mut Client, last: &str) -> HashMap<String, Vec<Value>> {
    let (mut found, mut body) = (HashMap::<String, Vec<Value>>::new(), json!({}));
    loop {
        let answer = client.call("auditLogs.listAuditLogs", &body).unwrap();
        for entry in answer["data"].as_array().unwrap() {
            if entry["id"] == last {
                return found;
            }
            // What the server does of its own accord, at its start, belongs to no request.
            if let Some(request) = entry["requestId"].as_str() {
                found.entry(request.to_owned()).or_default().push(entry.clone());
            }
        }
        body["cursor"] = answer["pagination"]["cursor"].clone();
        assert!(body["cursor"].is_string(), "the log lost its entry {last}");
    }
}

/// Checks that the change of an answer is in the log, about the thing with that id.
#[track_caller]
fn is_logged(log: &HashMap<String, Vec<Value>>, answer: &Value, event: &str, id: &str) {
    let request = text(&answer["meta"], "requestId");
    let entries = log.get(&request).unwrap_or_else(|| panic!("{request} is not in the log"));
    let entry = entries.iter().find(|entry| entry["event"] == event).expect(event);
    assert!(
        entry["resources"].as_array().unwrap().iter().any(|thing| thing["id"] == id),
        "{entry}"
    );
}

#[test]
fn what_was_acknowledged_survives_fifty_kills() {
    const GRANTED: i64 = 1_000_000;
    let data = tempfile::tempdir().unwrap();
    let mut chance = Chance(20_261_018);
    let mut server = Server::start(data.path());
    let mut client = server.client();
    let api = text(&client.ok("apis.createApi", &json!({ "name": "payments" })), "apiId");
    let renamed = text(&client.ok("keys.createKey", &json!({ "apiId": api })), "keyId");
    let counted = json!({ "apiId": api, "credits": { "remaining": GRANTED } });
    let counted = client.ok("keys.createKey", &counted);
    let (counted, counted_secret) = (text(&counted, "keyId"), text(&counted, "key"));
    let things = Things { api, renamed, counted, counted_secret };

    let (mut balance, mut name, mut given) = (GRANTED, Value::Null, HashSet::new());
    let (mut changes, mut spent) = (0, 0);
    for round in 0..50 {
        let newest = client.ok("auditLogs.listAuditLogs", &json!({ "limit": 1 }));
        let newest = text(&newest[0], "id");
        let after = Duration::from_millis(20 + chance.below(131));
        let done = disturb(&mut server, &things, round, after);

        server = Server::start(data.path());
        client = server.client();
        let log = log_since(&mut client, &newest);
        for answer in &done.keys {
            let id = text(&answer["data"], "keyId");
            assert_eq!(client.ok("keys.getKey", &json!({ "keyId": id }))["keyId"], id.as_str());
            is_logged(&log, answer, "key.create", &id);
        }
        for answer in &done.apis {
            let id = text(&answer["data"], "apiId");
            assert_eq!(client.ok("apis.getApi", &json!({ "apiId": id }))["id"], id.as_str());
            is_logged(&log, answer, "api.create", &id);
        }
        for answer in &done.names {
            is_logged(&log, answer, "key.update", &things.renamed);
        }
        let under_way = json!(format!("{round} {}", done.names.len()));
        if let Some(last) = done.names.len().checked_sub(1) {
            name = json!(format!("{round} {last}"));
        }
        let found = client.ok("keys.getKey", &json!({ "keyId": things.renamed }))["name"].clone();
        assert!(found == name || found == under_way, "round {round}: {name}, found {found}");
        name = found;

        let found = client.ok("keys.getKey", &json!({ "keyId": things.counted }));
        let left = found["credits"]["remaining"].as_i64().unwrap();
        let taken = i64::try_from(done.spent.len()).unwrap();
        assert!(
            (balance - taken - SPENDERS..=balance - taken).contains(&left),
            "round {round}: {balance} credits, {taken} uses, {left} left"
        );
        for answer in &done.spent {
            assert_eq!(answer["data"]["code"], "VALID");
            let credits = answer["data"]["credits"].as_i64().unwrap();
            assert!((left..balance).contains(&credits), "round {round}: {credits}");
            assert!(given.insert(credits), "round {round}: {credits} was given twice");
        }
        balance = left;
        changes += done.keys.len() + done.apis.len() + done.names.len();
        spent += done.spent.len();
    }
    assert!(100 < changes && 50 < spent, "only {changes} changes and {spent} uses: hardly a load");
    println!("{changes} changes and {spent} uses were acknowledged");

    server.ask_to_stop();
    assert!(server.wait().success());
    let verified = keyway(&["audit", "verify", "--data-dir"]).arg(data.path()).output().unwrap();
    assert!(verified.status.success(), "{verified:?}");
}

/// A key whose credits are spent while the server is killed again and again.
struct Account {
    id: String,
    secret: String,
    granted: i64,
    balance: i64,
    /// Every credit that an answer has told of; the first that is spent has the highest number.
    spent: HashSet<i64>,
}

/// A use of an account that was asked for.
struct Use {
    account: usize,
    cost: i64,
    /// The answer, unless the server went away.
    answer: Option<Value>,
}

/// Uses the accounts again and again until the server is gone. The last use has no answer, if it
/// was asked for at all.
fn spend(address: &str, accounts: &[Account], seed: u64) -> Vec<Use> {
    let (mut uses, mut chance) = (Vec::new(), Chance(seed));
    let Ok(mut client) = Client::connect(address) else { return uses };
    loop {
        let account = usize::try_from(chance.below(accounts.len() as u64)).unwrap();
        let cost = i64::try_from(1 + chance.below(3)).unwrap();
        let body = json!({ "key": accounts[account].secret, "credits": { "cost": cost } });
        let answer = client.call("keys.verifyKey", &body).ok().map(|mut all| all["data"].take());
        let is_over = answer.is_none();
        uses.push(Use { account, cost, answer });
        if is_over {
            return uses;
        }
    }
}

impl Account {
    fn create(client: &mut Client, api: &str, granted: i64) -> Self {
        let body = json!({ "apiId": api, "credits": { "remaining": granted } });
        let key = client.ok("keys.createKey", &body);
        let (id, secret) = (text(&key, "keyId"), text(&key, "key"));
        Self { id, secret, granted, balance: granted, spent: HashSet::new() }
    }

    /// Compares what was told of this account with what is left after the crash.
    fn settle(&mut self, client: &mut Client, uses: &[&Use]) {
        let found = client.ok("keys.getKey", &json!({ "keyId": self.id }));
        let left = found["credits"]["remaining"].as_i64().unwrap();
        let (mut taken, mut unknown) = (0, 0);
        for one in uses {
            let Some(answer) = &one.answer else {
                unknown += one.cost;
                continue;
            };
            let remaining = answer["credits"].as_i64().unwrap();
            if answer["code"] == "USAGE_EXCEEDED" {
                assert!(remaining < one.cost, "{answer}");
                continue;
            }
            assert_eq!(answer["code"], "VALID");
            taken += one.cost;
            for credit in remaining..remaining + one.cost {
                assert!((left..self.balance).contains(&credit), "{credit} was not there to spend");
                assert!(self.spent.insert(credit), "the credit {credit} was spent twice");
            }
        }
        assert!(
            (self.balance - taken - unknown..=self.balance - taken).contains(&left),
            "{} credits, {taken} spent, {unknown} perhaps, {left} left",
            self.balance
        );
        self.balance = left;
    }
}

#[test]
fn credits_are_neither_lost_nor_sold_twice_over_a_hundred_kills() {
    const THREADS: u64 = 12;
    let data = tempfile::tempdir().unwrap();
    let mut chance = Chance(20_261_124);
    let mut server = Server::start(data.path());
    let mut client = server.client();
    let api = text(&client.ok("apis.createApi", &json!({ "name": "payments" })), "apiId");
    // The last one runs dry on the way.
    let mut accounts =
        [1_000_000, 1_000_000, 2_000].map(|granted| Account::create(&mut client, &api, granted));

    let mut busy = 0;
    for round in 0..100 {
        let after = Duration::from_micros(1_000 + chance.below(60_000));
        let uses: Vec<Use> = thread::scope(|scope| {
            let (address, accounts) = (server.address.clone(), &accounts);
            let spenders: Vec<_> = (0..THREADS)
                .map(|at| {
                    let address = address.clone();
                    scope.spawn(move || spend(&address, accounts, round * THREADS + at))
                })
                .collect();
            thread::sleep(after);
            server.kill();
            spenders.into_iter().flat_map(|spender| spender.join().unwrap()).collect()
        });
        busy += usize::from(uses.iter().any(|one| one.answer.is_some()));

        server = Server::start(data.path());
        client = server.client();
        for (at, account) in accounts.iter_mut().enumerate() {
            let own: Vec<&Use> = uses.iter().filter(|one| one.account == at).collect();
            account.settle(&mut client, &own);
        }
    }
    assert!(50 < busy, "the server answered in {busy} rounds: hardly a load");
    for account in accounts {
        let spent = i64::try_from(account.spent.len()).unwrap();
        assert!(spent <= account.granted - account.balance);
        println!("{spent} of {} credits were acknowledged as spent", account.granted);
    }
}

#[test]
fn a_server_that_is_asked_to_stop_finishes_what_it_began() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::start(data.path());
    let mut client = server.client();
    let body = r#"{"name":"payments"}"#;
    let (early, late) = body.split_at(5);
    let request = format!(
        "POST /v2/apis.createApi HTTP/1.1\r\nhost: keyway\r\nauthorization: Bearer {ROOT_KEY}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{early}",
        body.len()
    );
    client.0.get_mut().write_all(request.as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(100));

    server.ask_to_stop();
    thread::sleep(Duration::from_millis(100));
    client.0.get_mut().write_all(late.as_bytes()).unwrap();

    let (status, answer) = client.receive().unwrap();
    assert_eq!(status, 200, "{answer}");
    assert_eq!(server.wait().code(), Some(0));
    let again = Server::start(data.path());
    let id = text(&answer["data"], "apiId");
    assert_eq!(again.client().ok("apis.getApi", &json!({ "apiId": id }))["name"], "payments");
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let mut first = Server::start(data.path());

    let second = keyway(&["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(data.path())
        .env("KEYWAY_BOOTSTRAP_ROOT_KEY", ROOT_KEY)
        .output()
        .unwrap();

    assert_eq!(second.status.code(), Some(3), "{second:?}");
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("error: "), "{said}");
    assert!(said.contains(&data.path().display().to_string()), "{said}");
    assert!(said.contains("in use") || said.contains("uses"), "{said}");
    first.client().ok("rootKeys.whoami", &json!({}));
    first.kill();
    Server::start(data.path()).client().ok("rootKeys.whoami", &json!({}));
}

#[test]
fn the_log_tells_no_secret() {
    for format in ["text", "json"] {
        let data = tempfile::tempdir().unwrap();
        let more = ["--log-level", "debug", "--log-format", format];
        let mut server = Server::start_with(data.path(), &more);
        let mut client = server.client();
        let api = text(&client.ok("apis.createApi", &json!({ "name": "payments" })), "apiId");
        let body = json!({ "apiId": api, "prefix": "pay", "meta": { "pin": "Canary4meta" } });
        let key = text(&client.ok("keys.createKey", &body), "key");
        let root_key = client.ok("rootKeys.createKey", &json!({ "permissions": [] }));
        let root_key = text(&root_key, "key");
        client.ok("keys.verifyKey", &json!({ "key": key }));
        client.ok("keys.verifyKey", &json!({ "key": "Canary4presented" }));
        client.ok("keys.whoami", &json!({ "key": key }));
        for (operation, authorization, body) in [
            ("apis.createApi", "Bearer unkey_Canary4unknown", r#"{"name":"abc"}"#),
            ("apis.createApi", "Basic Canary4basic", r#"{"name":"abc"}"#),
            ("apis.createApi", &format!("Bearer {key}"), r#"{"name":"abc"}"#),
            ("apis.createApi", &format!("Bearer {root_key}"), r#"{"name":"abc"}"#),
            ("keys.verifyKey", &format!("Bearer {ROOT_KEY}"), r#"{"key":"Canary4broken"#),
            ("keys.verifyKey", &format!("Bearer {ROOT_KEY}"), r#"{"key":["Canary4wrong"]}"#),
            ("keys.whoami", &format!("Bearer {ROOT_KEY}"), r#"{"key":"Canary4whoami"}"#),
        ] {
            client.send(operation, authorization, body).unwrap();
            let (status, answer) = client.receive().unwrap();
            assert!((400..500).contains(&status), "{answer}");
        }
        server.ask_to_stop();
        assert_eq!(server.wait().code(), Some(0));
        thread::sleep(Duration::from_millis(100));

        let output = server.output.lock().unwrap().clone();
        assert!(output.contains("keys.verifyKey"), "there is nothing to look at: {output}");
        for secret in
            [&key, &root_key, &key["pay_".len()..], &root_key["unkey_".len()..], "Canary4"]
        {
            assert!(!output.contains(secret), "{secret} is in the log: {output}");
        }
    }
}
