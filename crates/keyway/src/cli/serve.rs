//! `keyway serve`: only its flags. What they mean together with environment and file is settled in
//! `settings`.

use clap::Args;

/// The flags of `keyway serve`. What is not given comes from the environment, `keyway.toml` or the
/// defaults.
#[derive(Args, Clone, Debug, Default)]
pub struct ServeArgs {
    /// Address to listen on [env: KEYWAY_LISTEN] [default: 127.0.0.1:7070]
    #[arg(long, value_name = "HOST:PORT")]
    pub listen: Option<String>,
    /// Directory of the embedded storage and the lock [env: KEYWAY_DATA_DIR] [default: ./keyway-data]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// Configuration file [env: KEYWAY_CONFIG]
    #[arg(long, value_name = "PATH")]
    pub config: Option<String>,
    /// URL under which clients reach the server [env: KEYWAY_PUBLIC_URL] [default: as requested]
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// PostgreSQL to use instead of the embedded storage [env: KEYWAY_DATABASE_URL]
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// Refuse to start on a database whose schema is not current
    #[arg(long)]
    pub no_migrate: bool,
    /// text or json [env: KEYWAY_LOG_FORMAT] [default: text on a terminal]
    #[arg(long, value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// error, warn, info, debug or trace [env: KEYWAY_LOG_LEVEL] [default: info]
    #[arg(long, value_name = "LEVEL")]
    pub log_level: Option<String>,
    /// Check the configuration and the storage, and exit
    #[arg(long)]
    pub check: bool,
}
