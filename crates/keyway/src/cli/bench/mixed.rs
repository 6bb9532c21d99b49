//! `keyway bench mixed`

use std::rc::Rc;
use std::str::FromStr;

use clap::Args;
use serde_json::json;

use super::super::context::Context;
use super::super::exit::{Failure, Outcome};
use super::flags::{Choice, Load, Record, Target};
use super::limit;
use super::load::{Source, shared};
use super::report::Report;
use super::run::{self, PASSED, Run, VALID, VERIFY};
use super::session::Session;
use super::source::{Limit, Mixed as Mix, Pick, Unknown, Verify};
use super::stage::{Stage, Wanted};

/// `keyway bench mixed`
#[derive(Args)]
pub struct Mixed {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    load: Load,
    #[command(flatten)]
    choice: Choice,
    /// The share of each kind of request: verify, limit, unknown
    #[arg(
        long,
        value_name = "SHARES",
        default_value = "verify=80,limit=20",
        help_heading = "Load"
    )]
    mix: Shares,
    #[command(flatten)]
    record: Record,
}

/// The share of each kind of request.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shares {
    verify: usize,
    limit: usize,
    unknown: usize,
}

impl FromStr for Shares {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no mix; write verify=80,limit=20,unknown=1");
        let mut shares = Self { verify: 0, limit: 0, unknown: 0 };
        for part in text.split(',') {
            let (name, share) = part.split_once('=').ok_or_else(wrong)?;
            let share: u16 = share.trim().parse().map_err(|_| wrong())?;
            match name.trim() {
                "verify" => shares.verify = share.into(),
                "limit" => shares.limit = share.into(),
                "unknown" => shares.unknown = share.into(),
                _ => return Err(wrong()),
            }
        }
        if shares.verify + shares.limit + shares.unknown == 0 { Err(wrong()) } else { Ok(shares) }
    }
}

impl Mixed {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let Self { target, load, choice, mix, record } = self;
        run::command(context, &target, &record, async |session, stage| {
            measure(session, stage, &load, &choice, mix).await
        })
    }
}

async fn measure(
    session: &Session<'_>,
    made: &mut Stage,
    load: &Load,
    choice: &Choice,
    mix: Shares,
) -> Result<Report, Failure> {
    let keys = run::keys_there(session, choice);
    let in_use = choice.in_use(keys);
    let seeded = session.manifest.is_some();
    let made_keys = if seeded { 0 } else { keys };
    made.make(session, Wanted { keys: made_keys, namespace: true, credits: None }).await?;
    let namespace = made.namespace.clone();
    let step = (keys / in_use).max(1);
    let of_seed = Stage::of_seed(session, (0..in_use).map(|index| (index * step) as u64));
    let stage = Rc::new(of_seed.unwrap_or_else(|| made.lent()));

    let mut pool = session.pool(load.concurrency);
    run::touch(session, &mut pool, &stage, in_use).await?;
    let pick = |stream| Pick::new(super::random::mixed(load.seed, stream, 0), in_use, choice.hot);
    let verify = Verify::new(session.template(VERIFY), Rc::clone(&stage), pick(0));
    let limit = Limit::new(session.template(limit::NAME), &namespace, pick(1));
    let unknown = Unknown::new(session.template(VERIFY), load.seed);
    let sources: Vec<(usize, Box<dyn Source>)> = vec![
        (mix.verify, Box::new(verify)),
        (mix.limit, Box::new(limit)),
        (mix.unknown, Box::new(unknown)),
    ];
    let source = shared(Mix::new(load.seed, sources));
    let expected = &[VALID, PASSED, "200 NOT_FOUND"];
    let run = Run { bench: "mixed", name: "the mix", expected, source: &source, load };
    let (report, _) = run.report(session, &mut pool).await?;
    let mix = json!({ "verify": mix.verify, "limit": mix.limit, "unknown": mix.unknown });
    Ok(report.load("keys", keys).of_choice(in_use, choice.hot).load("mix", mix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_names_kinds_and_shares() {
        let mix: Shares = "verify=80,limit=20".parse().unwrap();
        assert_eq!(mix, Shares { verify: 80, limit: 20, unknown: 0 });
        for wrong in ["", "verify", "verify=x", "verify=0", "other=1", "limit=-1"] {
            assert!(wrong.parse::<Shares>().is_err(), "{wrong}");
        }
    }
}
