//! `keyway bench seed`: a directory with very many keys, whose texts follow from a seed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use clap::Args;
use keyway_backends::sqlite::fill::{Common, FilledKey, fill};
use keyway_core::id::{Entropy, IdentityId, KeyId, RatelimitId};
use keyway_core::time::Timestamp;
use serde_json::{Value, json};

use super::super::context::Context;
use super::super::exit::{Exit, Failure, Outcome};
use super::flags::many;
use super::keys::{BYTES, ISSUED, PREFIX, key};
use super::manifest::Manifest;
use super::random::mixed;
use super::report::{grouped, size};
use super::server::{Options, Server, new_root_key};
use super::session::{self, Session};
use super::stage::{KEYS_OF_IDENTITY, NEVER_REACHED};
use super::stop::Stop;
use super::watch::{now, pause};

/// The stream of the seed that ids come from.
const IDS: u64 = 2;
/// How many keys go from the thread that makes them to the one that stores them at once.
const PARCEL: usize = 1000;

/// `keyway bench seed`
#[derive(Args)]
pub struct Seed {
    /// Directory to fill, which must be empty or absent
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// How many keys
    #[arg(long, value_name = "N", default_value = "1m", value_parser = many)]
    keys: usize,
    /// The keys are the same for the same seed
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
}

/// What a filling came to.
pub struct Filled {
    /// The size of the database in bytes.
    pub bytes: u64,
    /// How long it took.
    pub time: Duration,
}

impl Seed {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let Self { data_dir, keys, seed } = self;
        session::run(async |stop| {
            let filled = seeded(context, stop, &data_dir, keys, seed).await?;
            let Filled { bytes, time } = filled;
            let seconds = time.as_secs_f64();
            #[expect(clippy::cast_precision_loss, reason = "a number of keys is below 2^53")]
            let count = keys as f64;
            let text = format!(
                "{} keys in {} after {seconds:.1} s: {}, {} bytes a key.\n",
                grouped(count),
                data_dir.display(),
                size(bytes),
                bytes / keys as u64
            );
            let data = json!({
                "keys": keys,
                "seed": seed,
                "dataDir": data_dir,
                "databaseBytes": bytes,
                "bytesPerKey": bytes / keys as u64,
                "seconds": seconds,
            });
            context.output.local(&data, &text)?;
            context.output.note(&format!(
                "Measure it with: keyway bench verify --data-dir {}",
                data_dir.display()
            ));
            Ok(Exit::Done)
        })
    }
}

/// Fills a directory. What is in it after a failure is taken away.
pub async fn seeded(
    context: &Context,
    stop: &Stop,
    data_dir: &Path,
    keys: usize,
    seed: u64,
) -> Result<Filled, Failure> {
    let is_new = !data_dir.exists();
    if !is_new && std::fs::read_dir(data_dir).is_ok_and(|mut entries| entries.next().is_some()) {
        let text = format!("{} is not empty.", data_dir.display());
        return Err(Failure::new(Exit::Conflict, text)
            .fix("name a directory that is empty, or that is not there yet"));
    }
    let done = in_directory(context, stop, data_dir, keys, seed).await;
    if done.is_err() {
        clear(data_dir, is_new);
    }
    done
}

fn clear(data_dir: &Path, with_directory: bool) {
    for entry in std::fs::read_dir(data_dir).into_iter().flatten().flatten() {
        let _ = std::fs::remove_file(entry.path());
    }
    if with_directory {
        let _ = std::fs::remove_dir(data_dir);
    }
}

async fn in_directory(
    context: &Context,
    stop: &Stop,
    data_dir: &Path,
    keys: usize,
    seed: u64,
) -> Result<Filled, Failure> {
    let start = now();
    std::fs::create_dir_all(data_dir).and_then(|()| data_dir.canonicalize()).map_err(|err| {
        let text = format!("The directory {} cannot be made.", data_dir.display());
        Failure::new(Exit::Config, text).because(err)
    })?;
    let root_key = new_root_key();
    let (common, permissions) = prepare(context, stop, data_dir, &root_key).await?;
    let api_id = common.api.to_string();
    store(context, stop, data_dir, common, keys, seed).await?;
    Manifest::new(seed, keys, api_id, permissions, root_key).write(data_dir)?;
    let bytes = std::fs::metadata(data_dir.join("keyway.db")).map_or(0, |file| file.len());
    Ok(Filled { bytes, time: now() - start })
}

/// Lets a server make everything but the keys: the database, an API, a role and permissions.
async fn prepare(
    context: &Context,
    stop: &Stop,
    data_dir: &Path,
    root_key: &str,
) -> Result<(Common, String), Failure> {
    let data_dir = data_dir.canonicalize().unwrap_or_else(|_| data_dir.to_owned());
    let filled = Some((data_dir, root_key.to_owned()));
    let server = Server::private(Options { filled, ..Options::default() }, stop).await?;
    let session = Session { context, server, stop: stop.clone(), manifest: None };
    let id = |data: &Value, name: &str| data[name].as_str().unwrap_or_default().to_owned();
    let own = session.call("rootKeys.whoami", &json!({})).await?;
    let api = session.call("apis.createApi", &json!({ "name": "bench" })).await?;
    let (read, write) = ("bench.read", "bench.write");
    let body = json!({ "name": write, "slug": write });
    let permission = session.call("permissions.createPermission", &body).await?;
    let body = json!({ "name": "bench_reader", "permissions": [read] });
    let role = session.call("permissions.createRole", &body).await?;
    let common = Common {
        workspace: id(&own, "workspaceId").into(),
        api: id(&api, "apiId").into(),
        role: id(&role, "roleId").into(),
        permission: id(&permission, "permissionId").into(),
        byte_length: i64::try_from(BYTES).unwrap_or(16),
        limit: NEVER_REACHED,
        now: Timestamp(context.now),
    };
    session.server.end().await;
    Ok((common, format!("{read} AND {write}")))
}

/// One thread makes the keys, one stores them, and this one tells how far they are.
async fn store(
    context: &Context,
    stop: &Stop,
    data_dir: &Path,
    common: Common,
    keys: usize,
    seed: u64,
) -> Result<(), Failure> {
    let (sender, receiver) = sync_channel::<Vec<FilledKey>>(32);
    let maker = std::thread::spawn(move || {
        for first in (0..keys).step_by(PARCEL) {
            let parcel = (first..keys.min(first + PARCEL)).map(|index| filled(seed, index));
            if sender.send(parcel.collect()).is_err() {
                return;
            }
        }
    });
    let stored = Arc::new(AtomicUsize::new(0));
    let ended = Arc::new(AtomicBool::new(false));
    let (so_far, over) = (Arc::clone(&stored), Arc::clone(&ended));
    let (watched, directory) = (stop.clone(), data_dir.to_owned());
    let writer = std::thread::spawn(move || {
        let result = fill(&directory, &common, receiver.into_iter().flatten(), |count| {
            so_far.store(count, Ordering::Relaxed);
            !watched.wanted()
        });
        over.store(true, Ordering::Release);
        result
    });
    let mut progress = context.progress(keys);
    let mut told = 0;
    let mut sorting = false;
    while !ended.load(Ordering::Acquire) {
        pause(Duration::from_millis(20)).await;
        let count = stored.load(Ordering::Relaxed);
        progress.step(count - told, 0);
        told = count;
        if count == keys && !std::mem::replace(&mut sorting, true) && 1_000_000 <= keys {
            context.output.note("Sorting the indexes.");
        }
    }
    progress.end();
    let result = writer.join();
    let _ = maker.join();
    stop.check()?;
    let failure = || Failure::new(Exit::Failed, "The keys could not be stored.");
    match result {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(err)) => Err(failure().because(err)),
        Err(_) => Err(failure().because("the thread that stores them panicked")),
    }
}

/// The row of a key: the same as `keys.createKey` would have stored.
fn filled(seed: u64, index: usize) -> FilledKey {
    let secret = key(seed, ISSUED, index as u64);
    let entropy = Entropy::seeded(mixed(seed, IDS, index as u64));
    let owner = index / KEYS_OF_IDENTITY;
    let of_owner = Entropy::seeded(mixed(seed, IDS + 1, owner as u64));
    let meta = json!({ "plan": "pro", "customer": index % 100 });
    FilledKey {
        id: KeyId::generate(&entropy),
        hash: secret.hash(),
        start: secret.start(Some(PREFIX)),
        name: format!("key {index}"),
        meta: meta.as_object().cloned().unwrap_or_default(),
        identity: (IdentityId::generate(&of_owner), format!("bench_user_{owner}")),
        ratelimit: RatelimitId::generate(&entropy),
    }
}
