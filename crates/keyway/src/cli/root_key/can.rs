//! `keyway root-key can`: the need of the bundled document against the permissions of a root key.

use clap::Args;
use serde_json::{Value, json};

use super::super::context::Context;
use super::super::exit::{Exit, Failure, Outcome};
use super::super::need::{self, Need};
use super::super::output::{Format, print};
use super::super::view::{View, id, text};
use super::{get, texts};

const LISTED: View = View {
    id: "/operation",
    columns: &[
        id("operation", "/operation"),
        text("allowed", "/allowed"),
        text("missing", "/missing"),
    ],
    wide: &[],
};

/// Tells whether a root key may call an operation.
#[derive(Args)]
pub struct Can {
    /// Name of the operation, for example keys.createKey
    #[arg(required_unless_present = "list")]
    operation: Option<String>,
    /// Id of the API (or namespace, identity) that it is called on
    resource: Option<String>,
    /// Another root key than the one in use
    #[arg(long, value_name = "ID")]
    root_key_id: Option<String>,
    /// Every operation; a first argument is then the resource
    #[arg(long)]
    list: bool,
}

/// The root key that is asked about.
struct Subject {
    key_id: String,
    permissions: Vec<String>,
    environments: Vec<String>,
    /// Why it is refused whatever it holds.
    refused: Option<&'static str>,
}

impl Can {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let operations = need::operations(&keyway_http::openapi::document());
        let (operation, resource) = match (self.list, self.operation, self.resource) {
            (true, resource, None) => (None, resource),
            (true, _, Some(_)) => {
                return Err(Failure::usage("With --list, give the resource alone."));
            }
            (false, operation, resource) => (operation, resource),
        };
        let asked: Vec<_> = match &operation {
            None => operations,
            Some(name) => match operations.iter().find(|(known, _)| known == name) {
                Some(found) => vec![found.clone()],
                None => return Err(unknown(name, &operations)),
            },
        };

        let envelope = get(context, self.root_key_id.as_deref())?;
        let subject = Subject::of(&envelope, context.now);
        let outside = match &resource {
            Some(id) => outside(context, &subject, id)?,
            None => None,
        };
        let answers: Vec<Value> = asked
            .into_iter()
            .map(|(name, need)| {
                answer(&subject, &name, &need, resource.as_deref(), outside.as_deref())
            })
            .collect();
        match answers.as_slice() {
            [one] if operation.is_some() => {
                tell(context, one)?;
                Ok(if one["allowed"] == true { Exit::Done } else { Exit::No })
            }
            all => {
                context.output.rows(&json!({ "data": all }), &LISTED, true)?;
                Ok(Exit::Done)
            }
        }
    }
}

impl Subject {
    fn of(envelope: &Value, now: i64) -> Self {
        let data = &envelope["data"];
        let refused = if data["enabled"] == false {
            Some("the root key is disabled")
        } else if data["expires"].as_i64().is_some_and(|expires| expires < now) {
            Some("the root key has expired")
        } else {
            None
        };
        Self {
            key_id: data["keyId"].as_str().unwrap_or("ROOT_KEY_ID").to_owned(),
            permissions: texts(envelope, "permissions"),
            environments: texts(envelope, "environments"),
            refused,
        }
    }
}

/// Why the API is out of reach for this root key, whatever it may do elsewhere.
fn outside(context: &Context, subject: &Subject, id: &str) -> Result<Option<String>, Failure> {
    if !id.starts_with("api_") {
        return Ok(None);
    }
    let api = match context.client()?.call("apis.getApi", &json!({ "apiId": id })) {
        Ok(api) => api,
        Err(failure) if failure.is("unkey/authorization/insufficient_permissions") => {
            return match (failure.missing().is_empty(), subject.environments.is_empty()) {
                (true, _) => Ok(Some(format!("{id} belongs to another workspace or environment"))),
                (false, true) => Ok(None),
                (false, false) => Err(failure.because(
                    "the root key is limited to environments, and that of the API cannot be read",
                )),
            };
        }
        Err(failure) => return Err(failure),
    };
    if subject.environments.is_empty() {
        return Ok(None);
    }
    let environment = api.pointer("/data/environment").and_then(Value::as_str);
    Ok(match environment {
        Some(environment) if subject.environments.iter().any(|one| one == environment) => None,
        environment => Some(format!(
            "{id} belongs to {}, and the root key is limited to {}",
            environment.map_or("no environment".to_owned(), |name| format!("environment {name}")),
            subject.environments.join(", ")
        )),
    })
}

fn answer(
    subject: &Subject,
    operation: &str,
    need: &Need,
    resource: Option<&str>,
    outside: Option<&str>,
) -> Value {
    let need = resource.map_or_else(|| need.clone(), |id| need.on(id));
    let missing = need.missing(&subject.permissions);
    let reason = subject.refused.or(outside);
    let mut answer = json!({
        "operation": operation,
        "rootKeyId": subject.key_id,
        "allowed": missing.is_empty() && reason.is_none(),
        "need": need.to_string(),
        "missing": missing,
    });
    if let Some(resource) = resource {
        answer["resource"] = resource.into();
    }
    if let Some(reason) = reason {
        answer["reason"] = reason.into();
    }
    if !missing.is_empty() {
        let adds: Vec<_> = missing.iter().map(|name| format!("--add '{name}'")).collect();
        let grant = format!("keyway root-key update {} {}", subject.key_id, adds.join(" "));
        answer["grant"] = grant.into();
    }
    answer
}

fn tell(context: &Context, answer: &Value) -> Result<(), Failure> {
    let verdict = if answer["allowed"] == true { "yes\n" } else { "no\n" };
    if context.output.is(Format::Id) {
        return print(verdict);
    }
    if !context.output.is(Format::Table) {
        return context.output.object(&json!({ "data": answer }), &LISTED);
    }
    let mut text = verdict.to_owned();
    for missing in answer["missing"].as_array().into_iter().flatten() {
        text += &format!("missing: {}\n", missing.as_str().unwrap_or_default());
    }
    for (label, member) in [("cause", "reason"), ("fix", "grant")] {
        if let Some(value) = answer[member].as_str() {
            text += &format!("{label}: {value}\n");
        }
    }
    print(&text)
}

fn unknown(name: &str, operations: &[(String, Need)]) -> Failure {
    let verb = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    let near: Vec<&str> = operations
        .iter()
        .map(|(known, _)| known.as_str())
        .filter(|known| known.to_ascii_lowercase().ends_with(&verb))
        .collect();
    let failure = Failure::usage(format!("There is no operation {name}."));
    if near.is_empty() {
        failure.fix("list them with `keyway root-key can --list`")
    } else {
        failure.fix(format!("did you mean {}?", near.join(" or ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(data: &Value) -> Subject {
        Subject::of(&json!({ "data": data }), 1000)
    }

    #[test]
    fn a_missing_permission_comes_with_the_command_that_grants_it() {
        let need = Need::Any(vec![
            Need::One("api.*.create_key".into()),
            Need::One("api.{apiId}.create_key".into()),
        ]);
        let subject = subject(&json!({ "keyId": "rk_1", "permissions": ["api.*.read_key"] }));
        let answer = answer(&subject, "keys.createKey", &need, Some("api_1"), None);
        assert_eq!(answer["allowed"], false);
        assert_eq!(answer["missing"], json!(["api.api_1.create_key"]));
        assert_eq!(answer["grant"], "keyway root-key update rk_1 --add 'api.api_1.create_key'");
    }

    #[test]
    fn a_disabled_or_expired_root_key_can_do_nothing() {
        let nothing = Need::All(Vec::new());
        for data in [json!({ "enabled": false }), json!({ "enabled": true, "expires": 999 })] {
            let answer = answer(&subject(&data), "rootKeys.whoami", &nothing, None, None);
            assert_eq!(answer["allowed"], false);
        }
    }
}
