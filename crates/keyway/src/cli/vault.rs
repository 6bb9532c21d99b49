//! `keyway vault`: on the host of the storage, without a server.

use std::fs::{OpenOptions, TryLockError};
use std::path::Path;

use clap::{Args, Subcommand};
use keyway_core::id::Entropy;
use keyway_core::time::Clock;
use keyway_ops::app::App;
use serde_json::json;

use super::context::Context;
use super::exit::{Exit, Failure, Outcome};
use super::serve::ServeArgs;
use crate::settings::{Config, Place, StorageConfig, environment};
use crate::wiring;

/// How many keys of the vault are looked at together.
const AT_ONCE: usize = 10_000;

/// The verbs of `keyway vault`.
#[derive(Subcommand)]
pub enum Vault {
    /// Put the vault under the master key of KEYWAY_MASTER_KEY; needs the former ones in
    /// KEYWAY_PREVIOUS_MASTER_KEYS. A running server does this by itself.
    Rotate(Rotate),
}

/// `keyway vault rotate`
#[derive(Args)]
pub struct Rotate {
    /// Directory of the embedded storage [env: KEYWAY_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// PostgreSQL [env: KEYWAY_DATABASE_URL]
    #[arg(long, value_name = "URL", conflicts_with = "data_dir")]
    database_url: Option<String>,
    /// Configuration file of the server [env: KEYWAY_CONFIG]
    #[arg(long, value_name = "PATH")]
    config: Option<String>,
}

impl Vault {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        let Self::Rotate(rotate) = self;
        rotate.run(context)
    }
}

impl Rotate {
    fn run(self, context: &Context) -> Outcome {
        let config = self.config()?;
        if config.vault.is_none() {
            return Err(Failure::new(Exit::Config, "There is no master key.")
                .fix("set KEYWAY_MASTER_KEY, or KEYWAY_MASTER_KEY_FILE to a file that holds it")
                .fix("and the former ones in KEYWAY_PREVIOUS_MASTER_KEYS"));
        }
        refuse_what_is_not_there(&config.storage.place)?;

        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|err| Failure::new(Exit::Failed, "No thread can be started.").because(err))?;
        let Config { storage, vault, .. } = config;
        let (done, unknown) = runtime.block_on(async {
            let app = wiring::app(&storage, vault, Clock::System, Entropy::System)
                .await
                .map_err(|err| unusable(&storage, &err))?;
            rotate(&app).await
        })?;

        let data = json!({ "rotated": done, "unknown": unknown });
        let text = format!("{done} keys of the vault were put under the present master key.\n");
        context.output.local(&data, &text)?;
        if unknown == 0 {
            return Ok(Exit::Done);
        }
        context.output.note(&format!(
            "{unknown} are under a master key that is not known: add it to \
             KEYWAY_PREVIOUS_MASTER_KEYS and run this again."
        ));
        Ok(Exit::Partly)
    }

    fn config(&self) -> Result<Config, Failure> {
        let args = ServeArgs {
            data_dir: self.data_dir.clone(),
            database_url: self.database_url.clone(),
            config: self.config.clone(),
            ..ServeArgs::default()
        };
        Config::load(&args, &environment).map_err(|faults| {
            let failure = Failure::new(Exit::Config, "The settings of the server are wrong.");
            faults
                .into_iter()
                .fold(failure, |failure, fault| failure.because(fault.what).fix(fault.fix))
        })
    }
}

/// How many keys are under the present master key now, and how many are under one that isn't
/// known.
async fn rotate(app: &App) -> Result<(usize, usize), Failure> {
    let mut rotated = 0;
    let Some(vault) = &app.vault else { return Ok((0, 0)) };
    loop {
        let (done, unknown) = vault.rotate(app, AT_ONCE).await.map_err(|problem| {
            let failure = Failure::new(Exit::Failed, problem.detail.into_owned())
                .because(format!("{rotated} keys of the vault were rotated before"));
            match problem.cause {
                Some(cause) => failure.because(cause),
                None => failure,
            }
        })?;
        rotated += done;
        if done == 0 {
            return Ok((rotated, unknown));
        }
    }
}

/// A server makes a storage that is missing, this command must not.
fn refuse_what_is_not_there(place: &Place) -> Result<(), Failure> {
    match place {
        Place::Embedded(directory) if !directory.join("keyway.db").exists() => Err(Failure::new(
            Exit::Config,
            format!("There is no storage in {}.", directory.display()),
        )
        .fix("name its directory with --data-dir, or the database with --database-url")),
        Place::Embedded(_) | Place::Postgres(_) => Ok(()),
    }
}

fn unusable(storage: &StorageConfig, err: &anyhow::Error) -> Failure {
    match &storage.place {
        Place::Embedded(directory) if is_in_use(directory) => Failure::new(
            Exit::Conflict,
            format!("A server uses {} at this moment.", directory.display()),
        )
        .because("a running server puts the vault under its master key by itself")
        .fix(
            "start the server with the new KEYWAY_MASTER_KEY and the former one in \
             KEYWAY_PREVIOUS_MASTER_KEYS: it rotates at its start and every hour",
        ),
        Place::Embedded(_) | Place::Postgres(_) => {
            let failure = Failure::new(Exit::Config, "The storage cannot be used.");
            err.chain().fold(failure, Failure::because)
        }
    }
}

/// Whether another process holds the lock of the directory.
fn is_in_use(directory: &Path) -> bool {
    let lock = OpenOptions::new().read(true).write(true).open(directory.join("keyway.lock"));
    lock.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}
