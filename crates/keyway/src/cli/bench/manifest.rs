//! What `keyway bench seed` has put into a data directory: a file beside the database.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::exit::{Exit, Failure};

const FILE: &str = "bench.json";

/// What a data directory was filled with. The keys themselves follow from the seed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    /// The seed of the keys.
    pub seed: u64,
    /// How many keys there are.
    pub keys: usize,
    /// The API that they belong to.
    pub api_id: String,
    /// The query that every key meets.
    pub permissions: String,
    root_key: String,
}

impl Manifest {
    /// Of a directory that is being filled.
    pub fn new(
        seed: u64,
        keys: usize,
        api_id: String,
        permissions: String,
        root_key: String,
    ) -> Self {
        Self { seed, keys, api_id, permissions, root_key }
    }

    /// The root key of the directory.
    pub fn root_key(&self) -> String {
        self.root_key.clone()
    }

    /// Reads what a directory was filled with.
    pub fn read(directory: &Path) -> Result<Self, Failure> {
        let path = directory.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|err| {
            let text = format!("{} was not filled for measurements.", directory.display());
            Failure::new(Exit::Config, text)
                .because(format!("{}: {err}", path.display()))
                .fix(format!("fill it with: keyway bench seed --data-dir {}", directory.display()))
        })?;
        serde_json::from_str(&text).map_err(|err| {
            Failure::new(Exit::Config, format!("{} is not valid.", path.display())).because(err)
        })
    }

    /// Writes it into the directory, for its owner only.
    pub fn write(&self, directory: &Path) -> Result<(), Failure> {
        let path = directory.join(FILE);
        let cannot = |err: String| {
            Failure::new(Exit::Failed, format!("{} cannot be written.", path.display()))
                .because(err)
        };
        let text = serde_json::to_string_pretty(self).map_err(|err| cannot(err.to_string()))?;
        std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|err| cannot(err.to_string()))
    }
}
