//! The `keyway` command line: one file per noun, one variant here.
//!
//! Standard output holds the result and nothing else. A command either ends with an exit code of `exit.rs`
//! or says what failed, why, and what to do about it.
#![expect(
    clippy::doc_markdown,
    reason = "the doc comments of arguments are the help that people read, without markup"
)]
#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "short texts for people, where one more allocation is cheaper than a line that ignores a result"
)]

mod admin;
mod api;
mod audit;
mod bench;
mod call;
mod client;
mod completion;
mod connection;
mod context;
mod csv;
mod exit;
mod explain;
mod help;
mod identity;
mod interrupt;
mod jq;
mod key;
mod master_key;
mod migration;
mod need;
mod openapi;
mod output;
mod permission;
mod progress;
mod prompt;
mod quickstart;
mod ratelimit;
mod role;
mod root_key;
pub mod serve;
mod time;
mod topics;
mod usage;
mod values;
mod vault;
mod version;
mod view;
mod workspace;
mod yaml;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, ColorChoice, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use self::context::Context;
use self::exit::{Exit, Failure, Outcome};
use self::jq::Jq;
use self::output::{Format, Output};
use crate::settings::environment;

/// The authority for API keys: server, administration and client in one program.
#[derive(Parser)]
#[command(
    name = "keyway",
    version,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::ServeArgs),
    /// Make an API, a key and a first verification on a running server
    Quickstart(quickstart::Quickstart),
    /// Workspaces: everything else belongs to one
    #[command(subcommand, alias = "workspaces")]
    Workspace(workspace::Workspace),
    /// Root keys: they administer a workspace
    #[command(subcommand, alias = "root-keys")]
    RootKey(root_key::RootKey),
    /// APIs: each is a space of keys
    #[command(subcommand, alias = "apis")]
    Api(api::Api),
    /// Keys: what the callers of your APIs hold
    #[command(subcommand, alias = "keys")]
    Key(key::Key),
    /// Roles: named sets of permissions
    #[command(subcommand, alias = "roles")]
    Role(role::Role),
    /// Permissions: what keys may do in your APIs
    #[command(subcommand, alias = "permissions")]
    Permission(permission::Permission),
    /// Identities: who holds keys
    #[command(subcommand, alias = "identities")]
    Identity(identity::Identity),
    /// Rate limits of anything, with or without a key
    #[command(subcommand, alias = "ratelimits")]
    Ratelimit(ratelimit::Ratelimit),
    /// Formats in which imported keys are hashed
    #[command(subcommand, alias = "migrations")]
    Migration(migration::Migration),
    /// The audit log
    #[command(subcommand, alias = "audits")]
    Audit(audit::Audit),
    /// Tell why something was denied and what would change it
    Explain(explain::Explain),
    /// What only the host of the server may do
    #[command(subcommand)]
    Admin(admin::Admin),
    /// The vault of recoverable keys
    #[command(subcommand)]
    Vault(vault::Vault),
    /// The master key, under which the vault is sealed
    #[command(subcommand, alias = "master-keys")]
    MasterKey(master_key::MasterKey),
    /// Measure a server under load
    #[command(subcommand, alias = "benches")]
    Bench(bench::Bench),
    /// Call any operation by its name
    Call(call::Call),
    /// Print the OpenAPI document of this version
    Openapi(openapi::Openapi),
    /// Print the version
    Version,
    /// Print the completion script of a shell
    Completion(completion::Completion),
    /// Explain a topic or a command
    Help(topics::Help),
}

/// Flags of every command.
#[derive(Args, Clone, Default)]
pub struct Global {
    /// URL of the server [env: KEYWAY_URL] [default: http://127.0.0.1:7070]
    #[arg(long, global = true, help_heading = "Connection", hide_short_help = true)]
    url: Option<String>,
    /// Profile of cli.toml [env: KEYWAY_PROFILE]
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        help_heading = "Connection",
        hide_short_help = true
    )]
    profile: Option<String>,
    /// File that holds the root key [env: KEYWAY_ROOT_KEY, KEYWAY_ROOT_KEY_FILE]
    #[arg(
        long,
        global = true,
        value_name = "PATH",
        help_heading = "Connection",
        hide_short_help = true
    )]
    root_key_file: Option<PathBuf>,
    /// Read the root key from standard input
    #[arg(
        long,
        global = true,
        help_heading = "Connection",
        hide_short_help = true,
        conflicts_with = "root_key_file"
    )]
    root_key_stdin: bool,
    /// Longest wait for an answer [env: KEYWAY_TIMEOUT] [default: 30s]
    #[arg(
        long,
        global = true,
        value_name = "DURATION",
        help_heading = "Connection",
        hide_short_help = true
    )]
    timeout: Option<String>,
    /// Form of the result [env: KEYWAY_OUTPUT] [default: table]
    #[arg(
        short,
        long,
        global = true,
        value_enum,
        value_name = "FORMAT",
        help_heading = "Output",
        hide_short_help = true
    )]
    output: Option<Format>,
    /// The same as --output json
    #[arg(
        long,
        global = true,
        help_heading = "Output",
        hide_short_help = true,
        conflicts_with = "output"
    )]
    json: bool,
    /// Only ids, or only the secret of something new
    #[arg(
        short,
        long,
        global = true,
        help_heading = "Output",
        hide_short_help = true,
        conflicts_with_all = ["output", "json"]
    )]
    quiet: bool,
    /// Apply a jq expression to the JSON of the answer
    #[arg(
        long,
        global = true,
        value_name = "EXPR",
        help_heading = "Output",
        hide_short_help = true
    )]
    jq: Option<String>,
    /// Columns of the table, separated by commas
    #[arg(
        long,
        global = true,
        value_delimiter = ',',
        value_name = "NAMES",
        help_heading = "Output",
        hide_short_help = true
    )]
    columns: Vec<String>,
    /// Every column of the table
    #[arg(long, global = true, help_heading = "Output", hide_short_help = true)]
    wide: bool,
    /// Leave CSV cells that a spreadsheet could run as they are
    #[arg(long, global = true, help_heading = "Output", hide_short_help = true)]
    csv_raw: bool,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        help_heading = "Output",
        hide_short_help = true
    )]
    color: Option<When>,
    /// Tell more: the request id, twice: requests and answers with secrets masked
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Output", hide_short_help = true)]
    verbose: u8,
    /// Tell requests and answers, with secrets masked
    #[arg(long, global = true, help_heading = "Output", hide_short_help = true)]
    debug_http: bool,
    /// How progress is told
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "MODE",
        help_heading = "Output",
        hide_short_help = true
    )]
    progress: Option<progress::Mode>,
    /// Answer every question with yes
    #[arg(short, long, global = true, help_heading = "Questions", hide_short_help = true)]
    yes: bool,
    /// Never ask [env: KEYWAY_NO_INPUT]
    #[arg(long, global = true, help_heading = "Questions", hide_short_help = true)]
    no_input: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The program: reads the command line, runs the command and tells how it ended.
pub fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    if let Some(failure) = secret_in_a_flag(&args) {
        return tell(&failure, false);
    }
    let cli = match parse(&args) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    if let Command::Serve(args) = cli.command {
        return crate::serve::run(args);
    }
    // Even a failure to read the output flags is told in the form that was asked for.
    let for_programs = cli.global.json
        || cli.global.jq.is_some()
        || matches!(cli.global.output, Some(Format::Json | Format::Jsonl));
    let (outcome, for_programs) = match cli.global.output() {
        Ok(output) => {
            let for_programs = output.for_programs();
            (dispatch(cli.command, &Context::new(cli.global, output)), for_programs)
        }
        Err(failure) => (Err(failure), for_programs),
    };
    outcome.map_or_else(|failure| tell(&failure, for_programs), Into::into)
}

fn dispatch(command: Command, context: &Context) -> Outcome {
    match command {
        Command::Serve(_) => Ok(Exit::Done),
        Command::Quickstart(quickstart) => quickstart.run(context),
        Command::Workspace(workspace) => workspace.run(context),
        Command::RootKey(root_key) => root_key.run(context),
        Command::Api(api) => api.run(context),
        Command::Key(key) => key.run(context),
        Command::Role(role) => role.run(context),
        Command::Permission(permission) => permission.run(context),
        Command::Identity(identity) => identity.run(context),
        Command::Ratelimit(ratelimit) => ratelimit.run(context),
        Command::Migration(migration) => migration.run(context),
        Command::Audit(audit) => audit.run(context),
        Command::Explain(explain) => explain.run(context),
        Command::Admin(admin) => admin.run(context),
        Command::Vault(vault) => vault.run(context),
        Command::MasterKey(master_key) => master_key.run(context),
        Command::Bench(bench) => bench.run(context),
        Command::Call(call) => call.run(context),
        Command::Openapi(openapi) => openapi.run(context),
        Command::Version => version::run(context),
        Command::Completion(completion) => completion.run(context),
        Command::Help(help) => help.run(context),
    }
}

fn tell(failure: &Failure, for_programs: bool) -> ExitCode {
    if for_programs {
        output::note(&failure.json().to_string());
    } else {
        output::note(failure.text().trim_end());
    }
    failure.exit().into()
}

/// Reads the command line. Help, the version and a wrong command line end the program here.
fn parse(args: &[OsString]) -> Result<Cli, ExitCode> {
    let choice = match colour_of(args) {
        Some(When::Always) => ColorChoice::Always,
        Some(When::Never) => ColorChoice::Never,
        _ if environment("NO_COLOR").is_some() || dumb_terminal() => ColorChoice::Never,
        _ => ColorChoice::Auto,
    };
    let command = <Cli as clap::CommandFactory>::command().color(choice);
    let err = match command.try_get_matches_from(args).and_then(|m| Cli::from_arg_matches(&m)) {
        Ok(cli) => return Ok(cli),
        Err(err) => err,
    };
    let on_purpose = err.kind() == ErrorKind::DisplayHelp;
    if on_purpose || err.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // Examples, operations and permissions are worked out only where help is wanted.
        let asked = help::command().color(choice).try_get_matches_from(args);
        let text = asked.err().unwrap_or(err);
        // Help without arguments is an answer as well, though clap takes it for a mistake.
        let _ = if on_purpose {
            text.print().is_ok()
        } else {
            output::print(&text.render().to_string()).is_ok()
        };
        return Err(Exit::Done.into());
    }
    let _ = err.print();
    let exit = if err.kind() == ErrorKind::DisplayVersion { Exit::Done } else { Exit::Usage };
    Err(exit.into())
}

impl Global {
    /// How results are written, from flags and environment.
    fn output(&self) -> Result<Output, Failure> {
        let format = match self.output {
            Some(format) => format,
            None if self.json => Format::Json,
            None if self.quiet => Format::Id,
            None => match environment("KEYWAY_OUTPUT") {
                Some(name) => Format::from_str(&name, true).map_err(|_| {
                    Failure::new(
                        Exit::Config,
                        format!("KEYWAY_OUTPUT is {name}, which is no format."),
                    )
                    .fix("choose from table, json, jsonl, yaml, csv and id")
                })?,
                None => Format::Table,
            },
        };
        let terminal = output::stdout_is_terminal();
        let colour = match self.color {
            Some(When::Always) => true,
            Some(When::Never) => false,
            Some(When::Auto) | None => {
                terminal && environment("NO_COLOR").is_none() && !dumb_terminal()
            }
        };
        Ok(Output {
            format,
            jq: self.jq.as_deref().map(Jq::new).transpose()?,
            columns: self.columns.clone(),
            wide: self.wide,
            csv_raw: self.csv_raw,
            terminal,
            colour,
            verbose: self.verbose,
        })
    }
}

fn dumb_terminal() -> bool {
    environment("TERM").is_some_and(|term| term == "dumb")
}

/// The value of `--color`, which help needs before the command line is understood.
fn colour_of(args: &[OsString]) -> Option<When> {
    let value = args.iter().enumerate().find_map(|(index, arg)| {
        let arg = arg.to_str()?;
        match arg.strip_prefix("--color") {
            Some("") => args.get(index + 1)?.to_str(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        }
    })?;
    When::from_str(value, true).ok()
}

/// A secret as the value of a flag is refused before anything else reads, prints or sends it.
fn secret_in_a_flag(args: &[OsString]) -> Option<Failure> {
    let flags = args.iter().filter_map(|arg| arg.to_str()).take_while(|arg| *arg != "--");
    for arg in flags {
        let flag = arg.split('=').next().unwrap_or(arg);
        let failure = || {
            Failure::usage(format!("A secret is never given as a flag, so there is no {flag}."))
                .because("other users see command lines, and the shell keeps them in its history")
        };
        match flag {
            "--root-key" => return Some(connection::root_key_ways(failure())),
            "--bootstrap-root-key" | "--master-key" => {
                let name = format!("KEYWAY_{}", flag[2..].replace('-', "_").to_uppercase());
                return Some(
                    failure().fix(format!("set {name}, or {name}_FILE to a file that holds it")),
                );
            }
            "--key" => {
                return Some(failure().fix("give - and the key on standard input").fix(
                    "or --key-file PATH, or nothing on a terminal, where the key is asked for",
                ));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(Into::into).collect()
    }

    #[test]
    fn the_definition_of_the_commands_is_consistent() {
        help::command().debug_assert();
    }

    #[test]
    fn a_root_key_as_a_flag_is_refused_with_the_ways_and_is_not_repeated() {
        for line in ["keyway api list --root-key unkey_CANARY", "keyway --root-key=unkey_CANARY"] {
            let failure = secret_in_a_flag(&arguments(line)).unwrap();
            assert_eq!(failure.exit(), Exit::Usage);
            let text = failure.text();
            assert_eq!(text.matches("fix:").count(), 3);
            assert!(!text.contains("CANARY"));
        }
        let line = "keyway root-key can keys.createKey --root-key-id key_1 -- --root-key";
        assert!(secret_in_a_flag(&arguments(line)).is_none());
    }

    #[test]
    fn the_plural_of_a_noun_is_the_noun() {
        for line in ["keyway keys get key_1", "keyway apis list", "keyway root-keys list"] {
            assert!(Cli::try_parse_from(arguments(line)).is_ok(), "{line}");
        }
    }

    #[test]
    fn relative_times_do_not_look_like_flags() {
        let line = "keyway audit list --since -7d --until now";
        assert!(Cli::try_parse_from(arguments(line)).is_ok());
    }
}
