//! Questions to the person at the terminal, and what stands in for them elsewhere.

use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::path::Path;

use super::exit::{Exit, Failure};
use super::values;

/// Whether and how to ask.
#[derive(Clone, Copy)]
pub struct Ask {
    /// Somebody sits at a terminal and may be asked.
    pub terminal: bool,
    /// `--yes`: every question is answered already.
    pub yes: bool,
}

impl Ask {
    /// Whether standard input and standard error are a terminal.
    pub fn at_terminal() -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Lets the person type `name` before `what` is done. The name is looked up only to be asked.
    pub fn name(
        self,
        what: &str,
        name: impl FnOnce() -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        self.unless_answered(what, || {
            let name = name()?;
            Ok(line(&format!("{what} Type {name} to go on: "))? == name)
        })
    }

    /// Asks a question that is answered with yes or no.
    pub fn proceed(self, what: &str) -> Result<(), Failure> {
        self.unless_answered(what, || {
            let answer = line(&format!("{what} Go on? [y/N] "))?;
            Ok(matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes"))
        })
    }

    /// A secret: from a file, from standard input for `-`, or typed unseen.
    pub fn secret(
        self,
        what: &str,
        given: Option<&str>,
        file: Option<&Path>,
    ) -> Result<String, Failure> {
        let unreadable =
            |err| Failure::new(Exit::Failed, format!("The {what} cannot be read.")).because(err);
        let secret = match (given, file) {
            (_, Some(path)) => values::read_file(path)?,
            (Some("-"), _) => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text).map_err(unreadable)?;
                text
            }
            (Some(secret), _) => {
                if self.terminal {
                    super::output::note(
                        "note: a key on the command line stays in the history of the shell; \
                         give - or nothing",
                    );
                }
                secret.to_owned()
            }
            (None, None) if self.terminal => {
                rpassword::prompt_password(format!("{what}: ")).map_err(unreadable)?
            }
            (None, None) => {
                return Err(Failure::usage(format!("No {what} was given."))
                    .fix("give - and the key on standard input, or --key-file PATH"));
            }
        };
        Ok(secret.trim().to_owned())
    }

    fn unless_answered(
        self,
        what: &str,
        ask: impl FnOnce() -> Result<bool, Failure>,
    ) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !self.terminal {
            return Err(Failure::usage(format!("{what} Nobody can be asked here."))
                .fix("confirm with --yes"));
        }
        if ask()? { Ok(()) } else { Err(Failure::new(Exit::Failed, "Nothing was done.")) }
    }
}

fn line(question: &str) -> Result<String, Failure> {
    let mut stderr = std::io::stderr().lock();
    let mut answer = String::new();
    write!(stderr, "{question}")
        .and_then(|()| stderr.flush())
        .and_then(|()| std::io::stdin().lock().read_line(&mut answer))
        .map_err(|err| Failure::new(Exit::Failed, "The answer cannot be read.").because(err))?;
    Ok(answer.trim().to_owned())
}
