//! `keyway ratelimit`

mod namespace;
mod overrides;

use clap::Subcommand;
use serde_json::{Value, json};

use super::context::Context;
use super::exit::{Exit, Failure, Outcome};
use super::output::Format;
use super::values;
use super::view::{View, id, text, time};

const CHECKED: View = View {
    id: "/success",
    columns: &[
        text("success", "/success"),
        text("remaining", "/remaining"),
        text("limit", "/limit"),
        time("reset", "/reset"),
        id("override", "/overrideId"),
    ],
    wide: &[],
};
const MANY: View = View {
    id: "/passed",
    columns: &[
        text("namespace", "/namespace"),
        text("identifier", "/identifier"),
        text("passed", "/passed"),
        text("remaining", "/remaining"),
        text("limit", "/limit"),
        time("reset", "/reset"),
        id("override", "/overrideId"),
    ],
    wide: &[],
};

/// The verbs of `keyway ratelimit`.
#[derive(Subcommand)]
pub enum Ratelimit {
    /// Check a limit and count it: exit 0 if it passes, 10 if not
    Check {
        /// The namespace, by name or id; one of an unknown name is created
        namespace: String,
        /// What is limited, for example the id of a user
        identifier: String,
        /// How many in which time, for example 100/60s
        #[arg(long, value_name = "LIMIT", value_parser = values::quota)]
        limit: Value,
        /// How many units this takes; 0 only looks
        #[arg(long, value_name = "N", value_parser = super::time::count)]
        cost: Option<i64>,
    },
    /// Check several limits and count all or none: exit 0 if all pass, 10 if not
    Multi {
        /// Namespace, identifier and COUNT/DURATION(:COST) of each check, one after the other
        #[arg(required = true, num_args = 3.., value_names = ["NAMESPACE", "IDENTIFIER", "LIMIT"])]
        checks: Vec<String>,
    },
    /// Namespaces: what is counted together
    #[command(subcommand, alias = "namespaces")]
    Namespace(namespace::Namespace),
    /// Overrides: other limits for some identifiers
    #[command(subcommand, alias = "overrides")]
    Override(overrides::Override),
}

impl Ratelimit {
    /// Runs the verb.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Check { namespace, identifier, limit, cost } => {
                let mut body = limit;
                body["namespace"] = namespace.into();
                body["identifier"] = identifier.into();
                if let Some(cost) = cost {
                    body["cost"] = cost.into();
                }
                let envelope = context.call("ratelimit.limit", body)?;
                context.output.object(&envelope, &CHECKED)?;
                Ok(verdict(&envelope["data"]["success"]))
            }
            Self::Multi { checks } => multi(context, &checks),
            Self::Namespace(namespace) => namespace.run(context),
            Self::Override(each) => each.run(context),
        }
    }
}

fn multi(context: &Context, words: &[String]) -> Outcome {
    let (checks, rest) = words.as_chunks();
    if !rest.is_empty() {
        return Err(Failure::usage("Each check is a namespace, an identifier and a limit.")
            .because(format!("{} words are left over", rest.len()))
            .fix("for example: keyway ratelimit multi api user_1 100/60s export user_1 5/1h:2"));
    }
    let checks: Result<Vec<Value>, Failure> = checks.iter().map(check).collect();
    let envelope = context.call("ratelimit.multiLimit", checks?)?;
    if context.output.is(Format::Table) || context.output.is(Format::Csv) {
        context.output.rows(&json!({ "data": envelope["data"]["limits"] }), &MANY, true)?;
    } else {
        context.output.object(&envelope, &MANY)?;
    }
    Ok(verdict(&envelope["data"]["passed"]))
}

/// One check of a request.
fn check([namespace, identifier, limit]: &[String; 3]) -> Result<Value, Failure> {
    let wrong = |err| Failure::usage(format!("The limit of {namespace} is wrong.")).because(err);
    let (limit, cost) = match limit.split_once(':') {
        Some((limit, cost)) => (limit, Some(super::time::count(cost).map_err(wrong)?)),
        None => (limit.as_str(), None),
    };
    let mut check = values::quota(limit).map_err(wrong)?;
    check["namespace"] = namespace.as_str().into();
    check["identifier"] = identifier.as_str().into();
    if let Some(cost) = cost {
        check["cost"] = cost.into();
    }
    Ok(check)
}

fn verdict(passed: &Value) -> Exit {
    if passed == true { Exit::Done } else { Exit::No }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_of_many_may_cost_more_than_one() {
        let words = |limit: &str| ["api".to_owned(), "user:1".to_owned(), limit.to_owned()];
        assert_eq!(
            check(&words("100/60s:5")).unwrap(),
            json!({ "namespace": "api", "identifier": "user:1", "limit": 100, "duration": 60_000, "cost": 5 })
        );
        assert!(check(&words("5/1h")).unwrap().get("cost").is_none());
        assert_eq!(check(&words("5")).unwrap_err().exit(), Exit::Usage);
    }
}
