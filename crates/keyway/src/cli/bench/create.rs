//! `keyway bench create`

use std::cell::RefCell;
use std::rc::Rc;

use clap::Args;
use serde_json::json;

use super::super::context::Context;
use super::super::exit::{Failure, Outcome};
use super::flags::{Load, Record, Target};
use super::http::Template;
use super::keys::PREFIX;
use super::load::{Shared, Source};
use super::report::Report;
use super::run::{self, Run};
use super::session::Session;
use super::stage::{Bodies, Stage, Wanted};

/// The operation.
const NAME: &str = "keys.createKey";

/// `keyway bench create`
#[derive(Args)]
pub struct Create {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    load: Load,
    /// Give the keys an owner, a role, a permission and a limit as well, each with its audit entry
    #[arg(long, help_heading = "Load")]
    full: bool,
    #[command(flatten)]
    record: Record,
}

impl Create {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let Self { target, load, full, record } = self;
        run::command(context, &target, &record, async |session, stage| {
            measure(session, stage, &load, full).await
        })
    }
}

/// Measures how keys are created.
pub async fn measure(
    session: &Session<'_>,
    made: &mut Stage,
    load: &Load,
    full: bool,
) -> Result<Report, Failure> {
    made.make(session, Wanted { keys: 1, ..Wanted::default() }).await?;
    let bodies = made.bodies(None);
    let mut pool = session.pool(load.concurrency);
    let keys = Keys { template: session.template(NAME), bodies, full, next: 1 };
    let keys = Rc::new(RefCell::new(keys));
    let source: Shared = Rc::clone(&keys) as Shared;
    let run = Run { bench: "create", name: NAME, expected: &["200"], source: &source, load };
    let report = run.report(session, &mut pool).await;
    made.holds(keys.borrow().next);
    let (report, _) = report?;
    Ok(report.load("fields", if full { "all" } else { "name and meta" }))
}

struct Keys {
    template: Template,
    bodies: Bodies,
    full: bool,
    next: usize,
}

impl Source for Keys {
    fn write(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        let number = self.next;
        self.next += 1;
        let body = if self.full {
            self.bodies.body(number)
        } else {
            json!({
                "apiId": self.bodies.api_id,
                "prefix": PREFIX,
                "name": format!("key {number}"),
                "meta": { "plan": "pro", "customer": number % 100 },
            })
            .to_string()
        };
        self.template.write(request, &[&body]);
        Some(number)
    }
}
