//! Everything a change has to pass, step by step, with the time each step took.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::metadata::{Metadata, cargo};
use crate::{deny, generate, report, say, tidy};

type Step = fn(&Path) -> Result<()>;

/// In the order in which they run: quick ones first, then those that share what the one before
/// them has built. All use the same profile.
const STEPS: &[(&str, Step)] = &[
    ("fmt", fmt),
    ("tidy", |root| report(&tidy::faults(root)?)),
    ("deny", |root| report(&deny::faults(root)?)),
    ("clippy", clippy),
    ("doc", doc),
    ("build", build),
    ("generated", |root| report(&generate::stale(root)?)),
    ("openapi", openapi),
    ("dashboard", dashboard),
    ("sqlite", sqlite),
    ("postgres", postgres),
    ("clients", clients),
    ("browser", browser),
    ("fuzz", fuzz),
];

/// Runs the steps, or those named in `only` (separated by commas). A failed step does not keep the
/// next from running.
pub fn run(root: &Path, only: Option<&str>) -> Result<()> {
    let wanted: Option<Vec<&str>> = only.map(|only| only.split(',').collect());
    for name in wanted.iter().flatten() {
        if !STEPS.iter().any(|(step, _)| step == name) {
            let known: Vec<&str> = STEPS.iter().map(|(step, _)| *step).collect();
            bail!("There is no step `{name}`. The steps are {}.", known.join(", "));
        }
    }

    let mut results = Vec::new();
    for (name, step) in STEPS {
        if wanted.as_ref().is_some_and(|wanted| !wanted.contains(name)) {
            continue;
        }
        say(&format!("\n=== {name}"));
        let started = now();
        let outcome = step(root);
        let took = started.elapsed();
        match &outcome {
            Ok(()) => say(&format!("=== {name}: ok in {}", seconds(took))),
            Err(error) => say(&format!("=== {name}: FAILED in {}: {error:#}", seconds(took))),
        }
        results.push((name, took, outcome.is_ok()));
    }

    say("\nstep        time");
    for (name, took, ok) in &results {
        let mark = if *ok { "" } else { "  FAILED" };
        say(&format!("{name:<10} {:>6}{mark}", seconds(*took)));
    }
    let failed = results.iter().filter(|(_, _, ok)| !ok).count();
    ensure!(failed == 0, "{failed} of {} steps failed.", results.len());
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the duration is shown and decides nothing")]
fn now() -> Instant {
    Instant::now()
}

fn seconds(duration: Duration) -> String {
    format!("{:.1}s", duration.as_secs_f64())
}

fn fmt(root: &Path) -> Result<()> {
    succeed(cargo().args(["fmt", "--all", "--check"]).current_dir(root))
}

fn clippy(root: &Path) -> Result<()> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    succeed(cargo().args(arguments).current_dir(root))
}

fn doc(root: &Path) -> Result<()> {
    let arguments = ["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"];
    succeed(cargo().args(arguments).env("RUSTDOCFLAGS", "-D warnings").current_dir(root))
}

/// Apart from the tests, so that its time is seen.
fn build(root: &Path) -> Result<()> {
    succeed(cargo().args(["test", "--workspace", "--locked", "--no-run"]).current_dir(root))
}

fn openapi(root: &Path) -> Result<()> {
    let validator = Metadata::load(root)?.target_directory.join("venv/bin/openapi-spec-validator");
    ensure!(validator.exists(), "The OpenAPI validator is missing: run scripts/setup.");
    succeed(Command::new(validator).arg(root.join("docs/reference/openapi.json")))
}

/// The dashboard's own tests, and whether its types are those of the OpenAPI document. Its build
/// comes before all steps, because the program holds the result.
fn dashboard(root: &Path) -> Result<()> {
    let home = root.join("dashboard");
    if !home.join("node_modules").exists() {
        let arguments = ["ci", "--no-audit", "--no-fund"];
        succeed(Command::new("npm").args(arguments).current_dir(&home))?;
    }
    succeed(Command::new("npm").args(["run", "generate", "--", "--check"]).current_dir(&home))?;
    succeed(Command::new("npm").arg("test").current_dir(&home))
}

/// All tests, doc tests among them; those that need a store use SQLite.
fn sqlite(root: &Path) -> Result<()> {
    let arguments = ["test", "--workspace", "--locked", "--no-fail-fast"];
    succeed(cargo().args(arguments).env("KEYWAY_TEST_BACKEND", "sqlite").current_dir(root))
}

/// The tests that depend on the store. They are picked by their directories and not by package:
/// `--package` would change the features of some dependencies and build those again.
fn postgres(root: &Path) -> Result<()> {
    ensure!(
        std::env::var_os("KEYWAY_TEST_POSTGRES_URL").is_some(),
        "KEYWAY_TEST_POSTGRES_URL is not set: use `make test`, or put scripts/with-postgres before \
         this command."
    );
    let mut command = cargo();
    command.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    for tests in ["crates/keyway-backends/tests", "crates/keyway/tests"] {
        for name in test_targets(&root.join(tests))? {
            command.args(["--test", &name]);
        }
    }
    succeed(command.env("KEYWAY_TEST_BACKEND", "postgres").current_dir(root))
}

/// The official clients against the built server; fails too if the table of results has changed.
fn clients(root: &Path) -> Result<()> {
    succeed(Command::new("tests/sdk/run").arg("--check").current_dir(root))
}

/// The dashboard of the built server in headless Chromium.
fn browser(root: &Path) -> Result<()> {
    succeed(Command::new("tests/browser/run").current_dir(root))
}

/// Generated requests to every operation, for up to two minutes; the same ones each time, so that
/// a change is what makes the difference. `make test-fuzz` sends others.
fn fuzz(root: &Path) -> Result<()> {
    succeed(
        Command::new("tests/fuzz/run").args(["--seconds", "120", "--seed", "1"]).current_dir(root),
    )
}

/// The names cargo gives to the integration tests in a directory.
fn test_targets(directory: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(directory)
        .with_context(|| format!("{} could not be read", directory.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let is_target =
            path.extension().is_some_and(|end| end == "rs") || path.join("main.rs").exists();
        if let (true, Some(name)) = (is_target, path.file_stem().and_then(|stem| stem.to_str())) {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn succeed(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{program} could not be started"))?;
    ensure!(status.success(), "{program} ended with {status}");
    Ok(())
}
