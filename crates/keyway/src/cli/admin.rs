//! `keyway admin`: on the host of the server, without a root key.

use std::fs::OpenOptions;
use std::path::Path;

use clap::{Args, Subcommand};
use keyway_core::id::Entropy;
use keyway_core::time::Clock;
use serde_json::json;

use super::context::Context;
use super::exit::{Exit, Failure, Outcome};
use super::serve::ServeArgs;
use crate::admin::{self, Answer, Command};
use crate::settings::{Config, Place, environment};
use crate::wiring;

/// The verbs of `keyway admin`.
#[derive(Subcommand)]
pub enum Admin {
    /// Make a link by which the owner of the dashboard is set up; it can be used once
    SetupLink(Where),
    /// Make a link by which a user of the dashboard chooses another password
    ResetPassword {
        /// Email address of the user
        email: String,
        #[command(flatten)]
        place: Where,
    },
}

/// Which storage.
#[derive(Args)]
pub struct Where {
    /// Directory of the embedded storage [env: KEYWAY_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// PostgreSQL [env: KEYWAY_DATABASE_URL]
    #[arg(long, value_name = "URL", conflicts_with = "data_dir")]
    database_url: Option<String>,
    /// Configuration file of the server [env: KEYWAY_CONFIG]
    #[arg(long, value_name = "PATH")]
    config: Option<String>,
    /// URL under which browsers reach the server [env: KEYWAY_PUBLIC_URL]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

impl Admin {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        let (command, place) = match self {
            Self::SetupLink(place) => (Command::SetupLink, place),
            Self::ResetPassword { email, place } => (Command::ResetPassword { email }, place),
        };
        match place.ask(command)? {
            Answer::Link { url, expires_at } => {
                let data = json!({ "url": url, "expiresAt": expires_at });
                context.output.local(&data, &format!("{url}\n"))?;
                let minutes = (expires_at - context.now) / 60_000;
                context.output.note(&format!(
                    "The link can be used once, within {minutes} minutes. Whoever opens it gets in."
                ));
                Ok(Exit::Done)
            }
            Answer::HasOwner => {
                Err(Failure::new(Exit::Conflict, "The instance has an owner already.")
                    .fix("sign in, or run: keyway admin reset-password EMAIL"))
            }
            Answer::NoSuchUser => {
                Err(Failure::new(Exit::NotFound, "There is no user with this address."))
            }
            Answer::Failed(what) => Err(Failure::new(Exit::Failed, what)),
        }
    }
}

impl Where {
    fn ask(self, command: Command) -> Result<Answer, Failure> {
        let args = ServeArgs {
            data_dir: self.data_dir,
            database_url: self.database_url,
            config: self.config,
            public_url: self.public_url,
            ..ServeArgs::default()
        };
        let mut config = Config::load(&args, &environment).map_err(|faults| {
            let failure = Failure::new(Exit::Config, "The settings of the server are wrong.");
            faults
                .into_iter()
                .fold(failure, |failure, fault| failure.because(fault.what).fix(fault.fix))
        })?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|err| Failure::new(Exit::Failed, "No thread can be started.").because(err))?;
        runtime.block_on(async {
            if let Place::Embedded(directory) = &config.storage.place {
                if !directory.join("keyway.db").exists() {
                    return Err(Failure::new(
                        Exit::Config,
                        format!("There is no storage in {}.", directory.display()),
                    )
                    .fix("name its directory with --data-dir, or start the server first"));
                }
                if is_in_use(directory) {
                    return admin::ask(directory, &command).await.map_err(|err| {
                        Failure::new(Exit::Failed, "The server of this storage does not answer.")
                            .because(err)
                            .fix("run this as the user of the server, or stop the server first")
                    });
                }
            }
            let vault = config.vault.take();
            let app = wiring::app(&config.storage, vault, Clock::System, Entropy::System)
                .await
                .map_err(|err| {
                    let failure = Failure::new(Exit::Config, "The storage cannot be used.");
                    err.chain().fold(failure, Failure::because)
                })?;
            let url = config.public_url.unwrap_or_else(|| format!("http://{}", config.listen));
            Ok(admin::answer(&app, command, &url).await)
        })
    }
}

/// Whether a server holds the lock of the directory.
fn is_in_use(directory: &Path) -> bool {
    let lock = OpenOptions::new().read(true).write(true).open(directory.join("keyway.lock"));
    lock.is_ok_and(|file| matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock)))
}
