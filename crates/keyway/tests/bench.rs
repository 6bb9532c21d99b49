//! `keyway bench` from the outside: the shape of its results, its exit codes, and that nothing is
//! left behind. How fast anything is decides no test.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings are not what they must be"
)]

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const ROOT_KEY: &str = "unkey_CANARYroot0123456789ABCDEFGHJKLMN";
const SHORT: [&str; 4] = ["--duration", "500ms", "--warmup", "100ms"];

/// A place for temporary files of its own, so that it shows what is left behind.
struct Place(TempDir);

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
    fn data(&self) -> Value {
        let document: Value = serde_json::from_str(&self.stdout)
            .unwrap_or_else(|err| panic!("{err}: {}", self.stdout));
        document["data"].clone()
    }
}

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str) -> String {
        self.path().join("files").join(name).display().to_string()
    }

    fn command(&self, args: &[&str]) -> Command {
        let temporary = self.path().join("temporary");
        std::fs::create_dir_all(&temporary).unwrap();
        std::fs::create_dir_all(self.path().join("files")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyway"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("TMPDIR", temporary)
            // Settings of this shell are not those of the private server.
            .env("KEYWAY_DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")
            .current_dir(self.path())
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Nothing in the place for temporary files, and no process that works there.
    #[track_caller]
    fn is_clean(&self) {
        let left: Vec<_> =
            std::fs::read_dir(self.path().join("temporary")).unwrap().flatten().collect();
        assert!(left.is_empty(), "{left:?}");
        let here = self.path().display().to_string();
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line);
            assert!(!line.contains(&here), "{line}");
        }
    }
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
}

/// Starts a measurement and sends a signal as soon as it says `word`. Returns the exit code.
fn interrupted(mut command: Command, word: &str, name: &str) -> Option<i32> {
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let said = lines.any(|line| line.unwrap().contains(word));
    assert!(said, "it never says {word}");
    signal(&child, name);
    lines.for_each(drop);
    child.wait().unwrap().code()
}

#[test]
fn a_measurement_tells_costs_latencies_and_answers_and_leaves_nothing_behind() {
    let place = Place::new();
    let args = [
        "bench",
        "verify",
        "--embedded",
        "--keys",
        "50",
        "--in-use",
        "20",
        "--half-load",
        "--json",
    ];
    let data = place.run(&[&args[..], &SHORT].concat()).expect(0).data();
    place.is_clean();
    assert_eq!(data["bench"], "verify");
    assert_eq!(data["seed"], 1);
    assert_eq!(data["target"]["kind"], "embedded");
    assert_eq!((&data["load"]["keys"], &data["load"]["inUse"]), (&json!(50), &json!(20)));
    for part in ["operation", "liveness"] {
        let part = &data[part];
        assert!(0 < part["requests"].as_u64().unwrap(), "{part}");
        for number in ["rps", "cpu"] {
            assert!(0.0 < part[number].as_f64().unwrap(), "{part}");
        }
        let latency = |name: &str| part["latency"][name].as_f64().unwrap();
        assert!(0.0 < latency("p50"));
        let order = ["p50", "p90", "p99", "p999", "max"].map(latency);
        assert!(order.is_sorted(), "{order:?}");
        assert!(part.get("failures").is_none());
    }
    let answers = data["operation"]["answers"].as_object().unwrap();
    assert_eq!(answers.keys().collect::<Vec<_>>(), ["200 VALID"]);
    assert_eq!(data["liveness"]["answers"].as_object().unwrap().len(), 1);
    assert_eq!(data["also"]["halfLoad"]["answers"].as_object().unwrap().len(), 1);
    assert!(0.0 < data["ratio"].as_f64().unwrap());
    let rounds = data["rounds"].as_array().unwrap();
    assert_eq!(rounds.len(), 5);
    assert!(rounds.iter().all(|round| 0.0 < round["ratio"].as_f64().unwrap()));
    assert!(data["memory"]["rss"].as_u64().unwrap() <= data["memory"]["peak"].as_u64().unwrap());
}

#[test]
fn every_measurement_runs_and_gets_the_answers_that_it_expects() {
    let place = Place::new();
    let some = ["--keys", "40"];
    let measurements: &[&[&str]] = &[
        &["limit", "--hot", "--concurrency", "8", "--keys", "40"],
        &["mixed", "--mix", "verify=50,limit=40,unknown=10", "--uniform", "--keys", "40"],
        &["cold", "--keys", "400", "--cold-rate", "500/s"],
        &["unknown", "--keys", "40"],
        &["flood", "--kind", "large-body", "--flood-concurrency", "2", "--keys", "40"],
        &["flood", "--kind", "hot-key", "--kind", "hot-limit", "--keys", "40"],
        &["create", "--concurrency", "4"],
        &["create", "--full", "--concurrency", "4"],
        &["verify", "--rate", "200/s", "--keys", "40"],
    ];
    for measurement in measurements {
        let ran = place.run(&[&["bench"], *measurement, &SHORT, &["--json"]].concat()).expect(0);
        let data = ran.data();
        assert_eq!(data["bench"].as_str().unwrap(), measurement[0]);
        assert!(data.get("surprises").is_none(), "{data}");
    }
    let data =
        place.run(&[&["bench", "credits", "--json"], &some[..], &SHORT].concat()).expect(0).data();
    let facts = &data["facts"];
    assert!(0 < facts["spent"].as_u64().unwrap());
    assert_eq!(facts["spent"], facts["goneFromBalances"]);
    assert_eq!(facts["balancesToldTwice"], 0);
    place.is_clean();
}

#[test]
fn a_result_is_kept_and_compared_and_a_change_that_is_too_large_fails() {
    let place = Place::new();
    let base = place.file("base.json");
    let limit = [&["bench", "limit", "--keys", "10"], &SHORT[..]].concat();
    let text = place.run(&[&limit[..], &["--out", &base]].concat()).expect(0);
    assert!(text.stdout.contains("ratio by CPU time"), "{}", text.stdout);
    let mut kept: Value = serde_json::from_str(&std::fs::read_to_string(&base).unwrap()).unwrap();
    assert_eq!(kept["bench"], "limit");

    let mut keep_p99 = |p99: f64| {
        kept["operation"]["latency"]["p99"] = json!(p99);
        std::fs::write(&base, kept.to_string()).unwrap();
    };
    let compare = |rules: &[&str]| {
        let rules: Vec<&str> = rules.iter().flat_map(|rule| ["--fail-if", rule]).collect();
        place.run(&[&limit[..], &["--compare", &base], &rules].concat())
    };
    // No server is a thousand times faster or slower from one minute to the next.
    keep_p99(0.001);
    let slower = compare(&["p99>+1000%"]).expect(1);
    assert!(slower.stdout.contains("too much: p99>+1000%"), "{}", slower.stdout);
    keep_p99(1e9);
    let faster = compare(&["p99>+10%", "rps<-99%"]).expect(0);
    assert!(faster.stdout.contains("before") && !faster.stdout.contains("too much"));
    compare(&["p99 is bad"]).expect(2);
    place.run(&[&limit[..], &["--fail-if", "p99>+10%"]].concat()).expect(2);
    place.run(&[&limit[..], &["--compare", &place.file("absent.json")]].concat()).expect(3);
    place.is_clean();
}

#[test]
fn ctrl_c_and_sigterm_end_a_measurement_and_leave_nothing_behind() {
    for (name, code, word) in [("-INT", 130, "Measuring"), ("-TERM", 143, "Creating")] {
        let place = Place::new();
        let command = place.command(&["bench", "verify", "--keys", "3000", "--duration", "10m"]);
        assert_eq!(interrupted(command, word, name), Some(code));
        place.is_clean();
    }
    let place = Place::new();
    let seed = place.command(&[
        "bench",
        "seed",
        "--keys",
        "10m",
        "--data-dir",
        "seeded",
        "--progress",
        "json",
    ]);
    assert_eq!(interrupted(seed, "progress", "-INT"), Some(130));
    place.is_clean();
    assert!(!place.path().join("seeded").exists());
}

/// A server that runs by itself, with the environment of a client.
struct Server {
    place: Place,
    child: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let place = Place::new();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let mut child = place
            .command(&["serve", "--listen", &address, "--data-dir", "files/data"])
            .env_remove("KEYWAY_DATABASE_URL")
            .env("KEYWAY_BOOTSTRAP_ROOT_KEY", ROOT_KEY)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("listening on")));
        std::thread::spawn(move || lines.for_each(drop));
        Self { place, child, url: format!("http://{address}") }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.place.command(args);
        command.args(["--url", &self.url]).env("KEYWAY_ROOT_KEY", ROOT_KEY);
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    fn holds_nothing(&self) {
        let lists: [&[&str]; 5] = [
            &["api", "list"],
            &["role", "list"],
            &["permission", "list"],
            &["identity", "list"],
            &["ratelimit", "namespace", "list"],
        ];
        for list in lists {
            let data = self.run(&[list, &["--json"]].concat()).expect(0).data();
            assert_eq!(data, json!([]), "{list:?}");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_is_made_on_a_running_server_is_taken_away_again() {
    let server = Server::start();
    let pid = server.child.id().to_string();
    let args = ["bench", "mixed", "--keys", "30", "--json", "--pid", &pid];
    let data = server.run(&[&args[..], &SHORT].concat()).expect(0).data();
    assert_eq!(data["target"]["kind"], "url");
    assert!(0.0 < data["ratio"].as_f64().unwrap());
    server.holds_nothing();

    let create = ["bench", "create", "--full", "--concurrency", "2", "--json"];
    let data = server.run(&[&create[..], &SHORT].concat()).expect(0).data();
    assert_eq!(data["operation"]["cpu"], Value::Null);
    server.holds_nothing();

    let command = server.command(&["bench", "verify", "--keys", "30", "--duration", "10m"]);
    assert_eq!(interrupted(command, "Measuring", "-INT"), Some(130));
    server.holds_nothing();

    server.run(&["bench", "verify", "--embedded"]).expect(2);
    let wrong = server
        .command(&["bench", "verify", "--keys", "3"])
        .env("KEYWAY_ROOT_KEY", "unkey_no")
        .output();
    assert_eq!(wrong.unwrap().status.code(), Some(4));
}

#[test]
fn another_machine_is_not_measured_without_being_asked_twice() {
    let place = Place::new();
    let refused = place.run(&["bench", "verify", "--url", "http://192.0.2.1:7070"]).expect(2);
    assert!(refused.stderr.contains("--yes"), "{}", refused.stderr);
    let secure = place.run(&["bench", "verify", "--url", "https://127.0.0.1:7070"]).expect(2);
    assert!(secure.stderr.contains("only http"), "{}", secure.stderr);
    place.run(&["bench", "verify", "--data-dir", "nowhere"]).expect(3);
}

#[test]
fn a_filled_directory_is_measured_again_and_again_and_its_log_is_intact() {
    let place = Place::new();
    let seed = ["bench", "seed", "--keys", "2500", "--data-dir", "files/filled", "--json"];
    let filled = place.run(&seed).expect(0).data();
    assert_eq!(filled["keys"], 2500);
    assert!(100 < filled["bytesPerKey"].as_u64().unwrap());
    place.run(&seed).expect(7);

    let on = ["--data-dir", "files/filled", "--json"];
    for measurement in
        [&["verify", "--uniform"][..], &["verify"], &["cold"], &["mixed"], &["unknown"]]
    {
        let args = [&["bench"], measurement, &on[..], &SHORT].concat();
        let data = place.run(&args).expect(0).data();
        assert!(data.get("surprises").is_none(), "{data}");
    }
    let audit = place.run(&["audit", "verify", "--data-dir", "files/filled"]).expect(0);
    assert!(audit.stdout.contains("true"), "{}", audit.stdout);
    place.is_clean();

    let table = [
        "bench",
        "table",
        "--data-dir",
        "files/filled",
        "--duration",
        "500ms",
        "--warmup",
        "100ms",
        "--only",
        "warm,uniform,size,start,idle",
        "--out",
        "files/table.json",
    ];
    let markdown = place.run(&[&table[..], &["--markdown"]].concat()).expect(0).stdout;
    assert!(markdown.contains("| what | bar | result |"), "{markdown}");
    let out = std::fs::read_to_string(place.path().join("files/table.json")).unwrap();
    let out: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(out["rows"].as_array().unwrap().len(), 5);
    assert!(!markdown.contains("WRONG"), "{markdown}");
    place.is_clean();
}

#[test]
fn a_server_that_does_not_start_is_told_with_its_own_words() {
    let place = Place::new();
    std::fs::create_dir_all(place.path().join("files")).unwrap();
    let config = place.file("keyway.toml");
    std::fs::write(&config, "[server]\nlitsen = 1\n").unwrap();
    let ran = place.run(&["bench", "limit", "--server-config", &config]).expect(1);
    assert!(
        ran.stderr.contains("did not start") && ran.stderr.contains("litsen"),
        "{}",
        ran.stderr
    );
    place.is_clean();
}
