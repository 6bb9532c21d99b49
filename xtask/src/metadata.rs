//! What `cargo metadata` says, as far as the tasks ask.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// A package of the dependency graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub license: Option<String>,
    /// The registry or repository; none for our own.
    pub source: Option<String>,
    /// What it needs to be built and run, tests left out.
    pub dependencies: Vec<String>,
}

/// Where builds go and what they consist of.
pub struct Metadata {
    pub target_directory: PathBuf,
    pub packages: Vec<Package>,
}

/// The cargo that runs this task.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

impl Metadata {
    /// Asks cargo.
    pub fn load(root: &Path) -> Result<Self> {
        let output = cargo()
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(root)
            .output()
            .context("cargo metadata could not be started")?;
        ensure!(
            output.status.success(),
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Self::parse(&serde_json::from_slice(&output.stdout)?)
    }

    fn parse(document: &Value) -> Result<Self> {
        let target_directory =
            document["target_directory"].as_str().context("no target directory")?.into();
        let packages = document["packages"].as_array().context("no packages")?;
        Ok(Self { target_directory, packages: packages.iter().map(package).collect() })
    }

    /// The crates of this workspace.
    pub fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.source.is_none())
    }
}

fn package(value: &Value) -> Package {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let dependencies = value["dependencies"].as_array().into_iter().flatten();
    Package {
        name: text("name").unwrap_or_default(),
        version: text("version").unwrap_or_default(),
        license: text("license"),
        source: text("source"),
        dependencies: dependencies
            .filter(|dependency| dependency["kind"] != "dev")
            .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
            .collect(),
    }
}
