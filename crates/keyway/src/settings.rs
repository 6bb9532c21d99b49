//! The settings of the server: one row each, and how what was typed becomes a [`Config`].
//!
//! A flag wins over the environment, the environment over `keyway.toml`, that over the default.
//! Everything that is wrong is reported at once, with where it stands and how to put it right.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use keyway_core::secret::PlainKey;
use keyway_core::vault::MasterKey;
use keyway_http::DashboardConfig;
use keyway_ops::vault::Vault;
use toml::de::{DeTable, DeValue};

use crate::cli::serve::ServeArgs;
use crate::memory;

/// One setting.
#[derive(Debug)]
pub struct Row {
    /// Its name in `keyway.toml`: section and key.
    pub key: &'static str,
    /// Its usual name in the environment. `KEYWAY_`, section, `_` and key works for all.
    pub env: &'static str,
    /// The flag of `keyway serve`, if it has one.
    pub flag: Option<&'static str>,
    /// What holds if nobody says anything; empty if nothing does.
    pub default: &'static str,
    /// What it is for.
    pub meaning: &'static str,
    /// Secrets are never shown, have no flag, and may stand in a file of their own: the same
    /// names with `_file` and `_FILE`.
    pub secret: bool,
}

const fn row(
    key: &'static str,
    env: &'static str,
    flag: Option<&'static str>,
    default: &'static str,
    meaning: &'static str,
) -> Row {
    Row { key, env, flag, default, meaning, secret: false }
}

const fn secret(
    key: &'static str,
    env: &'static str,
    flag: Option<&'static str>,
    meaning: &'static str,
) -> Row {
    Row { key, env, flag, default: "", meaning, secret: true }
}

const LISTEN: &str = "server.listen";
const DATA_DIR: &str = "server.data_dir";
const PUBLIC_URL: &str = "server.public_url";
const TRUSTED_PROXIES: &str = "server.trusted_proxies";
const MAX_BODY: &str = "server.max_body";
const REQUEST_TIMEOUT: &str = "server.request_timeout";
const SHUTDOWN_GRACE: &str = "server.shutdown_grace";
const BOOTSTRAP_ROOT_KEY: &str = "security.bootstrap_root_key";
const MASTER_KEY: &str = "security.master_key";
const PREVIOUS_MASTER_KEYS: &str = "security.previous_master_keys";
const OWNER_EMAIL: &str = "security.owner_email";
const OWNER_PASSWORD: &str = "security.owner_password";
const DASHBOARD: &str = "dashboard.enabled";
const ROOT_KEY_SIGN_IN: &str = "dashboard.root_key_sign_in";
const ALLOW_INSECURE_HTTP: &str = "dashboard.allow_insecure_http";
const STORAGE_URL: &str = "storage.url";
const POOL: &str = "storage.pool";
const AUTO_MIGRATE: &str = "storage.auto_migrate";
const CACHE_BYTES: &str = "cache.max_bytes";
const LOG_LEVEL: &str = "log.level";
const LOG_FORMAT: &str = "log.format";

/// Every setting.
pub const ROWS: [Row; 21] = [
    row(
        LISTEN,
        "KEYWAY_LISTEN",
        Some("--listen"),
        "127.0.0.1:7070",
        "Address and port to listen on; port 0 takes a free one.",
    ),
    row(
        DATA_DIR,
        "KEYWAY_DATA_DIR",
        Some("--data-dir"),
        "./keyway-data",
        "Directory of the embedded storage and its lock.",
    ),
    row(
        PUBLIC_URL,
        "KEYWAY_PUBLIC_URL",
        Some("--public-url"),
        "",
        "URL under which clients reach the server; as each request says if it is not set.",
    ),
    row(
        TRUSTED_PROXIES,
        "KEYWAY_SERVER_TRUSTED_PROXIES",
        None,
        "",
        "Networks of proxies that are believed about the client's address and the scheme.",
    ),
    row(
        MAX_BODY,
        "KEYWAY_SERVER_MAX_BODY",
        None,
        "10 MiB",
        "Largest body of a request; 0 allows any size.",
    ),
    row(
        REQUEST_TIMEOUT,
        "KEYWAY_SERVER_REQUEST_TIMEOUT",
        None,
        "60s",
        "How long a request may take.",
    ),
    row(
        SHUTDOWN_GRACE,
        "KEYWAY_SERVER_SHUTDOWN_GRACE",
        None,
        "10s",
        "How long requests may go on after the signal to stop.",
    ),
    secret(
        BOOTSTRAP_ROOT_KEY,
        "KEYWAY_BOOTSTRAP_ROOT_KEY",
        None,
        "First root key of an empty storage: `unkey_` and at least 32 characters. One is made up \
         and shown once if it is not set.",
    ),
    secret(
        MASTER_KEY,
        "KEYWAY_MASTER_KEY",
        None,
        "Key under which recoverable keys are stored: 32 bytes in base 64 or hexadecimal digits. \
         No key can be stored recoverably if it is not set.",
    ),
    secret(
        PREVIOUS_MASTER_KEYS,
        "KEYWAY_PREVIOUS_MASTER_KEYS",
        None,
        "Master keys from before, separated by commas. What they sealed is put under the present \
         one in the background.",
    ),
    row(
        OWNER_EMAIL,
        "KEYWAY_OWNER_EMAIL",
        None,
        "",
        "Address of the dashboard's first owner, who is made at the first start. Later changes do \
         nothing.",
    ),
    secret(
        OWNER_PASSWORD,
        "KEYWAY_OWNER_PASSWORD",
        None,
        "Password of that owner, or its argon2id hash in PHC form.",
    ),
    row(
        DASHBOARD,
        "KEYWAY_DASHBOARD_ENABLED",
        None,
        "true",
        "Whether the dashboard is served under /ui/.",
    ),
    row(
        ROOT_KEY_SIGN_IN,
        "KEYWAY_DASHBOARD_ROOT_KEY_SIGN_IN",
        None,
        "true",
        "Whether root keys may sign in to the dashboard.",
    ),
    row(
        ALLOW_INSECURE_HTTP,
        "KEYWAY_DASHBOARD_ALLOW_INSECURE_HTTP",
        None,
        "false",
        "Whether people may sign in to the dashboard over plain HTTP from other machines.",
    ),
    secret(
        STORAGE_URL,
        "KEYWAY_DATABASE_URL",
        Some("--database-url"),
        "PostgreSQL to use instead of the embedded storage: `postgres://…`.",
    ),
    row(
        POOL,
        "KEYWAY_STORAGE_POOL",
        None,
        "auto",
        "Largest number of connections to the database, or `auto`.",
    ),
    row(
        AUTO_MIGRATE,
        "KEYWAY_STORAGE_AUTO_MIGRATE",
        Some("--no-migrate"),
        "true",
        "Whether the start brings the schema up to date, or refuses to run on another one.",
    ),
    row(
        CACHE_BYTES,
        "KEYWAY_CACHE_MAX_BYTES",
        None,
        "auto",
        "Memory for keys in use, on embedded storage, about 1 kB for each; auto is a quarter of the \
         machine's, 4 GiB at most.",
    ),
    row(
        LOG_LEVEL,
        "KEYWAY_LOG_LEVEL",
        Some("--log-level"),
        "info",
        "error, warn, info, debug or trace.",
    ),
    row(
        LOG_FORMAT,
        "KEYWAY_LOG_FORMAT",
        Some("--log-format"),
        "auto",
        "text, json, or auto: text on a terminal, else json.",
    ),
];

/// Where `keyway.toml` is looked for last.
const SYSTEM_FILE: &str = "/etc/keyway/keyway.toml";

/// The environment, as a function so that tests can bring their own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A variable of the environment. An empty one counts as unset.
#[expect(clippy::disallowed_methods, reason = "the home of the server's environment")]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Something that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, as a sentence that names where it stands.
    pub what: String,
    /// What to do about it.
    pub fix: String,
}

/// The settings, checked and ready to be used.
pub struct Config {
    /// Address and port to listen on.
    pub listen: String,
    /// Where clients reach the server.
    pub public_url: Option<String>,
    /// Proxies that are believed about the client.
    pub trusted_proxies: Vec<IpNet>,
    /// Largest body in bytes; 0 allows any size.
    pub max_body: usize,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// How long requests may go on after the signal to stop.
    pub shutdown_grace: Duration,
    /// The first root key of an empty storage.
    pub bootstrap_root_key: Option<PlainKey>,
    /// What seals recoverable keys; without it there are none.
    pub vault: Option<Vault>,
    /// The first owner of the dashboard: address, and password or its hash.
    pub owner: Option<(String, PlainKey)>,
    /// How the dashboard is served.
    pub dashboard: DashboardConfig,
    /// Where the truth is kept.
    pub storage: StorageConfig,
    /// How much is logged.
    pub log_level: tracing::Level,
    /// How it is logged.
    pub log_format: LogFormat,
    /// The file that was read, if there was one.
    pub file: Option<PathBuf>,
}

/// Where the truth is kept.
pub struct StorageConfig {
    /// Which database.
    pub place: Place,
    /// Largest number of connections; chosen by the program if absent.
    pub pool: Option<usize>,
    /// Whether the schema is brought up to date.
    pub migrate: bool,
    /// How many bytes the keys in use may take up in memory.
    pub cache_bytes: usize,
}

/// Which database.
pub enum Place {
    /// SQLite in this directory.
    Embedded(PathBuf),
    /// PostgreSQL at this URL, which may contain a password.
    Postgres(PlainUrl),
}

/// A URL with a password in it, which prints without.
pub struct PlainUrl(String);

impl PlainUrl {
    /// Takes over a URL.
    pub fn new(url: String) -> Self {
        Self(url)
    }

    /// The whole URL, for the driver.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PlainUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("postgres", ""));
        let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        write!(f, "{scheme}://{}", rest.split('?').next().unwrap_or_default())
    }
}

/// How lines of the log look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, else JSON.
    Auto,
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Config {
    /// Reads flags, environment and file. All faults are reported together.
    pub fn load(args: &ServeArgs, environment: Environment<'_>) -> Result<Self, Vec<Fault>> {
        let mut typed = Typed::default();
        typed.add_flags(args);
        typed.add_environment(environment);
        let file = typed.find_file(args.config.as_deref(), environment);
        if let Some(file) = &file {
            typed.add_file(file);
        }
        let mut config = Resolver { typed };
        let resolved = Self {
            listen: config.listen(),
            public_url: config.public_url(),
            trusted_proxies: config.trusted_proxies(),
            max_body: config.size(MAX_BODY),
            request_timeout: config.request_timeout(),
            shutdown_grace: config.duration(SHUTDOWN_GRACE),
            bootstrap_root_key: config.bootstrap_root_key(),
            vault: config.vault(),
            owner: config.owner(),
            dashboard: DashboardConfig {
                enabled: config.flag(DASHBOARD),
                root_key_sign_in: config.flag(ROOT_KEY_SIGN_IN),
                allow_insecure_http: config.flag(ALLOW_INSECURE_HTTP),
            },
            storage: StorageConfig {
                place: config.place(),
                pool: config.pool(),
                migrate: config.flag(AUTO_MIGRATE),
                cache_bytes: config.cache_bytes(),
            },
            log_level: config.log_level(),
            log_format: config.log_format(),
            file,
        };
        if config.typed.faults.is_empty() { Ok(resolved) } else { Err(config.typed.faults) }
    }
}

/// A value as it was typed, and where.
struct Value {
    text: String,
    source: String,
}

/// Everything that was typed; what came first wins.
#[derive(Default)]
struct Typed {
    values: BTreeMap<&'static str, Value>,
    faults: Vec<Fault>,
}

impl Typed {
    fn fault(&mut self, what: impl Into<String>, fix: impl Into<String>) {
        self.faults.push(Fault { what: what.into(), fix: fix.into() });
    }

    fn add(&mut self, key: &'static str, text: String, source: String) {
        self.values.entry(key).or_insert(Value { text, source });
    }

    fn add_flags(&mut self, args: &ServeArgs) {
        let no_migrate = args.no_migrate.then(|| "false".to_owned());
        for (key, value) in [
            (LISTEN, &args.listen),
            (DATA_DIR, &args.data_dir),
            (PUBLIC_URL, &args.public_url),
            (STORAGE_URL, &args.database_url),
            (AUTO_MIGRATE, &no_migrate),
            (LOG_LEVEL, &args.log_level),
            (LOG_FORMAT, &args.log_format),
        ] {
            let flag = ROWS.iter().find(|row| row.key == key).and_then(|row| row.flag);
            if let (Some(value), Some(flag)) = (value, flag) {
                self.add(key, value.clone(), flag.to_owned());
            }
        }
    }

    fn add_environment(&mut self, environment: Environment<'_>) {
        for row in &ROWS {
            let long = format!("KEYWAY_{}", row.key.replace('.', "_").to_uppercase());
            let names = if long == row.env { vec![long] } else { vec![row.env.to_owned(), long] };
            let given = |end: &str| {
                names.iter().find_map(|name| {
                    let name = format!("{name}{end}");
                    environment(&name).map(|text| (name, text))
                })
            };
            let file = if row.secret { given("_FILE") } else { None };
            match (given(""), file) {
                (Some((name, _)), Some((file, _))) => {
                    self.fault(format!("Both {name} and {file} are set."), "Unset one of them.");
                }
                (Some((name, text)), None) => self.add(row.key, text, name),
                (None, Some((name, path))) => self.add_secret_file(row.key, &path, &name),
                (None, None) => {}
            }
        }
    }

    fn add_secret_file(&mut self, key: &'static str, path: &str, source: &str) {
        match std::fs::read_to_string(path) {
            Ok(text) if text.trim().is_empty() => {
                self.fault(
                    format!("The file {path} of {source} is empty."),
                    "Write the secret into it.",
                );
            }
            Ok(text) => self.add(key, text.trim().to_owned(), format!("{source} ({path})")),
            Err(error) => self.fault(
                format!("The file {path} of {source} can't be read: {error}."),
                "Name a file that the server may read.",
            ),
        }
    }

    /// The file that was named, or the first that is there.
    fn find_file(&mut self, flag: Option<&str>, environment: Environment<'_>) -> Option<PathBuf> {
        let named = flag.map(|path| (path.to_owned(), "--config"));
        let named =
            named.or_else(|| environment("KEYWAY_CONFIG").map(|path| (path, "KEYWAY_CONFIG")));
        if let Some((path, source)) = named {
            let path = PathBuf::from(path);
            if !path.is_file() {
                self.fault(
                    format!("The file {} of {source} does not exist.", path.display()),
                    "Name a file that exists.",
                );
                return None;
            }
            return Some(path);
        }
        let default = ROWS.iter().find(|row| row.key == DATA_DIR).map_or("", |row| row.default);
        let data_dir = self.values.get(DATA_DIR).map_or(default, |value| value.text.as_str());
        [
            PathBuf::from("keyway.toml"),
            Path::new(data_dir).join("keyway.toml"),
            PathBuf::from(SYSTEM_FILE),
        ]
        .into_iter()
        .find(|path| path.is_file())
    }

    fn add_file(&mut self, path: &Path) {
        let shown = path.display();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                self.fault(format!("{shown} can't be read: {error}."), "Check its permissions.");
                return;
            }
        };
        let table = match DeTable::parse(&text) {
            Ok(table) => table,
            Err(error) => {
                let line = error.span().map_or(1, |span| line(&text, span.start));
                self.fault(
                    format!(
                        "{shown}:{line} is not TOML: {}.",
                        error.message().trim_end_matches('.')
                    ),
                    "Compare it with https://toml.io, or leave the line out.",
                );
                return;
            }
        };
        for (section, inner) in table.get_ref() {
            let section = section.get_ref();
            let Some(settings) = inner.get_ref().as_table() else {
                let at = format!("{shown}:{}", line(&text, inner.span().start));
                self.unknown(&at, section);
                continue;
            };
            for (name, value) in settings {
                let at = format!("{shown}:{}", line(&text, name.span().start));
                self.add_entry(&format!("{section}.{}", name.get_ref()), value.get_ref(), &at);
            }
        }
        self.one_of_each_secret(table.get_ref(), path);
    }

    fn add_entry(&mut self, key: &str, value: &DeValue<'_>, at: &str) {
        let row = ROWS.iter().find(|row| row.key == key);
        let in_file = key.strip_suffix("_file");
        let secret = ROWS.iter().find(|row| row.secret && Some(row.key) == in_file);
        match (row, secret, text_of(value)) {
            (None, None, _) => self.unknown(at, key),
            (_, _, None) => self.fault(
                format!("{key} in {at} is neither a text nor a number nor a list of texts."),
                "Write one value, in quotes if it is a text.",
            ),
            (Some(row), _, Some(text)) => self.add(row.key, text, at.to_owned()),
            // Of what is overruled by the environment, the file isn't even looked at.
            (None, Some(row), Some(path)) if !self.values.contains_key(row.key) => {
                self.add_secret_file(row.key, &path, at);
            }
            (None, Some(_), Some(_)) => {}
        }
    }

    fn one_of_each_secret(&mut self, table: &DeTable<'_>, path: &Path) {
        for row in ROWS.iter().filter(|row| row.secret) {
            let Some((section, name)) = row.key.split_once('.') else { continue };
            let Some(settings) = table.get(section).and_then(|one| one.get_ref().as_table()) else {
                continue;
            };
            if settings.contains_key(name) && settings.contains_key(format!("{name}_file").as_str())
            {
                let what =
                    format!("{} sets both {} and {}_file.", path.display(), row.key, row.key);
                self.fault(what, "Remove one of them.");
            }
        }
    }

    fn unknown(&mut self, at: &str, key: &str) {
        let names = ROWS.iter().flat_map(|row| {
            let file = row.secret.then(|| format!("{}_file", row.key));
            [Some(row.key.to_owned()), file].into_iter().flatten()
        });
        let nearest = names
            .map(|name| (strsim::jaro_winkler(key, &name), name))
            .max_by(|(one, _), (other, _)| one.total_cmp(other))
            .filter(|(likeness, _)| 0.8 < *likeness);
        let fix = match nearest {
            Some((_, name)) => format!("Did you mean {name}?"),
            None => format!(
                "Remove it. Known are {}.",
                ROWS.iter().map(|row| row.key).collect::<Vec<_>>().join(", ")
            ),
        };
        let key: String = key.chars().take(64).collect();
        self.fault(format!("{at}: there is no setting {key}."), fix);
    }
}

fn text_of(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Array(items) => {
            let texts: Option<Vec<String>> =
                items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect();
            texts.map(|texts| texts.join(","))
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// Turns what was typed into what is meant.
struct Resolver {
    typed: Typed,
}

impl Resolver {
    /// The text of a setting and where it stands. Empty if nothing was said and nothing holds.
    fn text(&self, key: &'static str) -> (String, String) {
        let default = ROWS.iter().find(|row| row.key == key).map_or("", |row| row.default);
        match self.typed.values.get(key) {
            Some(value) => (value.text.clone(), value.source.clone()),
            None => (default.to_owned(), "the default".to_owned()),
        }
    }

    /// Notes that the value of a setting is wrong; `what` is what it isn't.
    fn wrong(&mut self, key: &'static str, text: &str, source: &str, what: &str, fix: &str) {
        let shown: String = text.chars().take(64).collect();
        self.typed.fault(format!("{key} is `{shown}` (from {source}), which is {what}."), fix);
    }

    fn listen(&mut self) -> String {
        let (text, source) = self.text(LISTEN);
        let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty());
        if port.and_then(|(_, port)| port.parse::<u16>().ok()).is_none() {
            let fix = "Write it as HOST:PORT, for example 127.0.0.1:7070.";
            self.wrong(LISTEN, &text, &source, "no address with a port", fix);
        }
        text
    }

    fn public_url(&mut self) -> Option<String> {
        let (text, source) = self.text(PUBLIC_URL);
        if text.is_empty() {
            return None;
        }
        let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        let is_url = host.is_some_and(|host| {
            !host.is_empty()
                && !host.starts_with('/')
                && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/[]%".contains(&b))
        });
        if !is_url {
            let fix = "Write it as https://HOST, without a query.";
            self.wrong(PUBLIC_URL, &text, &source, "no URL of a web server", fix);
        }
        Some(text.trim_end_matches('/').to_owned())
    }

    fn trusted_proxies(&mut self) -> Vec<IpNet> {
        let (text, source) = self.text(TRUSTED_PROXIES);
        let mut networks = Vec::new();
        for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
            let network = one.parse().or_else(|_| one.parse::<IpAddr>().map(IpNet::from));
            match network {
                Ok(network) => networks.push(network),
                Err(_) => self.wrong(
                    TRUSTED_PROXIES,
                    one,
                    &source,
                    "neither an address nor a network",
                    "Write networks as 10.0.0.0/8, separated by commas.",
                ),
            }
        }
        networks
    }

    fn size(&mut self, key: &'static str) -> usize {
        let (text, source) = self.text(key);
        size(&text).unwrap_or_else(|| {
            let fix = "Write a number of bytes, or one with KiB, MiB or GiB.";
            self.wrong(key, &text, &source, "no size", fix);
            0
        })
    }

    fn duration(&mut self, key: &'static str) -> Duration {
        let (text, source) = self.text(key);
        duration(&text).unwrap_or_else(|| {
            self.wrong(key, &text, &source, "no duration", "Write it as 500ms, 10s, 5m or 1h.");
            Duration::ZERO
        })
    }

    fn request_timeout(&mut self) -> Duration {
        let duration = self.duration(REQUEST_TIMEOUT);
        let (text, source) = self.text(REQUEST_TIMEOUT);
        if duration.is_zero() && self::duration(&text).is_some() {
            let fix = "Give requests some time, for example 60s.";
            self.wrong(REQUEST_TIMEOUT, &text, &source, "no time at all", fix);
        }
        duration
    }

    fn flag(&mut self, key: &'static str) -> bool {
        let (text, source) = self.text(key);
        match text.as_str() {
            "true" | "1" | "yes" | "on" => true,
            "false" | "0" | "no" | "off" => false,
            _ => {
                self.wrong(key, &text, &source, "neither true nor false", "Write true or false.");
                true
            }
        }
    }

    fn bootstrap_root_key(&mut self) -> Option<PlainKey> {
        let (text, source) = self.text(BOOTSTRAP_ROOT_KEY);
        if text.is_empty() {
            return None;
        }
        let is_root_key = text.strip_prefix("unkey_").is_some_and(|secret| {
            (32..=256).contains(&secret.len())
                && secret.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~+/=".contains(&b))
        });
        if !is_root_key {
            self.typed.fault(
                format!(
                    "{BOOTSTRAP_ROOT_KEY} (from {source}) is not `unkey_` and 32 to 256 letters, \
                     digits or characters of -_.~+/=."
                ),
                "Make one with: echo \"unkey_$(openssl rand -hex 24)\"",
            );
        }
        Some(PlainKey::new(text))
    }

    fn owner(&mut self) -> Option<(String, PlainKey)> {
        let (email, email_source) = self.text(OWNER_EMAIL);
        let (password, source) = self.text(OWNER_PASSWORD);
        if email.is_empty() && password.is_empty() {
            return None;
        }
        if email.is_empty() || password.is_empty() {
            let missing = if email.is_empty() { OWNER_EMAIL } else { OWNER_PASSWORD };
            self.typed.fault(
                format!(
                    "{OWNER_EMAIL} and {OWNER_PASSWORD} belong together, and {missing} is missing."
                ),
                "Set both, or neither and set the owner up by the link that the start shows.",
            );
            return None;
        }
        let parts = email.split_once('@');
        if !parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()) {
            let fix = "Write it as in anna@example.com.";
            self.wrong(OWNER_EMAIL, &email, &email_source, "no email address", fix);
        }
        if !keyway_ops::people::password::is_hash(&password)
            && let Some(fault) = keyway_ops::people::password::fault(&password, &email)
        {
            self.typed.fault(
                format!("{OWNER_PASSWORD} (from {source}) {fault}."),
                "Choose a longer one of several words, or let a password manager do it.",
            );
        }
        Some((email, PlainKey::new(password)))
    }

    fn vault(&mut self) -> Option<Vault> {
        let (text, source) = self.text(MASTER_KEY);
        let (before, source_before) = self.text(PREVIOUS_MASTER_KEYS);
        let current =
            if text.is_empty() { None } else { self.master_key(MASTER_KEY, &text, &source) };
        let previous: Vec<MasterKey> = before
            .split(',')
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .filter_map(|one| self.master_key(PREVIOUS_MASTER_KEYS, one, &source_before))
            .collect();
        if text.is_empty() && !before.is_empty() {
            self.typed.fault(
                format!("{PREVIOUS_MASTER_KEYS} (from {source_before}) is set, but no master key."),
                "Set KEYWAY_MASTER_KEY to the key that replaces them.",
            );
        }
        Some(Vault::new(current?, previous))
    }

    /// A master key, which is never shown.
    fn master_key(&mut self, key: &'static str, text: &str, source: &str) -> Option<MasterKey> {
        let read = MasterKey::parse(text);
        if read.is_none() {
            self.typed.fault(
                format!(
                    "{key} (from {source}) holds something that is not 32 bytes in base 64 or 64 \
                     hexadecimal digits."
                ),
                "Make a key with: openssl rand -base64 32",
            );
        }
        read
    }

    fn place(&mut self) -> Place {
        let (url, source) = self.text(STORAGE_URL);
        if url.is_empty() {
            return Place::Embedded(PathBuf::from(self.text(DATA_DIR).0));
        }
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            self.typed.fault(
                format!("{STORAGE_URL} (from {source}) is not the URL of a PostgreSQL database."),
                "Write it as postgres://USER:PASSWORD@HOST/DATABASE, or leave it out for the \
                 embedded storage.",
            );
        }
        Place::Postgres(PlainUrl(url))
    }

    fn cache_bytes(&mut self) -> usize {
        let (text, _) = self.text(CACHE_BYTES);
        if text == "auto" { memory::quarter() } else { self.size(CACHE_BYTES) }
    }

    fn pool(&mut self) -> Option<usize> {
        let (text, source) = self.text(POOL);
        if text == "auto" {
            return None;
        }
        let size = text.parse().ok().filter(|size| (1..=1000).contains(size));
        if size.is_none() {
            let fix = "Write a number from 1 to 1000, or auto.";
            self.wrong(POOL, &text, &source, "no number of connections", fix);
        }
        size
    }

    fn log_level(&mut self) -> tracing::Level {
        let (text, source) = self.text(LOG_LEVEL);
        let known = ["error", "warn", "info", "debug", "trace"].contains(&text.as_str());
        match text.parse() {
            Ok(level) if known => level,
            _ => {
                let fix = "Choose from error, warn, info, debug and trace.";
                self.wrong(LOG_LEVEL, &text, &source, "no level", fix);
                tracing::Level::INFO
            }
        }
    }

    fn log_format(&mut self) -> LogFormat {
        let (text, source) = self.text(LOG_FORMAT);
        match text.as_str() {
            "auto" => LogFormat::Auto,
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            _ => {
                let fix = "Choose from text, json and auto.";
                self.wrong(LOG_FORMAT, &text, &source, "no format", fix);
                LogFormat::Auto
            }
        }
    }
}

/// `1048576`, `512 KiB`, `10MiB`, `1 GiB`.
fn size(text: &str) -> Option<usize> {
    let (number, unit) = split_number(text);
    let factor: usize = match unit {
        "" | "B" => 1,
        "KiB" | "K" => 1 << 10,
        "MiB" | "M" => 1 << 20,
        "GiB" | "G" => 1 << 30,
        "kB" | "KB" => 1000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    usize::try_from(number?).ok()?.checked_mul(factor)
}

/// `500ms`, `10s`, `5m`, `1h`; a bare number is seconds.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = split_number(text);
    let number = number?;
    let milliseconds = match unit {
        "ms" => Some(number),
        "s" | "" => number.checked_mul(1000),
        "m" => number.checked_mul(60_000),
        "h" => number.checked_mul(3_600_000),
        _ => None,
    };
    milliseconds.map(Duration::from_millis)
}

fn split_number(text: &str) -> (Option<u64>, &str) {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (text[..digits].parse().ok(), text[digits..].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> ServeArgs {
        ServeArgs::default()
    }

    fn load(args: &ServeArgs, variables: &[(&str, &str)]) -> Result<Config, Vec<Fault>> {
        Config::load(args, &|name| {
            let found = variables.iter().find(|(one, _)| *one == name);
            found.map(|(_, value)| (*value).to_owned()).filter(|value| !value.is_empty())
        })
    }

    fn faults(args: &ServeArgs, variables: &[(&str, &str)]) -> Vec<Fault> {
        load(args, variables).err().unwrap()
    }

    fn file(text: &str) -> (tempfile::TempDir, ServeArgs) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keyway.toml");
        std::fs::write(&path, text).unwrap();
        let config = Some(path.display().to_string());
        (directory, ServeArgs { config, ..args() })
    }

    #[test]
    fn without_anything_the_defaults_hold() {
        let config = load(&args(), &[]).ok().unwrap();
        assert_eq!(config.listen, "127.0.0.1:7070");
        assert_eq!(config.max_body, 10_485_760);
        assert_eq!(config.request_timeout, Duration::from_mins(1));
        assert!(config.storage.migrate);
        assert!(
            matches!(config.storage.place, Place::Embedded(path) if path.ends_with("keyway-data"))
        );
    }

    #[test]
    fn a_flag_wins_over_the_environment_and_that_over_the_file() {
        let text = "[server]\nlisten = \"127.0.0.1:1\"\nmax_body = 5\nrequest_timeout = \"5s\"\n";
        let (_directory, args) = file(text);
        let variables = [("KEYWAY_LISTEN", "127.0.0.1:2"), ("KEYWAY_SERVER_MAX_BODY", "2 KiB")];
        let config = load(&args, &variables).ok().unwrap();
        assert_eq!(config.listen, "127.0.0.1:2");
        assert_eq!(config.max_body, 2048);
        assert_eq!(config.request_timeout, Duration::from_secs(5));
        let args = ServeArgs { listen: Some("127.0.0.1:3".to_owned()), ..args };
        assert_eq!(load(&args, &variables).ok().unwrap().listen, "127.0.0.1:3");
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let config = load(&args(), &[("KEYWAY_LISTEN", ""), ("KEYWAY_DATABASE_URL", "")]);
        assert_eq!(config.ok().unwrap().listen, "127.0.0.1:7070");
    }

    #[test]
    fn every_fault_is_reported_with_where_it_stands() {
        let (_directory, args) =
            file("[server]\nlisten = \"nowhere\"\nlissten = 1\n\n[sever]\nx = 1\n");
        let faults = faults(
            &args,
            &[
                ("KEYWAY_LOG_LEVEL", "loud"),
                ("KEYWAY_SERVER_TRUSTED_PROXIES", "10.0.0.0/8, 10.0.0.0/99"),
                ("KEYWAY_BOOTSTRAP_ROOT_KEY", "unkey_CANARY"),
                ("KEYWAY_DATABASE_URL", "mysql://CANARY"),
            ],
        );
        let text = format!("{faults:?}");
        for part in [
            "keyway.toml:2",
            "keyway.toml:3: there is no setting server.lissten",
            "Did you mean server.listen?",
            "keyway.toml:6: there is no setting sever.x",
            "KEYWAY_LOG_LEVEL",
            "10.0.0.0/99",
            "KEYWAY_BOOTSTRAP_ROOT_KEY",
            "KEYWAY_DATABASE_URL",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert_eq!(faults.len(), 7);
        assert!(!text.contains("CANARY"), "secrets are not repeated");
    }

    #[test]
    fn a_file_that_is_not_toml_is_reported_with_its_line() {
        let (_directory, args) = file("[server]\nlisten = \n");
        let faults = faults(&args, &[]);
        assert!(faults[0].what.contains("keyway.toml:2 is not TOML"), "{faults:?}");
    }

    #[test]
    fn a_secret_may_stand_in_a_file_but_not_in_two_places() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret");
        let secret = "unkey_0123456789abcdef0123456789abcdef";
        std::fs::write(&path, format!("{secret}\n")).unwrap();
        let path = path.display().to_string();
        let by_environment = [("KEYWAY_BOOTSTRAP_ROOT_KEY_FILE", path.as_str())];
        let config = load(&args(), &by_environment).ok().unwrap();
        assert_eq!(config.bootstrap_root_key.unwrap().reveal_once(), secret);

        let (_directory, args) = file(&format!("[security]\nbootstrap_root_key_file = {path:?}\n"));
        let config = load(&args, &[]).ok().unwrap();
        assert_eq!(config.bootstrap_root_key.unwrap().reveal_once(), secret);

        let both = [by_environment[0], ("KEYWAY_BOOTSTRAP_ROOT_KEY", secret)];
        assert_eq!(faults(&args, &both).len(), 1);
    }

    #[test]
    fn a_master_key_is_32_bytes_and_is_never_shown() {
        let (one, other) = ("1f".repeat(32), "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=");
        let config = load(&args(), &[("KEYWAY_MASTER_KEY", &one)]).ok().unwrap();
        assert!(config.vault.is_some());
        let previous = format!("{other}, {one}");
        let both = [("KEYWAY_MASTER_KEY", &*one), ("KEYWAY_PREVIOUS_MASTER_KEYS", &*previous)];
        assert!(load(&args(), &both).ok().unwrap().vault.is_some());
        assert!(load(&args(), &[("KEYWAY_MASTER_KEY", "")]).ok().unwrap().vault.is_none());

        let bad = [("KEYWAY_MASTER_KEY", "CANARY"), ("KEYWAY_PREVIOUS_MASTER_KEYS", "CANARY,x")];
        let text = format!("{:?}", faults(&args(), &bad));
        assert!(text.contains("KEYWAY_MASTER_KEY") && !text.contains("CANARY"), "{text}");
        assert_eq!(faults(&args(), &bad).len(), 3);
        assert_eq!(faults(&args(), &both[1..]).len(), 1);
    }

    #[test]
    fn a_named_file_must_exist() {
        let missing = ServeArgs { config: Some("/nonexistent/keyway.toml".to_owned()), ..args() };
        assert!(faults(&missing, &[])[0].what.contains("--config"));
        let named = [("KEYWAY_CONFIG", "/nonexistent/keyway.toml")];
        assert!(faults(&args(), &named)[0].what.contains("KEYWAY_CONFIG"));
    }

    #[test]
    fn a_database_url_prints_without_its_password() {
        let url = PlainUrl::new("postgres://user:CANARY@host:5432/db?password=CANARY".to_owned());
        assert_eq!(url.to_string(), "postgres://host:5432/db");
    }

    #[test]
    fn sizes_and_durations_have_units() {
        assert_eq!(size("10 MiB"), Some(10_485_760));
        assert_eq!(size("0"), Some(0));
        assert_eq!(size("10 apples"), None);
        assert_eq!(size("-1"), None);
        assert_eq!(duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(duration("1h"), Some(Duration::from_hours(1)));
        assert_eq!(duration("60"), Some(Duration::from_mins(1)));
        assert_eq!(duration("soon"), None);
    }

    #[test]
    fn names_in_the_file_and_in_the_environment_are_unique() {
        let mut names: Vec<&str> = ROWS.iter().flat_map(|row| [row.key, row.env]).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
