//! The server that is measured: a private one in a directory of its own, or one that runs already.

use std::fs::{File, OpenOptions};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use keyway_core::id::Entropy;
use keyway_core::secret::PlainKey;
use tempfile::TempDir;

use super::super::exit::{Exit, Failure};
use super::http::{Connection, liveness};
use super::process::{self, Process};
use super::stop::Stop;
use super::watch::{now, pause};

/// How long a server may take to answer for the first time.
const START: Duration = Duration::from_mins(2);
/// The log of a private server is cut when it is longer.
const LONGEST_LOG: u64 = 1 << 20;
/// What is shown of the log of a server that does not start.
const LAST_LINES: usize = 5;

/// The server that is measured.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// How requests name it.
    pub host: String,
    /// A root key of it.
    pub root_key: String,
    /// Its process, if that is known.
    pub process: Option<Process>,
    private: Option<Private>,
}

/// How to start a private server.
#[derive(Default)]
pub struct Options {
    /// A directory that was filled before, and its root key.
    pub filled: Option<(PathBuf, String)>,
    /// Where the temporary directory is made.
    pub temporary: Option<PathBuf>,
    /// The program to start instead of this one.
    pub program: Option<PathBuf>,
    /// Its configuration file.
    pub config: Option<PathBuf>,
    /// What its log holds.
    pub log_level: Option<String>,
}

/// A server that ends with the measurement.
struct Private {
    child: Option<Child>,
    options: Options,
    directory: TempDir,
    data: PathBuf,
    log: PathBuf,
}

impl Server {
    /// A server that runs already.
    pub fn running(address: SocketAddr, host: String, root_key: String, pid: Option<u32>) -> Self {
        Self { address, host, root_key, process: pid.map(Process), private: None }
    }

    /// Starts a private server and waits until it answers.
    pub async fn private(options: Options, stop: &Stop) -> Result<Self, Failure> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("keyway-bench-");
        let directory = match &options.temporary {
            Some(place) => builder.tempdir_in(place),
            None => builder.tempdir(),
        };
        let directory = directory.map_err(|err| {
            Failure::new(Exit::Config, "No temporary directory can be made.").because(err)
        })?;
        let (data, root_key) = match &options.filled {
            Some((data, root_key)) => (data.clone(), root_key.clone()),
            None => (directory.path().join("data"), new_root_key()),
        };
        let log = directory.path().join("log");
        let private = Private { child: None, options, directory, data, log };
        let mut server = Self {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            host: String::new(),
            root_key,
            process: None,
            private: Some(private),
        };
        server.launch(stop).await?;
        Ok(server)
    }

    /// Whether it ends with the measurement.
    pub fn is_private(&self) -> bool {
        self.private.is_some()
    }

    /// Whether its data ends with the measurement too.
    pub fn is_throwaway(&self) -> bool {
        self.private.as_ref().is_some_and(|private| private.options.filled.is_none())
    }

    /// Ends a private server in good order.
    pub async fn end(mut self) {
        if let Some(private) = &mut self.private {
            private.end_in_order().await;
        }
    }

    /// The kind of file system that its data is on.
    pub fn file_system(&self) -> Option<String> {
        self.private.as_ref().and_then(|private| process::file_system(&private.data))
    }

    /// The size of its database in bytes.
    pub fn database_size(&self) -> Option<u64> {
        let data = &self.private.as_ref()?.data;
        std::fs::metadata(data.join("keyway.db")).ok().map(|file| file.len())
    }

    /// Stops a private server in good order and starts it again with an empty memory. Returns the
    /// moment of the start.
    pub async fn restart(&mut self, stop: &Stop) -> Result<Instant, Failure> {
        if let Some(private) = &mut self.private {
            private.end_in_order().await;
        }
        self.launch(stop).await
    }

    /// Keeps the log of a private server short: under load it grows by megabytes a second.
    pub fn shorten_log(&self) {
        let Some(private) = &self.private else { return };
        let is_long = std::fs::metadata(&private.log).is_ok_and(|file| LONGEST_LOG < file.len());
        if is_long && let Ok(file) = OpenOptions::new().write(true).open(&private.log) {
            // The server appends, so that it goes on at the new end.
            let _ = file.set_len(0);
        }
    }

    async fn launch(&mut self, stop: &Stop) -> Result<Instant, Failure> {
        let Some(private) = &mut self.private else {
            return Err(Failure::usage("A server that runs already is not started again."));
        };
        let port = free_port()?;
        self.address = SocketAddr::from(([127, 0, 0, 1], port));
        self.host = self.address.to_string();
        let start = now();
        let child = private.spawn(self.address, &self.root_key)?;
        self.process = Some(Process(child.id()));
        private.child = Some(child);
        let request = liveness(&self.host);
        let mut connection = Connection::new(self.address);
        loop {
            stop.check()?;
            if connection.exchange(&request).await.is_ok_and(|answer| answer.status == 200) {
                return Ok(start);
            }
            let ended = private.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
            if let Some(status) = ended {
                let failure = Failure::new(Exit::Failed, "The private server did not start.");
                return Err(private.told_by_log(failure.because(status)));
            }
            if START < now() - start {
                let failure =
                    Failure::new(Exit::Unavailable, "The private server does not answer.");
                return Err(private.told_by_log(failure));
            }
            pause(Duration::from_millis(1)).await;
        }
    }
}

impl Private {
    fn spawn(&self, address: SocketAddr, root_key: &str) -> Result<Child, Failure> {
        let cannot = |what: &str, err: std::io::Error| {
            Failure::new(Exit::Failed, format!("{what} cannot be started.")).because(err)
        };
        let program = match &self.options.program {
            Some(program) => program.clone(),
            None => std::env::current_exe().map_err(|err| cannot("The private server", err))?,
        };
        let log = || OpenOptions::new().append(true).create(true).open(&self.log);
        let log: File = log().map_err(|err| cannot("The private server", err))?;
        let config = if let Some(config) = &self.options.config {
            config.clone()
        } else {
            let empty = self.directory.path().join("keyway.toml");
            File::create(&empty).map_err(|err| cannot("The private server", err))?;
            empty
        };
        let mut command = Command::new(&program);
        // Nothing of the settings of this shell or of this directory may reach the server.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("KEYWAY_")) {
                command.env_remove(name);
            }
        }
        command
            .arg("serve")
            .arg("--listen")
            .arg(address.to_string())
            .arg("--data-dir")
            .arg(&self.data)
            .arg("--config")
            .arg(config)
            .env("KEYWAY_BOOTSTRAP_ROOT_KEY", root_key)
            .current_dir(self.directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            // Ctrl-C is for the measurement, which ends the server itself.
            .process_group(0);
        if let Some(level) = &self.options.log_level {
            command.arg("--log-level").arg(level);
        }
        command.spawn().map_err(|err| cannot(&program.display().to_string(), err))
    }

    /// Ends the server as a service manager does.
    async fn end_in_order(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let id = child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).stdin(Stdio::null()).status();
        let start = now();
        while child.try_wait().is_ok_and(|status| status.is_none()) {
            if Duration::from_secs(30) < now() - start {
                let _ = child.kill();
                let _ = child.wait();
                return;
            }
            pause(Duration::from_millis(5)).await;
        }
    }

    fn told_by_log(&self, failure: Failure) -> Failure {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
        last.iter().fold(failure, Failure::because)
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        if self.options.filled.is_none() {
            // Its data goes with it, so there is nothing to put in order.
            let _ = child.kill();
        } else {
            let id = child.id().to_string();
            let _ = Command::new("kill").args(["-TERM", &id]).stdin(Stdio::null()).status();
        }
        let _ = child.wait();
    }
}

/// A root key that nobody has yet.
pub fn new_root_key() -> String {
    PlainKey::generate(&Entropy::System, Some("unkey"), 24, true).reveal_once()
}

fn free_port() -> Result<u16, Failure> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|err| Failure::new(Exit::Failed, "There is no free port.").because(err))
}

/// The place of an `http` URL that is measured without help of others on the way.
pub async fn resolve(url: &str) -> Result<(SocketAddr, String), Failure> {
    let Some(rest) = url.strip_prefix("http://") else {
        return Err(Failure::usage(format!("{url} cannot be measured: only http can."))
            .fix("measure the server itself, behind whatever speaks TLS for it"));
    };
    let host = rest.split('/').next().unwrap_or_default().to_owned();
    if rest.trim_end_matches('/') != host {
        return Err(Failure::usage(format!("{url} cannot be measured: it has a path.")));
    }
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let place = if has_port { host.clone() } else { format!("{host}:80") };
    let found = tokio::net::lookup_host(&place).await.map(|mut found| found.next());
    match found {
        Ok(Some(address)) => Ok((address, host)),
        Ok(None) => Err(Failure::new(Exit::Unavailable, format!("{host} has no address."))),
        Err(err) => {
            Err(Failure::new(Exit::Unavailable, format!("{host} has no address.")).because(err))
        }
    }
}
