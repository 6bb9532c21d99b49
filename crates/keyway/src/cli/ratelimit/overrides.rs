//! `keyway ratelimit override`

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::super::context::{Context, Rows};
use super::super::exit::{Exit, Failure, Outcome};
use super::super::interrupt::Interrupt;
use super::super::values::{self, Body};
use super::super::view::{View, id, span, text};
use super::super::{csv, time};

/// How many faults of a file are told.
const TOLD_FAULTS: usize = 20;
const VIEW: View = View {
    id: "/overrideId",
    columns: &[
        id("id", "/overrideId"),
        id("identifier", "/identifier"),
        text("limit", "/limit"),
        span("duration", "/duration"),
    ],
    wide: &[],
};
const SET: View =
    View { id: "/overrideId", columns: &[id("overrideId", "/overrideId")], wide: &[] };

/// The verbs of `keyway ratelimit override`.
#[derive(Subcommand)]
pub enum Override {
    /// List the overrides of a namespace
    List {
        /// The namespace, by name or id
        namespace: String,
        #[command(flatten)]
        rows: Rows,
    },
    /// Show the override that applies to an identifier
    Get {
        /// The namespace, by name or id
        namespace: String,
        /// The identifier; patterns that fit it count
        identifier: String,
    },
    /// Set the limit of an identifier or of all that match a pattern
    Set {
        /// The namespace, by name or id
        namespace: String,
        /// The identifier; each * stands for any characters
        identifier: String,
        /// How many in which time, for example 1000/60s; 0/60s blocks
        #[arg(long, value_name = "LIMIT", value_parser = values::quota)]
        limit: Value,
    },
    /// Delete an override; the next pattern or the limit of the request applies at once
    Delete {
        /// The namespace, by name or id
        namespace: String,
        /// Exactly the identifier or pattern of the override
        identifier: String,
    },
    /// Set the overrides of a CSV file with the columns identifier, limit and duration
    Import(Import),
}

/// `keyway ratelimit override import`
#[derive(Args)]
pub struct Import {
    /// The namespace, by name or id
    namespace: String,
    /// The file, or - for standard input
    #[arg(long, value_name = "PATH")]
    file: String,
    /// Read the whole file and set nothing
    #[arg(long)]
    dry_run: bool,
}

impl Override {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List { namespace, rows } => {
                let body = Body::new().set("namespace", namespace);
                context.list("ratelimit.listOverrides", &body, &rows, &VIEW)
            }
            Self::Get { namespace, identifier } => {
                let body = json!({ "namespace": namespace, "identifier": identifier });
                context.show("ratelimit.getOverride", body, &VIEW)
            }
            Self::Set { namespace, identifier, limit } => {
                let mut body = limit;
                body["namespace"] = namespace.into();
                body["identifier"] = identifier.into();
                context.show("ratelimit.setOverride", body, &SET)
            }
            Self::Delete { namespace, identifier } => {
                context.ask.proceed(&format!(
                    "The override of {identifier} in {namespace} is deleted, and applies no more."
                ))?;
                let body = json!({ "namespace": namespace, "identifier": identifier });
                context.change("ratelimit.deleteOverride", body, &identifier, "deleted")
            }
            Self::Import(import) => import.run(context),
        }
    }
}

impl Import {
    fn run(self, context: &Context) -> Outcome {
        let rows = read(&context.input("--file", &self.file)?)
            .map_err(|faults| wrong_file(&self.file, &faults))?;
        if self.dry_run {
            let data = json!({ "dryRun": true, "overrides": rows.len() });
            let text = format!("{} overrides would be set.\n", rows.len());
            context.output.local(&data, &text)?;
            return Ok(Exit::Done);
        }
        let interrupt = Interrupt::watch();
        let mut progress = context.progress(rows.len());
        let (mut set, mut failures) = (0, Vec::new());
        for (line, row) in &rows {
            let mut body = row.clone();
            body["namespace"] = self.namespace.as_str().into();
            let failed_before = failures.len();
            match context.call("ratelimit.setOverride", body) {
                Ok(_) => set += 1,
                Err(failure) if failure.exit() == Exit::Invalid => failures.push(json!({
                    "line": line, "identifier": row["identifier"], "detail": failure.what(),
                })),
                Err(failure) => {
                    progress.end();
                    return Err(failure
                        .because(format!("{set} of {} overrides were set before", rows.len()))
                        .fix("run it again: what is set already stays the same"));
                }
            }
            progress.step(1, failures.len() - failed_before);
            if interrupt.seen() {
                break;
            }
        }
        progress.end();
        let (done, failed) = (set + failures.len(), failures.len());
        for failure in &failures {
            context.output.note(&format!(
                "line {}, {}: {}",
                failure["line"],
                failure["identifier"].as_str().unwrap_or_default(),
                failure["detail"].as_str().unwrap_or_default()
            ));
        }
        let data = json!({ "set": set, "failed": failed, "failures": failures });
        let text = format!("{set} overrides are set, {failed} failed.\n");
        context.output.local(&data, &text)?;
        if done < rows.len() {
            context.output.note("Run it again for the rest: what is set already stays the same.");
            return Ok(Exit::Interrupted);
        }
        Ok(if failed == 0 { Exit::Done } else { Exit::Partly })
    }
}

/// The overrides of a file with the lines where they stand, or everything that is wrong with it.
fn read(text: &str) -> Result<Vec<(usize, Value)>, Vec<String>> {
    let mut rows = csv::rows(text).map_err(|fault| vec![fault])?.into_iter();
    let head = rows.next().map(|(_, cells)| cells).unwrap_or_default();
    let place = |name: &str| {
        head.iter()
            .position(|cell| cell.trim().eq_ignore_ascii_case(name))
            .ok_or_else(|| format!("The first line names no column {name}."))
    };
    let places = [place("identifier"), place("limit"), place("duration")];
    let [Ok(identifier), Ok(limit), Ok(duration)] = places else {
        return Err(places.into_iter().filter_map(Result::err).collect());
    };
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for (line, cells) in rows {
        let cell = |place: usize| cells.get(place).map_or("", String::as_str);
        let name = csv::unmarked(cell(identifier));
        let read = if name.is_empty() {
            Err("it has no identifier".to_owned())
        } else {
            time::count(cell(limit).trim())
                .and_then(|limit| Ok((limit, milliseconds(cell(duration).trim())?)))
        };
        match read {
            Ok((limit, duration)) => found
                .push((line, json!({ "identifier": name, "limit": limit, "duration": duration }))),
            Err(fault) => faults.push(format!("line {line}: {fault}")),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

/// A duration with its unit, or a number of milliseconds as lists print it.
fn milliseconds(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(milliseconds) => Ok(milliseconds),
        Err(_) => time::duration(text)?
            .as_millis()
            .try_into()
            .map_err(|_| format!("`{text}` is too large")),
    }
}

fn wrong_file(file: &str, faults: &[String]) -> Failure {
    let mut failure =
        Failure::new(Exit::Config, format!("The overrides of {file} cannot be read."));
    for fault in faults.iter().take(TOLD_FAULTS) {
        failure = failure.because(fault);
    }
    if TOLD_FAULTS < faults.len() {
        failure = failure.because(format!("and {} more", faults.len() - TOLD_FAULTS));
    }
    failure.fix("write a first line `identifier,limit,duration` and rows like `user_1,1000,60s`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_by_its_column_names_in_any_order() {
        let text = "duration,id,identifier,limit\n60s,x,user_*,1k\n1000,x,\"'+49,1\",0\n";
        assert_eq!(
            read(text).unwrap(),
            [
                (2, json!({ "identifier": "user_*", "limit": 1000, "duration": 60_000 })),
                (3, json!({ "identifier": "+49,1", "limit": 0, "duration": 1000 })),
            ]
        );
        assert_eq!(read("identifier,limt\n").unwrap_err().len(), 2);
        assert_eq!(read("").unwrap_err().len(), 3);
        let faults = read("identifier,limit,duration\n,1,1s\na,x,1s\nb,1,soon\nc,1").unwrap_err();
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(faults[0].starts_with("line 2: "), "{faults:?}");
    }
}
