//! `keyway key bulk`: one change of many keys, in batches, which goes on where it was cut off.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Parser};
use serde_json::{Value, json};

use super::super::context::{Context, PAGE};
use super::super::exit::{Exit, Failure, Outcome};
use super::super::interrupt::Interrupt;
use super::super::output::Format;
use super::super::time::When;
use super::super::values::{self, Body};
use super::super::view::{View, id, text};
use super::list::Filters;

/// The usual name of the state file.
const STATE: &str = "keyway-bulk.state";
const RESULTS: View = View {
    id: "/keyId",
    columns: &[id("key", "/keyId"), text("result", "/result"), text("detail", "/detail")],
    wide: &[],
};

/// `keyway key bulk`
#[derive(Args)]
pub struct Bulk {
    /// Keys that `key list` would find by this filter, for example status=expired; repeat for more
    #[arg(long, value_name = "FILTER", conflicts_with = "ids_file")]
    select: Vec<String>,
    /// File with one key id a line, or - for standard input
    #[arg(long, value_name = "PATH")]
    ids_file: Option<String>,
    /// enabled=on|off, expires=TIME, external-id=ID, add-role=NAME, remove-role=NAME or delete;
    /// repeat for more
    #[arg(long, value_name = "CHANGE", required_unless_present = "resume")]
    set: Vec<String>,
    /// Tell which keys would be changed, and change none
    #[arg(long)]
    dry_run: bool,
    /// How many keys a request changes, 1 to 100
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u8).range(1..=100))]
    batch: u8,
    /// Go on with the run that the state file tells of
    #[arg(long, conflicts_with_all = ["select", "ids_file", "set", "dry_run"])]
    resume: bool,
    /// File that remembers how far the run is; gone when it is done
    #[arg(long, value_name = "PATH", default_value = STATE)]
    state: PathBuf,
}

/// What is to be done.
struct Job {
    /// The member `set` of the requests.
    change: Value,
    /// The keys that are left.
    key_ids: Vec<String>,
    /// How many keys were done by earlier runs.
    done: usize,
}

/// What one run has come to.
#[derive(Default)]
struct Tally {
    updated: usize,
    failures: Vec<Value>,
}

impl Bulk {
    /// Runs the command.
    pub fn run(&self, context: &Context) -> Outcome {
        let job = if self.resume { self.resumed(context)? } else { self.given(context)? };
        if self.dry_run {
            return would(context, &job);
        }
        let batch = usize::from(self.batch);
        let has_state = self.resume || batch < job.key_ids.len();
        if !self.resume && has_state && self.state.exists() {
            return Err(Failure::new(
                Exit::Conflict,
                format!("{} tells of a run that did not end.", self.state.display()),
            )
            .fix(format!("go on with it: {}", self.resume_command()))
            .fix("or delete the file, or name another one with --state"));
        }
        if !job.key_ids.is_empty() {
            let count = job.key_ids.len();
            let what = if job.change["delete"] == true {
                format!("{count} keys are deleted.")
            } else {
                format!("{count} keys are changed: {}.", job.change)
            };
            context.ask.proceed(&what)?;
        }
        if has_state && !self.resume {
            State::create(&self.state, context.client()?.url(), &job)?;
        }
        let outcome = self.work(context, &job, has_state);
        if has_state && matches!(outcome, Ok(Exit::Done | Exit::Partly)) {
            std::fs::remove_file(&self.state).map_err(|err| unwritable(&self.state, &err))?;
        }
        outcome
    }

    /// The job of the command line.
    fn given(&self, context: &Context) -> Result<Job, Failure> {
        let change = change(&self.set, context.now)?;
        let key_ids = match &self.ids_file {
            Some(path) => ids(&context.input("--ids-file", path)?)?,
            None if self.select.is_empty() => {
                return Err(Failure::usage("No keys were given.")
                    .fix("select them with --select FILTER, or list them with --ids-file PATH"));
            }
            None => selected(context, &self.select)?,
        };
        Ok(Job { change, key_ids, done: 0 })
    }

    /// The rest of the job of an earlier run.
    fn resumed(&self, context: &Context) -> Result<Job, Failure> {
        if !self.state.exists() {
            return Err(Failure::new(
                Exit::Config,
                format!("{} does not exist: no run was cut off here.", self.state.display()),
            ));
        }
        let (url, job) = State::read(&values::read_file(&self.state)?).ok_or_else(|| {
            Failure::new(Exit::Config, format!("{} is no state of a run.", self.state.display()))
        })?;
        if url != context.client()?.url() {
            return Err(Failure::new(Exit::Config, format!("The run was begun on {url}."))
                .fix(format!("give --url {url}")));
        }
        Ok(job)
    }

    fn work(&self, context: &Context, job: &Job, has_state: bool) -> Outcome {
        let interrupt = Interrupt::watch();
        let mut progress = context.progress(job.key_ids.len());
        let mut tally = Tally::default();
        let mut done = job.done;
        for batch in job.key_ids.chunks(usize::from(self.batch)) {
            let body = json!({ "keyIds": batch, "set": job.change });
            let envelope = match context.call("keys.bulkUpdateKeys", body) {
                Ok(envelope) => envelope,
                Err(failure) => {
                    progress.end();
                    tally.tell_failures(context);
                    return Err(self.cut_off(failure, done, has_state));
                }
            };
            let failed = tally.add(context, &envelope["data"])?;
            done += batch.len();
            if has_state {
                State::append(&self.state, done)?;
            }
            progress.step(batch.len(), failed);
            if interrupt.seen() {
                break;
            }
        }
        let elapsed = progress.end();
        let left = job.key_ids.len() - (done - job.done);
        tally.show(context, left, elapsed)?;
        if 0 < left {
            context.output.note(&format!("Go on with: {}", self.resume_command()));
            return Ok(Exit::Interrupted);
        }
        Ok(if tally.failures.is_empty() { Exit::Done } else { Exit::Partly })
    }

    /// The failure of a batch with what came before it.
    fn cut_off(&self, failure: Failure, done: usize, has_state: bool) -> Failure {
        if done == 0 && !self.resume {
            // Nothing was done, so there is nothing to go on with.
            let _ = has_state.then(|| std::fs::remove_file(&self.state));
            return failure;
        }
        let failure = failure.because(format!("{done} keys were done before"));
        if !has_state {
            return failure;
        }
        failure.fix(format!("go on with: {}", self.resume_command()))
    }

    fn resume_command(&self) -> String {
        if self.state == Path::new(STATE) {
            return "keyway key bulk --resume".to_owned();
        }
        format!("keyway key bulk --resume --state {}", self.state.display())
    }
}

impl Tally {
    /// Adds the answer to a batch and shows it if results are shown one by one. Says how many
    /// keys failed.
    fn add(&mut self, context: &Context, data: &Value) -> Result<usize, Failure> {
        let list = |name: &str| data[name].as_array().cloned().unwrap_or_default();
        let (updated, failed) = (list("updated"), list("failed"));
        let output = &context.output;
        let is_first = self.updated + self.failures.len() == 0;
        let mut rows: Vec<Value> =
            updated.iter().map(|id| json!({ "keyId": id, "result": "updated" })).collect();
        if !output.is(Format::Id) {
            rows.extend(failed.iter().cloned().map(|mut row| {
                row["result"] = "failed".into();
                row
            }));
        }
        if output.streams() && !output.is(Format::Table) {
            output.rows(&json!({ "data": rows }), &RESULTS, is_first)?;
        }
        self.updated += updated.len();
        let count = failed.len();
        self.failures.extend(failed);
        Ok(count)
    }

    fn tell_failures(&self, context: &Context) {
        for failure in &self.failures {
            let member = |name: &str| failure[name].as_str().unwrap_or_default();
            context.output.note(&format!("{}: {}", member("keyId"), member("detail")));
        }
    }

    fn show(&self, context: &Context, left: usize, elapsed: i64) -> Result<(), Failure> {
        let (updated, failed) = (self.updated, self.failures.len());
        let text = format!(
            "updated {updated}, failed {failed}, left {left}, in {}.{} s\n",
            elapsed / 1000,
            elapsed % 1000 / 100
        );
        let output = &context.output;
        self.tell_failures(context);
        if output.streams() && !output.is(Format::Table) {
            output.note(text.trim_end());
            return Ok(());
        }
        let data = json!({
            "updated": updated, "failed": failed, "left": left, "durationMs": elapsed,
            "failures": self.failures,
        });
        output.local(&data, &text)
    }
}

/// Tells what a run would do.
fn would(context: &Context, job: &Job) -> Outcome {
    let output = &context.output;
    let count = job.key_ids.len();
    if output.streams() && !output.is(Format::Table) {
        let rows: Vec<Value> = job
            .key_ids
            .iter()
            .map(|id| json!({ "keyId": id, "result": "would be updated" }))
            .collect();
        output.rows(&json!({ "data": rows }), &RESULTS, true)?;
        return Ok(Exit::Done);
    }
    let data = json!({ "dryRun": true, "keys": count, "set": job.change, "keyIds": job.key_ids });
    output.local(&data, &format!("{count} keys would be changed: {}.\n", job.change))?;
    Ok(Exit::Done)
}

/// The member `set` of requests from `--set`.
fn change(words: &[String], now: i64) -> Result<Value, Failure> {
    let wrong = |word: &str| {
        Failure::usage(format!("`{word}` is no change of keys.")).fix(
            "use enabled=on, enabled=off, expires=TIME, external-id=ID, add-role=NAME, \
         remove-role=NAME or delete",
        )
    };
    let (mut body, mut add, mut remove) = (Body::new(), Vec::new(), Vec::new());
    for word in words {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        body = match (name, value) {
            ("enabled", "on" | "true") => body.set("enabled", true),
            ("enabled", "off" | "false") => body.set("enabled", false),
            ("expires", value) => {
                let when: When = value.parse().map_err(|err| wrong(word).because(err))?;
                body.set("expires", when.resolve(now))
            }
            ("external-id", value) if word.contains('=') => {
                body.set("externalId", (!value.is_empty()).then_some(value))
            }
            ("add-role" | "remove-role", "") => return Err(wrong(word)),
            ("add-role", role) => {
                add.push(role);
                body
            }
            ("remove-role", role) => {
                remove.push(role);
                body
            }
            ("delete", "") if name == word => body.set("delete", true),
            _ => return Err(wrong(word)),
        };
    }
    let change = Value::from(body.list("addRoles", &add).list("removeRoles", &remove));
    let members = change.as_object().map_or(0, serde_json::Map::len);
    if change["delete"] == true && 1 < members {
        return Err(Failure::usage("Keys that are deleted cannot be changed as well."));
    }
    Ok(change)
}

/// The ids of a file, each once.
fn ids(text: &str) -> Result<Vec<String>, Failure> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (mut seen, mut found) = (HashSet::new(), Vec::new());
    for (number, line) in text.lines().enumerate() {
        let id = line.trim();
        if id.is_empty() || !seen.insert(id) {
            continue;
        }
        if !(3..=255).contains(&id.len()) || !id.chars().all(fits) {
            return Err(Failure::new(
                Exit::Config,
                format!("Line {} of the ids is no id of a key.", number + 1),
            )
            .fix("give one id a line, as `keyway key list -o id` prints them"));
        }
        found.push(id.to_owned());
    }
    Ok(found)
}

/// The words of `--select`, read as the flags of `keyway key list`.
#[derive(Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
struct Selection {
    #[command(flatten)]
    filters: Filters,
}

/// The ids of all keys that the filters find. They are collected first, because a change can
/// move keys into or out of the selection.
fn selected(context: &Context, words: &[String]) -> Result<Vec<String>, Failure> {
    let body = filters(words)?.body(context.now);
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let request = body.clone().set("limit", PAGE).maybe("cursor", cursor);
        let page = context.call("keys.listKeys", request)?;
        let items = page["data"].as_array().into_iter().flatten();
        found.extend(items.filter_map(|key| key["keyId"].as_str()).map(ToOwned::to_owned));
        cursor = page.pointer("/pagination/cursor").and_then(Value::as_str).map(Into::into);
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

fn filters(words: &[String]) -> Result<Filters, Failure> {
    if let Some(word) = words.iter().find(|word| !word.contains('=') || word.starts_with('-')) {
        return Err(Failure::usage(format!("`{word}` is no filter of keys."))
            .fix("write the filters of `keyway key list` without dashes: status=expired"));
    }
    let flags = words.iter().map(|word| format!("--{word}"));
    match Selection::try_parse_from(flags) {
        Ok(selection) => Ok(selection.filters),
        Err(err) => {
            let text = err.to_string();
            let cause = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
            Err(Failure::usage("The selection is wrong.")
                .because(cause)
                .fix("see `keyway key list --help` for the filters"))
        }
    }
}

/// The file that remembers a run: what is done, all ids, and how many of them are done.
struct State;

impl State {
    fn create(path: &Path, url: &str, job: &Job) -> Result<(), Failure> {
        let head = json!({ "url": url, "set": job.change, "keys": job.key_ids.len() });
        let ids = job.key_ids.join("\n");
        std::fs::File::create_new(path)
            .and_then(|mut file| file.write_all(format!("{head}\n{ids}\n").as_bytes()))
            .map_err(|err| unwritable(path, &err))
    }

    fn append(path: &Path, done: usize) -> Result<(), Failure> {
        std::fs::OpenOptions::new()
            .append(true)
            .open(path)
            .and_then(|mut file| file.write_all(format!("done {done}\n").as_bytes()))
            .map_err(|err| unwritable(path, &err))
    }

    /// The URL of the server, and what is left of the job.
    fn read(text: &str) -> Option<(String, Job)> {
        let mut lines = text.lines();
        let head: Value = serde_json::from_str(lines.next()?).ok()?;
        let count = usize::try_from(head["keys"].as_u64()?).ok()?;
        let mut key_ids: Vec<String> = lines.by_ref().take(count).map(ToOwned::to_owned).collect();
        if key_ids.len() < count {
            return None;
        }
        // The end of the program may have cut off the last line, which then counts for less.
        let counts = lines.filter_map(|line| line.strip_prefix("done ")?.parse::<usize>().ok());
        let done = counts.max().unwrap_or(0).min(count);
        let key_ids = key_ids.split_off(done);
        Some((head["url"].as_str()?.to_owned(), Job { change: head["set"].clone(), key_ids, done }))
    }
}

fn unwritable(path: &Path, err: &std::io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("The state {} cannot be kept.", path.display()))
        .because(err)
        .fix("name another file with --state PATH")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_change_is_made_of_words() {
        let read = |given: &[&str]| change(&words(given), 1000);
        assert_eq!(
            read(&["enabled=off", "expires=+1s", "external-id=", "add-role=a", "add-role=b"])
                .unwrap(),
            json!({
                "enabled": false, "expires": 2000, "externalId": null, "addRoles": ["a", "b"]
            })
        );
        assert_eq!(read(&["expires=never"]).unwrap(), json!({ "expires": null }));
        assert_eq!(read(&["delete"]).unwrap(), json!({ "delete": true }));
        for wrong in [
            &["enabled"][..],
            &["enabled=maybe"],
            &["expires=soon"],
            &["external-id"],
            &["add-role="],
            &["delete=no"],
            &["delete", "enabled=on"],
            &["name=x"],
        ] {
            assert_eq!(read(wrong).unwrap_err().exit(), Exit::Usage, "{wrong:?}");
        }
    }

    #[test]
    fn a_selection_is_read_as_the_flags_of_a_list() {
        let body = |given: &[&str]| filters(&words(given)).map(|found| found.body(1000));
        assert_eq!(
            Value::from(body(&["api=api_1", "status=expired,unused", "meta=plan=pro"]).unwrap()),
            json!({
                "apiId": "api_1", "status": ["expired", "unused"],
                "meta": { "member": "plan", "value": "pro" }
            })
        );
        let relative = Value::from(body(&["last-used-before=-1s"]).unwrap());
        assert_eq!(relative, json!({ "lastUsedBefore": 0 }));
        for wrong in ["status", "status=new", "sort=name", "--all=1", "help=1"] {
            assert_eq!(body(&[wrong]).err().unwrap().exit(), Exit::Usage, "{wrong}");
        }
    }

    #[test]
    fn ids_are_taken_once_and_checked() {
        assert_eq!(ids("key_1\n\n key_2 \r\nkey_1\n").unwrap(), ["key_1", "key_2"]);
        assert!(ids("key_1\nkey 2").unwrap_err().text().contains("Line 2"));
    }

    #[test]
    fn a_run_goes_on_after_the_last_batch_that_was_done() {
        let head = r#"{"url":"http://h","set":{"delete":true},"keys":3}"#;
        let (url, job) =
            State::read(&format!("{head}\nkey_1\nkey_2\nkey_3\ndone 1\ndone 2\ndon")).unwrap();
        assert_eq!(url, "http://h");
        assert_eq!(job.key_ids, ["key_3"]);
        assert_eq!((job.done, &job.change), (2, &json!({ "delete": true })));
        for broken in ["", "key_1\n", &format!("{head}\nkey_1\n")] {
            assert!(State::read(broken).is_none(), "{broken}");
        }
    }
}
