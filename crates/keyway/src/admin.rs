//! What the machine's own people may do without a secret: a socket in the data directory, which only
//! the server's user can open. One line of JSON asks and one answers.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use keyway_ops::app::App;
use keyway_ops::people::{self, NewLink};
use keyway_ops::problem::Problem;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};

use crate::shutdown::Stopping;

/// The socket's name in the data directory.
const SOCKET: &str = "admin.sock";
/// How long somebody may take to ask.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest question.
const LONGEST: u64 = 64 * 1024;

/// Something that is asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Command {
    /// Make a link by which the owner is set up.
    SetupLink,
    /// Make a link by which somebody chooses another password.
    ResetPassword {
        /// Who.
        email: String,
    },
}

/// What is answered.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// A link.
    Link {
        /// The whole address.
        url: String,
        /// When it is too late, in unix milliseconds.
        expires_at: i64,
    },
    /// There is an owner already.
    HasOwner,
    /// There is nobody with that address.
    NoSuchUser,
    /// It went wrong.
    Failed(String),
}

impl From<Option<NewLink>> for Answer {
    fn from(link: Option<NewLink>) -> Self {
        match link {
            Some(link) => Self::Link { url: link.url, expires_at: link.expires_at.0 },
            None => Self::HasOwner,
        }
    }
}

/// Where the socket of a data directory is.
pub fn socket(data_dir: &Path) -> PathBuf {
    data_dir.join(SOCKET)
}

/// Does what was asked.
pub async fn answer(app: &App, command: Command, public_url: &str) -> Answer {
    let failed = |problem: Problem| Answer::Failed(problem.detail.into_owned());
    match command {
        Command::SetupLink => {
            people::setup_link(app, public_url).await.map_or_else(failed, Answer::from)
        }
        Command::ResetPassword { email } => {
            match people::reset_password(app, &email, public_url).await {
                Ok(None) => Answer::NoSuchUser,
                Ok(link) => link.into(),
                Err(problem) => failed(problem),
            }
        }
    }
}

/// Opens the socket of a data directory, in place of one that a crash left behind.
pub fn open(data_dir: &Path) -> io::Result<UnixListener> {
    let path = socket(data_dir);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Answers on the socket until it is time to stop.
pub async fn serve(listener: UnixListener, app: App, public_url: String, mut stopping: Stopping) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopping.wait() => return,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // One after the other: nobody is in a hurry here.
        let told = tokio::time::timeout(PATIENCE, converse(stream, &app, &public_url)).await;
        if let Ok(Err(error)) = told {
            tracing::debug!(%error, "A local command could not be answered: {error}");
        }
    }
}

async fn converse(stream: UnixStream, app: &App, public_url: &str) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut line = String::new();
    BufReader::new(reader.take(LONGEST)).read_line(&mut line).await?;
    let answer = match serde_json::from_str(&line) {
        Ok(command) => answer(app, command, public_url).await,
        Err(error) => Answer::Failed(format!("The command can't be read: {error}.")),
    };
    let mut text = serde_json::to_vec(&answer)?;
    text.push(b'\n');
    writer.write_all(&text).await
}

/// Asks the server of a data directory.
pub async fn ask(data_dir: &Path, command: &Command) -> io::Result<Answer> {
    let (reader, mut writer) = UnixStream::connect(socket(data_dir)).await?.into_split();
    let mut text = serde_json::to_vec(command)?;
    text.push(b'\n');
    writer.write_all(&text).await?;
    let mut line = String::new();
    BufReader::new(reader).read_line(&mut line).await?;
    Ok(serde_json::from_str(&line)?)
}
