//! `keyway help`: topics that belong to no single command, and the help of every command.

use clap::Args;
use serde_json::json;

use super::connection::VARIABLES;
use super::context::Context;
use super::exit::{Exit, Failure, Outcome};
use super::help;
use crate::settings::ROWS;

/// Explains a topic or a command.
#[derive(Args)]
pub struct Help {
    /// environment, exit-codes, output, permissions, times, or a command such as `key create`
    words: Vec<String>,
}

/// A topic: its name, and the text.
type Topic = (&'static str, fn() -> String);

const TOPICS: [Topic; 5] = [
    ("environment", environment),
    ("exit-codes", exit_codes),
    ("output", || OUTPUT.to_owned()),
    ("permissions", || PERMISSIONS.to_owned()),
    ("times", || TIMES.to_owned()),
];

const OUTPUT: &str = "\
Standard output holds the result and nothing else; everything else goes to standard error.

  table   for people: shortened on a terminal, separated by tabs elsewhere (default)
  json    the answer of the server as one document (also --json)
  jsonl   one item of the answer per line; lists are read to their end
  yaml    the data of the answer
  csv     the data of the answer as rows; cells that a spreadsheet could run get a ' in front
  id      only ids, or only the secret of something new (also -q)

--jq EXPR applies a jq expression to the JSON of the answer and prints strings without quotes.
Lists hold 100 rows unless --all, --limit N or --cursor says otherwise.
With json, jsonl and --jq an error is one line of JSON on standard error.
";

const PERMISSIONS: &str = "\
A root key holds permissions of the form RESOURCE.SCOPE.ACTION:

  api.*.create_key          create keys in every API
  api.api_123.create_key    create keys in this API alone
  rbac.*.create_role        create roles

* is the scope that covers every resource; nothing else is a wildcard. A root key belongs to one
workspace, can be limited to environments, and hands out only what it holds itself.

  keyway root-key permissions                         every permission
  keyway root-key whoami                              what the root key in use holds
  keyway root-key can keys.createKey api_123          may it? exit 0 or 10
  keyway root-key create --name ci --preset verify    a root key for one purpose

Presets and the roles they stand for: verify (verifier), verify-limit (verifier, ratelimiter),
issuer (issuer), rbac (rbac_admin), ratelimit (ratelimiter), analytics (analyst),
read-only (read_only), full (admin).
";

const TIMES: &str = "\
Times are written as

  2026-01-31T12:00:00Z    RFC 3339
  1769860800000           unix milliseconds
  now, +30d, -24h         relative to now
  never                   no time at all, for example as an expiry

Durations are 500ms, 10s, 5m, 1h, 30d. Counts may end in k or m: 10k is 10000.
Tables show local time, every other format unix milliseconds.
";

fn environment() -> String {
    let mut text = "The commands that speak to a server read:\n\n".to_owned();
    for (name, meaning) in VARIABLES {
        text += &format!("  {name:<33} {meaning}\n");
    }
    text += "\n`keyway serve` reads:\n\n";
    for row in &ROWS {
        text += &format!("  {:<33} {}\n", row.env, row.meaning);
        if row.secret {
            text += &format!("  {:<33} a file that holds it\n", format!("{}_FILE", row.env));
        }
    }
    text + "\nFlags win over variables, variables over files. An empty variable counts as unset.\n"
}

fn exit_codes() -> String {
    Exit::ALL.iter().map(|(exit, meaning)| format!("{:>5}  {meaning}\n", *exit as u8)).collect()
}

impl Help {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let name = self.words.join(" ");
        let text = match TOPICS.iter().find(|(topic, _)| *topic == name) {
            Some((_, text)) => text(),
            None => command_help(&self.words)?,
        };
        context.output.local(&json!({ "topic": name, "text": text }), &text)?;
        Ok(Exit::Done)
    }
}

fn command_help(words: &[String]) -> Result<String, Failure> {
    let mut root = help::command();
    root.build();
    let mut command = &mut root;
    for word in words {
        command = command.find_subcommand_mut(word).ok_or_else(|| {
            let topics: Vec<_> = TOPICS.iter().map(|(topic, _)| *topic).collect();
            Failure::usage(format!("There is no topic or command {}.", words.join(" ")))
                .fix(format!("topics are {}; `keyway` lists the commands", topics.join(", ")))
        })?;
    }
    Ok(command.render_long_help().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_a_text_without_escapes() {
        for (name, text) in TOPICS {
            let text = text();
            assert!(5 < text.lines().count(), "{name}");
            assert!(!text.contains('\u{1b}'), "{name}");
        }
    }

    #[test]
    fn the_help_of_a_command_is_found_by_its_words() {
        let words = ["key".to_owned(), "create".to_owned()];
        assert!(command_help(&words).unwrap().contains("keys.createKey"));
        let failure = command_help(&["kye".to_owned()]).unwrap_err();
        assert_eq!(failure.exit(), Exit::Usage);
    }
}
