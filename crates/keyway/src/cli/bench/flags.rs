//! The flags of measurements: what is measured, with which load, and what becomes of the result.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::super::exit::Failure;
use super::super::time;
use super::compare::FailIf;
use super::load::Pace;

/// Which server is measured.
#[derive(Args, Clone, Default)]
pub struct Target {
    /// Start a private server in a temporary directory, and remove it at the end; the default
    /// unless --url or --profile names a server
    #[arg(long, help_heading = "Server")]
    embedded: bool,
    /// Directory that `keyway bench seed` has filled, instead of an empty one
    #[arg(long, value_name = "DIR", help_heading = "Server")]
    pub data_dir: Option<PathBuf>,
    /// Where the temporary directory is made [default: the system's place for such]
    #[arg(long, value_name = "DIR", help_heading = "Server")]
    pub temp_dir: Option<PathBuf>,
    /// Program to start as the private server [default: this one]
    #[arg(long, value_name = "PATH", help_heading = "Server")]
    pub server: Option<PathBuf>,
    /// Configuration file of the private server [default: none]
    #[arg(long, value_name = "PATH", help_heading = "Server")]
    pub server_config: Option<PathBuf>,
    /// What the log of the private server holds [default: the server's own default]
    #[arg(long, value_name = "LEVEL", help_heading = "Server")]
    pub server_log: Option<String>,
    /// With --url: the process whose CPU time and memory are measured, if it runs here
    #[arg(long, value_name = "PID", help_heading = "Server")]
    pub pid: Option<u32>,
}

impl Target {
    /// The same server on another directory.
    #[must_use]
    pub fn on(&self, data_dir: Option<PathBuf>) -> Self {
        Self { data_dir, ..self.clone() }
    }

    /// Whether a private server is started. `named` says whether --url or --profile were given.
    pub fn is_embedded(&self, named: bool) -> Result<bool, Failure> {
        let private = [
            ("--embedded", self.embedded),
            ("--temp-dir", self.temp_dir.is_some()),
            ("--server", self.server.is_some()),
            ("--server-config", self.server_config.is_some()),
            ("--server-log", self.server_log.is_some()),
        ];
        let given = private.iter().find(|(_, given)| *given);
        match (named, given) {
            (true, Some((flag, _))) => Err(Failure::usage(format!(
                "{flag} is for a private server, and --url or --profile name one that runs already."
            ))),
            (false, _) if self.pid.is_some() => {
                Err(Failure::usage("--pid needs --url: the process of a private server is known."))
            }
            _ => Ok(!named),
        }
    }
}

/// How much load, and for how long.
#[derive(Args, Clone)]
pub struct Load {
    /// Connections, each with one request on its way
    #[arg(long, value_name = "N", default_value = "64", value_parser = connections, help_heading = "Load")]
    pub concurrency: usize,
    /// Send so many requests a second whatever the server does, for example 5k/s; latency counts
    /// from the planned moment [default: as many as the server answers]
    #[arg(long, value_name = "RATE", value_parser = rate, help_heading = "Load")]
    rate: Option<f64>,
    /// How long the operation and GET /v2/liveness are measured, in turns
    #[arg(long, default_value = "30s", value_parser = time::duration, help_heading = "Load")]
    pub duration: Duration,
    /// How long the same load runs before that
    #[arg(long, default_value = "5s", value_parser = time::duration, help_heading = "Load")]
    pub warmup: Duration,
    /// Measure also at half the rate that was reached
    #[arg(long, help_heading = "Load")]
    pub half_load: bool,
    /// Choices are the same for the same seed
    #[arg(long, value_name = "N", default_value = "1", help_heading = "Load")]
    pub seed: u64,
}

impl Load {
    /// As many requests as 64 connections get answered.
    pub fn closed(duration: Duration, warmup: Duration, seed: u64) -> Self {
        Self { concurrency: 64, rate: None, duration, warmup, half_load: false, seed }
    }

    /// The same, and then half of it.
    #[must_use]
    pub fn with_half_load(mut self) -> Self {
        self.half_load = true;
        self
    }

    /// When requests are sent.
    pub fn pace(&self) -> Pace {
        self.rate.map_or(Pace::Closed, Pace::Open)
    }
}

/// Which keys or identifiers are asked for.
#[derive(Args, Clone)]
pub struct Choice {
    /// Keys to create, or identifiers of `bench limit`
    #[arg(long, value_name = "N", default_value = "10k", value_parser = many, help_heading = "Load")]
    pub keys: usize,
    /// How many of them are in use [default: 200]
    #[arg(long, value_name = "N", value_parser = many, help_heading = "Load")]
    in_use: Option<usize>,
    /// All of them are in use
    #[arg(long, conflicts_with = "in_use", help_heading = "Load")]
    uniform: bool,
    /// Nine requests of ten ask for one in a hundred of those in use
    #[arg(long, help_heading = "Load")]
    pub hot: bool,
}

impl Choice {
    /// So many of so many, each as often as any other.
    pub fn some(keys: usize, in_use: usize) -> Self {
        Self { keys, in_use: Some(in_use), uniform: false, hot: false }
    }

    /// All keys of a directory that was filled before.
    pub fn every() -> Self {
        Self { keys: 1, in_use: None, uniform: true, hot: false }
    }

    /// How many of `all` are in use.
    pub fn in_use(&self, all: usize) -> usize {
        let wanted = if self.uniform { all } else { self.in_use.unwrap_or(200) };
        wanted.min(all)
    }
}

/// What becomes of the result.
#[derive(Args, Clone, Default)]
pub struct Record {
    /// Write the result as JSON to this file as well
    #[arg(long, value_name = "FILE", help_heading = "Result")]
    pub out: Option<PathBuf>,
    /// Compare with a result that --out wrote
    #[arg(long, value_name = "FILE", help_heading = "Result")]
    pub compare: Option<PathBuf>,
    /// Exit with 1 if a metric (p50, p90, p99, p999, max, rps, cpu, ratio, rss) changed by more,
    /// for example 'p99>+10%'; repeat for more
    #[arg(
        long,
        value_name = "RULE",
        requires = "compare",
        value_parser = str::parse::<FailIf>,
        help_heading = "Result"
    )]
    pub fail_if: Vec<FailIf>,
}

/// `5k/s`, `200/s`, `5k`.
pub fn rate(text: &str) -> Result<f64, String> {
    let count = time::count(text.strip_suffix("/s").unwrap_or(text))
        .map_err(|_| format!("`{text}` is no rate; use 500/s or 5k/s"))?;
    match u32::try_from(count) {
        Ok(count) if 0 < count => Ok(f64::from(count)),
        _ => Err(format!("`{text}` is no rate that a machine reaches")),
    }
}

/// A count that is not 0.
pub fn many(text: &str) -> Result<usize, String> {
    match usize::try_from(time::count(text)?) {
        Ok(count @ 1..=100_000_000) => Ok(count),
        _ => Err("it must be from 1 to 100m".to_owned()),
    }
}

fn connections(text: &str) -> Result<usize, String> {
    match time::count(text)? {
        count @ 1..=10_000 => usize::try_from(count).map_err(|err| err.to_string()),
        _ => Err("it must be from 1 to 10k".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_count_a_second() {
        assert_eq!(rate("5k/s"), Ok(5000.0));
        assert_eq!(rate("200"), Ok(200.0));
        for wrong in ["", "0/s", "5/m", "x/s", "-1/s"] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
        assert!(many("0").is_err() && connections("20k").is_err());
    }

    #[test]
    fn flags_of_a_private_server_do_not_go_with_a_url() {
        let private = Target { server_log: Some("warn".to_owned()), ..Target::default() };
        assert!(private.is_embedded(true).is_err());
        assert!(private.is_embedded(false).unwrap());
        let foreign = Target { pid: Some(1), ..Target::default() };
        assert!(foreign.is_embedded(false).is_err());
        assert!(!foreign.is_embedded(true).unwrap());
    }
}
