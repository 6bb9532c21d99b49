//! `keyway bench credits`

use std::cell::RefCell;
use std::rc::Rc;

use clap::Args;
use serde_json::json;

use super::super::context::Context;
use super::super::exit::{Failure, Outcome};
use super::flags::{Choice, Load, Record, Target};
use super::load::Shared;
use super::report::Report;
use super::run::{self, Run, VALID, VERIFY};
use super::session::Session;
use super::source::{Pick, Spend, Verify};
use super::stage::{Stage, Wanted};

/// What each key is granted: more than any measurement spends.
const GRANTED: u64 = 100_000_000;

/// `keyway bench credits`
#[derive(Args)]
pub struct Credits {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    load: Load,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    record: Record,
}

impl Credits {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let Self { target, load, choice, record } = self;
        run::command(context, &target, &record, async |session, stage| {
            measure(session, stage, &load, &choice).await
        })
    }
}

/// Measures verifications that spend, and checks every balance that was told.
pub async fn measure(
    session: &Session<'_>,
    made: &mut Stage,
    load: &Load,
    choice: &Choice,
) -> Result<Report, Failure> {
    let in_use = choice.in_use(choice.keys);
    made.make(session, Wanted { keys: choice.keys, credits: Some(GRANTED), namespace: false })
        .await?;
    let stage = Rc::new(made.lent());
    let mut pool = session.pool(load.concurrency);
    let pick = Pick::new(load.seed, in_use, choice.hot);
    let verify = Verify::new(session.template(VERIFY), Rc::clone(&stage), pick);
    let spend = Rc::new(RefCell::new(Spend::new(verify, GRANTED)));
    let source: Shared = Rc::clone(&spend) as Shared;
    let run = Run { bench: "credits", name: VERIFY, expected: &[VALID], source: &source, load };
    let (report, _) = run.report(session, &mut pool).await?;
    let mut report = report.load("keys", choice.keys).of_choice(in_use, choice.hot);

    let (twice, strange) = spend.borrow().wrong();
    let (mut spent, mut gone) = (0, 0);
    for (index, id) in stage.key_ids.iter().enumerate().take(in_use) {
        let key = session.call("keys.getKey", &json!({ "keyId": id })).await?;
        let left = key.pointer("/credits/remaining").and_then(serde_json::Value::as_u64);
        spent += spend.borrow().spent(index);
        gone += GRANTED - left.unwrap_or(0).min(GRANTED);
    }
    report.fact("spent", spent);
    report.fact("goneFromBalances", gone);
    report.fact("balancesToldTwice", twice);
    if 0 < twice {
        report.surprises.push(format!("{twice} balances were told twice."));
    }
    if 0 < strange {
        report.surprises.push(format!("{strange} balances can't be."));
    }
    if gone < spent {
        report.surprises.push(format!("{spent} uses were acknowledged, but {gone} were taken."));
    }
    let unanswered: u64 = report.unanswered();
    if spent + unanswered < gone {
        report.surprises.push(format!("{gone} uses were taken, but {spent} acknowledged."));
    }
    Ok(report)
}
