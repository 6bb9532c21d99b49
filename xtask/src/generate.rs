//! Files in the repository that the program itself writes, so that a change of the public
//! interface is seen in review.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::metadata::{Metadata, cargo};
use crate::say;

/// Each file and the `keyway` command whose output it is.
const GENERATED: &[(&str, &[&str])] = &[("docs/reference/openapi.json", &["openapi"])];

/// Writes every generated file.
pub fn write(root: &Path) -> Result<()> {
    for (path, content) in contents(root)? {
        let file = root.join(path);
        if let Some(directory) = file.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::write(&file, content).with_context(|| format!("{path} could not be written"))?;
        say(&format!("{path} was written."));
    }
    Ok(())
}

/// The generated files that are not what the program writes today.
pub fn stale(root: &Path) -> Result<Vec<String>> {
    let stale = contents(root)?.into_iter().filter(|(path, content)| {
        fs::read(root.join(path)).map_or(true, |written| written != *content)
    });
    Ok(stale.map(|(path, _)| format!("{path} is stale: run `cargo xtask generate`.")).collect())
}

fn contents(root: &Path) -> Result<Vec<(&'static str, Vec<u8>)>> {
    // Built as the tests build it: some dependencies have other features there, and a build of the
    // program alone would build those, and all that rests on them, a second time.
    let built = cargo()
        .args(["test", "--workspace", "--locked", "--no-run", "--quiet"])
        .current_dir(root)
        .status()
        .context("cargo build could not be started")?;
    ensure!(built.success(), "The program could not be built.");

    let program = Metadata::load(root)?.target_directory.join("debug/keyway");
    GENERATED
        .iter()
        .map(|(path, arguments)| {
            let output = Command::new(&program)
                .args(*arguments)
                .output()
                .with_context(|| format!("{} could not be started", program.display()))?;
            ensure!(
                output.status.success(),
                "keyway {} failed: {}",
                arguments.join(" "),
                String::from_utf8_lossy(&output.stderr)
            );
            Ok((*path, output.stdout))
        })
        .collect()
}
