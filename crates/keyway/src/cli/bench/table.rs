//! `keyway bench table`: the standard set, with what we hold ourselves to beside each result.

mod rows;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::json;
use tempfile::TempDir;

use self::rows::Bench;
use super::super::context::Context;
use super::super::exit::{Exit, Failure, Outcome};
use super::super::time;
use super::flags::{Target, many};
use super::process::hardware;
use super::report::grouped;
use super::seed::seeded;
use super::session;
use super::stop::Stop;

/// `keyway bench table`
#[derive(Args)]
pub struct Table {
    #[command(flatten)]
    target: Target,
    /// Keys of the large store, unless --data-dir names one
    #[arg(long, value_name = "N", default_value = "1m", value_parser = many, help_heading = "Load")]
    keys: usize,
    /// How long each row is measured
    #[arg(long, default_value = "12s", value_parser = time::duration, help_heading = "Load")]
    duration: Duration,
    /// How long each row is warmed up
    #[arg(long, default_value = "2s", value_parser = time::duration, help_heading = "Load")]
    warmup: Duration,
    /// Choices are the same for the same seed
    #[arg(long, value_name = "N", default_value = "1", help_heading = "Load")]
    seed: u64,
    /// Only these rows, separated by commas [default: all but size]
    #[arg(long, value_enum, value_name = "ROWS", value_delimiter = ',', help_heading = "Result")]
    only: Vec<Row>,
    /// Print the table as Markdown
    #[arg(long, help_heading = "Result")]
    markdown: bool,
    /// Write the result with each measurement as JSON to this file as well
    #[arg(long, value_name = "FILE", help_heading = "Result")]
    out: Option<PathBuf>,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Row {
    /// Warm keys, 200 in use
    Warm,
    /// Rate limits
    Limit,
    /// Credits
    Credits,
    /// A flood of unknown keys
    Unknown,
    /// New keys
    Create,
    /// Binary and idle memory
    Idle,
    /// From the start of the process to the first verdict, on the large store
    Start,
    /// Keys of which the server knows nothing yet, of the large store
    Cold,
    /// Warm keys of the large store, all in use
    Uniform,
    /// The large store beside one of 10 000 keys, 200 in use in each
    Size,
}

/// A row with its result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    what: String,
    bar: &'static str,
    result: String,
    rps: Option<f64>,
    p99: Option<f64>,
    /// The whole measurement.
    report: serde_json::Value,
}

impl Row {
    fn needs_large_store(self) -> bool {
        matches!(self, Self::Uniform | Self::Cold | Self::Size | Self::Start)
    }
}

impl Table {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        if !self.target.is_embedded(context.names_a_server())? {
            return Err(Failure::usage("The table is made with private servers alone.")
                .fix("leave out --url and --profile, or measure that server with bench verify"));
        }
        session::run(async |stop| self.measure(context, stop).await)
    }

    async fn measure(&self, context: &Context, stop: &Stop) -> Outcome {
        let wanted = |row: Row| {
            if self.only.is_empty() { row != Row::Size } else { self.only.contains(&row) }
        };
        let rows = Row::value_variants().iter().copied().filter(|row| wanted(*row));
        let rows: Vec<Row> = rows.collect();
        let start = super::watch::now();
        let large = self.large_store(context, stop, &rows).await?;
        let bench = Bench {
            context,
            stop,
            small: self.target.on(None),
            large: large.as_ref().map(|large| self.target.on(Some(large.path().to_owned()))),
            duration: self.duration,
            warmup: self.warmup,
            seed: self.seed,
        };
        let mut lines = Vec::new();
        for row in rows {
            context.output.note(&format!("{row:?}:"));
            let line = bench.row(row).await?;
            // Whoever ends this early keeps what was measured so far.
            context.output.note(&format!("{}: {}", line.what, line.result));
            lines.push(line);
        }
        let elapsed = (super::watch::now() - start).as_secs();
        self.show(context, &lines, elapsed)
    }

    async fn large_store(
        &self,
        context: &Context,
        stop: &Stop,
        rows: &[Row],
    ) -> Result<Option<Large>, Failure> {
        if !rows.iter().any(|row| row.needs_large_store()) {
            return Ok(None);
        }
        if let Some(given) = &self.target.data_dir {
            return Ok(Some(Large::Given(given.clone())));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix("keyway-bench-");
        let directory = match &self.target.temp_dir {
            Some(place) => builder.tempdir_in(place),
            None => builder.tempdir(),
        };
        let directory = directory.map_err(|err| {
            Failure::new(Exit::Config, "No temporary directory can be made.").because(err)
        })?;
        context.output.note(&format!("Storing {} keys.", self.keys));
        seeded(context, stop, directory.path(), self.keys, self.seed).await?;
        Ok(Some(Large::Made(directory)))
    }

    fn show(&self, context: &Context, lines: &[Line], seconds: u64) -> Outcome {
        let date = time::local(context.now);
        let version = env!("CARGO_PKG_VERSION");
        let commit = option_env!("KEYWAY_COMMIT").unwrap_or("unknown");
        let head = format!(
            "{}; {date}; version {version}, commit {commit}{}; {seconds} s in all",
            hardware(),
            if cfg!(debug_assertions) { ", built without optimisation" } else { "" },
        );
        let data = json!({
            "bench": "table",
            "hardware": hardware(),
            "date": context.now,
            "version": version,
            "commit": commit,
            "seed": self.seed,
            "seconds": seconds,
            "rows": lines,
        });
        if let Some(path) = &self.out {
            std::fs::write(path, format!("{data:#}\n")).map_err(|err| {
                let text = format!("The result cannot be written to {}.", path.display());
                Failure::new(Exit::Config, text).because(err)
            })?;
        }
        let text = if self.markdown { markdown(lines, &head) } else { plain(lines, &head) };
        context.output.local(&data, &text)?;
        Ok(Exit::Done)
    }
}

/// Where the large store is. One that was made for the table goes with it.
enum Large {
    Given(PathBuf),
    Made(TempDir),
}

impl Large {
    fn path(&self) -> &Path {
        match self {
            Self::Given(path) => path,
            Self::Made(directory) => directory.path(),
        }
    }
}

fn cells(line: &Line) -> [String; 5] {
    [
        line.what.clone(),
        line.bar.to_owned(),
        line.result.clone(),
        line.rps.map_or_else(String::new, grouped),
        line.p99.map_or_else(String::new, super::report::time),
    ]
}

const HEADS: [&str; 5] = ["what", "bar", "result", "requests/s", "p99"];

fn markdown(lines: &[Line], head: &str) -> String {
    let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = format!("{head}\n\n{}", row(&HEADS.map(ToOwned::to_owned)));
    text += "| --- | --- | --- | ---: | ---: |\n";
    for line in lines {
        text += &row(&cells(line));
    }
    text
}

fn plain(lines: &[Line], head: &str) -> String {
    let mut text = format!("{head}\n");
    for line in lines {
        let [what, bar, result, rps, p99] = cells(line);
        text += &format!("\n{what}\n  bar     {bar}\n  result  {result}\n");
        if !rps.is_empty() {
            text += &format!("  rate    {rps}/s, p99 {p99}\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_written_for_people_and_for_pages() {
        let line = Line {
            what: "warm".to_owned(),
            bar: "ratio ≥ 0.80",
            result: "ratio 0.81".to_owned(),
            rps: Some(51_234.0),
            p99: Some(1900.0),
            report: serde_json::Value::Null,
        };
        let lines = [line];
        let page = markdown(&lines, "here");
        assert!(page.contains("| warm | ratio ≥ 0.80 | ratio 0.81 | 51 234 | 1.90 ms |"), "{page}");
        assert!(plain(&lines, "here").contains("rate    51 234/s, p99 1.90 ms"));
    }
}
