//! The project's own tasks: `cargo xtask ci | tidy | deny | generate`.

mod ci;
mod deny;
mod generate;
mod metadata;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
Usage: cargo xtask TASK

  ci [--only STEP,STEP]   every check that a change has to pass, each with its time
  tidy                    the rules that rustfmt and clippy don't know
  deny                    licences, sources and duplicates of the dependencies, after deny.toml
  generate [--check]      write the generated files, or say which are stale
";

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = root()?;
    match arguments.as_slice() {
        ["ci"] => ci::run(&root, None),
        ["ci", "--only", steps] => ci::run(&root, Some(steps)),
        ["tidy"] => report(&tidy::faults(&root)?),
        ["deny"] => report(&deny::faults(&root)?),
        ["generate"] => generate::write(&root),
        ["generate", "--check"] => report(&generate::stale(&root)?),
        _ => bail!("This task is not known.\n\n{USAGE}"),
    }
}

/// Prints the faults; an error if there are any.
fn report(faults: &[String]) -> Result<()> {
    for fault in faults {
        say(fault);
    }
    if !faults.is_empty() {
        bail!("{} faults were found.", faults.len());
    }
    Ok(())
}

/// The root of the checkout.
fn root() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent")?;
    Ok(root.to_path_buf())
}

#[expect(clippy::print_stderr, reason = "the tasks talk to whoever runs them")]
fn say(message: &str) {
    eprintln!("{message}");
}
