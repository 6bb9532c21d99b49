//! Which server, and with which root key: flags, then environment, then a profile of `cli.toml`.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::Global;
use super::exit::{Exit, Failure};
use super::{time, values};

const DEFAULT_URL: &str = "http://127.0.0.1:7070";

/// The environment of the client commands: name and meaning.
pub const VARIABLES: [(&str, &str); 10] = [
    ("KEYWAY_URL", "URL of the server (default http://127.0.0.1:7070)"),
    ("KEYWAY_ROOT_KEY", "root key"),
    ("KEYWAY_ROOT_KEY_FILE", "file that holds the root key"),
    ("KEYWAY_PROFILE", "profile of cli.toml"),
    ("KEYWAY_OUTPUT", "table, json, jsonl, yaml, csv or id"),
    ("KEYWAY_NO_INPUT", "1: never ask"),
    ("KEYWAY_TIMEOUT", "longest wait for an answer, for example 30s"),
    ("NO_COLOR", "set: no colours"),
    ("HTTPS_PROXY, HTTP_PROXY, NO_PROXY", "proxy; never used for a loopback address"),
    ("SSL_CERT_FILE", "PEM file of the certificate authorities to trust"),
];

/// Where requests go.
pub struct Connection {
    /// The server, without a slash at the end.
    pub url: String,
    /// The root key, if one is known.
    pub root_key: Option<RootKey>,
    /// The longest wait for one answer.
    pub timeout: Duration,
    /// PEM file of the authorities to trust instead of the built-in ones.
    pub authorities: Option<PathBuf>,
}

/// A root key and where it came from. Neither printable nor comparable.
pub struct RootKey {
    /// The secret itself.
    pub secret: String,
    /// Where it came from, for messages.
    pub source: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Profiles {
    default_profile: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    url: Option<String>,
    root_key: Option<String>,
}

impl Connection {
    /// Resolves flags, environment and profile, in this order.
    pub fn resolve(
        global: &Global,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Failure> {
        let timeout = match global.timeout.clone().or_else(|| environment("KEYWAY_TIMEOUT")) {
            Some(text) => time::duration(&text).map_err(|err| {
                Failure::usage("The timeout of --timeout or KEYWAY_TIMEOUT is wrong.").because(err)
            })?,
            None => Duration::from_secs(30),
        };
        let url = global.url.clone().or_else(|| environment("KEYWAY_URL"));
        let root_key = given_root_key(global, environment)?;
        let chosen = global.profile.clone().or_else(|| environment("KEYWAY_PROFILE"));
        let profile = if url.is_some() && root_key.is_some() && chosen.is_none() {
            Profile::default()
        } else {
            profile(chosen.as_deref(), environment)?
        };

        let root_key = match (root_key, &profile.root_key) {
            (None, Some(reference)) => {
                // The key of the default profile must not travel to a server that only a variable
                // or a flag names.
                if let (None, Some(url), true) = (&chosen, &url, url != profile.url) {
                    return Err(Failure::new(
                        Exit::Config,
                        format!("The root key of the default profile is not for {url}."),
                    )
                    .fix("name the profile with --profile, or give the root key of that server"));
                }
                Some(stored_root_key(reference, environment)?)
            }
            (root_key, _) => root_key,
        };
        let url = url.or(profile.url).unwrap_or_else(|| DEFAULT_URL.to_owned());
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(Failure::new(Exit::Config, format!("{url} is no URL of a server."))
                .fix("write it with its scheme, for example http://127.0.0.1:7070"));
        }
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            root_key,
            timeout,
            authorities: environment("SSL_CERT_FILE").map(PathBuf::from),
        })
    }
}

/// The failure of a command that needs a root key when none was given.
pub fn no_root_key() -> Failure {
    root_key_ways(Failure::new(Exit::Unauthenticated, "This command needs a root key."))
}

/// Adds the ways in which a root key can be given.
pub fn root_key_ways(failure: Failure) -> Failure {
    failure
        .fix("set KEYWAY_ROOT_KEY, or KEYWAY_ROOT_KEY_FILE to a file that holds it")
        .fix("give --root-key-file PATH")
        .fix("give --root-key-stdin and the key on standard input")
}

fn given_root_key(
    global: &Global,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<RootKey>, Failure> {
    if let Some(path) = &global.root_key_file {
        return from_file(path, "--root-key-file").map(Some);
    }
    if global.root_key_stdin {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|err| {
            Failure::new(Exit::Config, "The root key cannot be read from standard input.")
                .because(err)
        })?;
        return checked(&text, "--root-key-stdin").map(Some);
    }
    if let Some(text) = environment("KEYWAY_ROOT_KEY") {
        return checked(&text, "KEYWAY_ROOT_KEY").map(Some);
    }
    environment("KEYWAY_ROOT_KEY_FILE")
        .map(|path| from_file(Path::new(&path), "KEYWAY_ROOT_KEY_FILE"))
        .transpose()
}

fn stored_root_key(
    reference: &str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<RootKey, Failure> {
    match reference.split_once(':') {
        Some(("file", path)) => from_file(Path::new(path), "the profile's file"),
        Some(("env", name)) => match environment(name) {
            Some(text) => checked(&text, name),
            None => Err(Failure::new(
                Exit::Config,
                format!("The profile takes its root key from {name}, which is not set."),
            )
            .fix(format!("set {name}"))),
        },
        // The reference may be a secret that was pasted here, so it is not repeated.
        _ => Err(Failure::new(
            Exit::Config,
            "The root_key of the profile has a form that this version does not read.",
        )
        .fix("write root_key = \"file:/path\" or root_key = \"env:NAME\"")),
    }
}

fn from_file(path: &Path, source: &str) -> Result<RootKey, Failure> {
    checked(&values::read_file(path)?, &format!("{source} {}", path.display()))
}

fn checked(text: &str, source: &str) -> Result<RootKey, Failure> {
    let secret = text.trim();
    if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Failure::new(Exit::Config, format!("{source} holds no root key."))
            .fix("it must hold the root key and nothing else"));
    }
    Ok(RootKey { secret: secret.to_owned(), source: source.to_owned() })
}

fn profile(
    chosen: Option<&str>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Profile, Failure> {
    let path = profiles_path(environment);
    let profiles = match &path {
        Some(path) if path.exists() => read_profiles(path)?,
        _ => Profiles::default(),
    };
    let Some(name) = chosen.or(profiles.default_profile.as_deref()) else {
        return Ok(Profile::default());
    };
    profiles.profiles.get(name).cloned().ok_or_else(|| {
        let place = path.map_or_else(|| "cli.toml".to_owned(), |path| path.display().to_string());
        let known: Vec<_> = profiles.profiles.keys().map(String::as_str).collect();
        let failure = Failure::new(Exit::Config, format!("There is no profile {name} in {place}."));
        if known.is_empty() {
            failure
        } else {
            failure.fix(format!("choose from {}", known.join(", ")))
        }
    })
}

fn read_profiles(path: &Path) -> Result<Profiles, Failure> {
    private(path)?;
    toml::from_str(&values::read_file(path)?).map_err(|err| {
        Failure::new(Exit::Config, format!("{} is not valid.", path.display()))
            .because(err.to_string().trim_end().replace('\n', "\n  "))
    })
}

#[cfg(unix)]
fn private(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = std::fs::metadata(path)
        .map(|metadata| metadata.permissions().mode() & 0o777)
        .map_err(|err| {
            Failure::new(Exit::Config, format!("{} cannot be read.", path.display())).because(err)
        })?;
    if mode & 0o700 == mode {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Config,
        format!("{} can be read or changed by other users (mode {mode:04o}).", path.display()),
    )
    .fix(format!("chmod 600 {}", path.display())))
}

#[cfg(not(unix))]
fn private(_path: &Path) -> Result<(), Failure> {
    Ok(())
}

fn profiles_path(environment: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let home = || environment("HOME").map(PathBuf::from);
    let directory = environment("XDG_CONFIG_HOME").map(PathBuf::from).or_else(|| {
        if cfg!(target_os = "macos") {
            home().map(|home| home.join("Library/Application Support"))
        } else if cfg!(windows) {
            environment("APPDATA").map(PathBuf::from)
        } else {
            home().map(|home| home.join(".config"))
        }
    })?;
    Some(directory.join("keyway").join("cli.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(global: &Global, variables: &[(&str, &str)]) -> Result<Connection, Failure> {
        Connection::resolve(global, &|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn with_profiles(text: &str) -> (tempfile::TempDir, String) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keyway/cli.toml");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let home = directory.path().display().to_string();
        (directory, home)
    }

    #[test]
    fn without_anything_it_is_the_local_server_and_no_key() {
        let connection = resolve(&Global::default(), &[]).unwrap();
        assert_eq!(connection.url, DEFAULT_URL);
        assert!(connection.root_key.is_none());
        assert_eq!(connection.timeout, Duration::from_secs(30));
    }

    #[test]
    fn a_flag_wins_over_a_variable_and_a_variable_over_a_profile() {
        let (_directory, home) = with_profiles(
            "default_profile = \"p\"\n[profiles.p]\nurl = \"https://profile\"\nroot_key = \"env:MINE\"",
        );
        let variables = [("XDG_CONFIG_HOME", home.as_str()), ("MINE", "unkey_profile")];
        let connection = resolve(&Global::default(), &variables).unwrap();
        assert_eq!(connection.url, "https://profile");
        assert_eq!(connection.root_key.unwrap().secret, "unkey_profile");

        let variables = [
            ("XDG_CONFIG_HOME", home.as_str()),
            ("KEYWAY_URL", "http://variable/"),
            ("KEYWAY_ROOT_KEY", " unkey_variable\n"),
        ];
        let connection = resolve(&Global::default(), &variables).unwrap();
        assert_eq!(connection.url, "http://variable");
        assert_eq!(connection.root_key.unwrap().secret, "unkey_variable");

        let global = Global { url: Some("http://flag".into()), ..Global::default() };
        assert_eq!(resolve(&global, &variables).unwrap().url, "http://flag");
    }

    #[test]
    fn the_key_of_the_default_profile_does_not_follow_another_url() {
        let (_directory, home) = with_profiles(
            "default_profile = \"p\"\n[profiles.p]\nurl = \"https://profile\"\nroot_key = \"env:MINE\"",
        );
        let variables = [
            ("XDG_CONFIG_HOME", home.as_str()),
            ("MINE", "unkey_profile"),
            ("KEYWAY_URL", "http://elsewhere"),
        ];
        let failure = resolve(&Global::default(), &variables).err().unwrap();
        assert_eq!(failure.exit(), Exit::Config);
        let global = Global { profile: Some("p".into()), ..Global::default() };
        assert!(resolve(&global, &variables).unwrap().root_key.is_some());
    }

    #[test]
    fn a_secret_pasted_into_a_profile_is_refused_and_not_repeated() {
        let (_directory, home) =
            with_profiles("default_profile = \"p\"\n[profiles.p]\nroot_key = \"unkey_CANARY\"");
        let failure =
            resolve(&Global::default(), &[("XDG_CONFIG_HOME", home.as_str())]).err().unwrap();
        assert_eq!(failure.exit(), Exit::Config);
        assert!(!failure.text().contains("CANARY"));
    }

    #[test]
    fn an_unknown_profile_lists_the_known_ones() {
        let (_directory, home) = with_profiles("[profiles.prod]\nurl = \"https://prod\"");
        let global = Global { profile: Some("prdo".into()), ..Global::default() };
        let failure = resolve(&global, &[("XDG_CONFIG_HOME", home.as_str())]).err().unwrap();
        assert_eq!(failure.exit(), Exit::Config);
        assert!(failure.text().contains("choose from prod"));
    }

    #[cfg(unix)]
    #[test]
    fn a_profile_file_that_others_can_read_is_refused_with_the_fix() {
        use std::os::unix::fs::PermissionsExt as _;

        let (directory, home) = with_profiles("[profiles.p]");
        let path = directory.path().join("keyway/cli.toml");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let failure =
            resolve(&Global::default(), &[("XDG_CONFIG_HOME", home.as_str())]).err().unwrap();
        assert_eq!(failure.exit(), Exit::Config);
        assert!(failure.text().contains("fix: chmod 600"));
    }
}
