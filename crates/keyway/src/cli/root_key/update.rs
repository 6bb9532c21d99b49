//! `keyway root-key update`: shows what changes before it does.

use clap::Args;
use serde_json::{Value, json};

use super::super::context::Context;
use super::super::exit::{Exit, Failure, Outcome};
use super::super::time::When;
use super::{Powers, get, texts};

/// Changes a root key.
#[derive(Args)]
pub struct Update {
    /// The root key's id
    key_id: String,
    /// New name; empty for none
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    powers: Powers,
    /// The complete new set of permissions; repeat for more
    #[arg(long, value_name = "PERMISSION", conflicts_with_all = ["add", "remove"])]
    permission: Vec<String>,
    /// Permission to add; repeat for more
    #[arg(long, value_name = "PERMISSION")]
    add: Vec<String>,
    /// Permission to remove; repeat for more
    #[arg(long, value_name = "PERMISSION")]
    remove: Vec<String>,
    /// When the root key ends: +90d, RFC 3339, unix milliseconds or never
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    expires: Option<When>,
}

impl Update {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let now = get(context, Some(&self.key_id))?;
        let expires = self.expires.map(|when| when.resolve(context.now));
        let name = self.name.as_ref().map(|name| (!name.is_empty()).then_some(name));
        let body = self
            .powers
            .body()
            .maybe("permissions", self.permissions(&now)?)
            .maybe("name", name)
            .maybe("expires", expires);
        if body.is_empty() {
            return Err(Failure::usage("Nothing to change was given.")
                .fix("see `keyway root-key update --help` for what can be changed"));
        }
        let request = Value::from(body.clone());
        let mut known = now["data"].clone();
        if request.get("permissions").is_some() {
            known["permissions"] = now["data"]["directPermissions"].clone();
        }
        let changes = difference(&known, &request);
        if changes.is_empty() {
            let nothing = json!({ "meta": now["meta"], "data": {} });
            return context.changed(&nothing, &self.key_id, "is like that already");
        }
        context.output.note(&changes.join("\n"));
        context
            .ask
            .proceed(&format!("{} is changed, and the next request sees it.", self.key_id))?;
        let body = body.set("keyId", &self.key_id);
        context.change("rootKeys.updateKey", body, &self.key_id, "updated")
    }

    /// The permissions to be granted by name, if the command line says anything about them.
    fn permissions(&self, now: &Value) -> Result<Option<Vec<String>>, Failure> {
        if !self.permission.is_empty() {
            return Ok(Some(self.permission.clone()));
        }
        if self.add.is_empty() && self.remove.is_empty() {
            return Ok(None);
        }
        if now["data"]["directPermissions"].is_null() {
            return Err(Failure::new(
                Exit::Failed,
                "The server does not tell which permissions were granted by name.",
            )
            .fix("give the complete new set with --permission"));
        }
        let by_name = texts(now, "directPermissions");
        if let Some(name) = self.remove.iter().find(|name| !by_name.contains(name)) {
            let failure = if texts(now, "permissions").contains(name) {
                Failure::usage(format!("{name} comes from a role of the root key."))
                    .fix("give the complete new set of roles with --role or --preset")
            } else {
                Failure::usage(format!("{} does not hold {name}.", self.key_id))
                    .fix(format!("see `keyway root-key get {}`", self.key_id))
            };
            return Err(failure);
        }
        let kept = by_name.iter().filter(|one| !self.remove.contains(one));
        let added = self.add.iter().filter(|one| !by_name.contains(one));
        Ok(Some(kept.chain(added).cloned().collect()))
    }
}

/// What the request changes, a line each: `+` comes, `-` goes.
fn difference(now: &Value, request: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, wanted) in request.as_object().into_iter().flatten() {
        let held = &now[name];
        if let Some(wanted) = wanted.as_array() {
            let held = held.as_array().map_or(&[][..], Vec::as_slice);
            let gone = held.iter().filter(|one| !wanted.contains(one));
            let come = wanted.iter().filter(|one| !held.contains(one));
            lines.extend(gone.map(|one| format!("- {name} {}", plain(one))));
            lines.extend(come.map(|one| format!("+ {name} {}", plain(one))));
        } else if held != wanted {
            if !held.is_null() {
                lines.push(format!("- {name} {}", plain(held)));
            }
            if !wanted.is_null() {
                lines.push(format!("+ {name} {}", plain(wanted)));
            }
        }
    }
    lines
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_shows_what_comes_and_what_goes() {
        let now = json!({ "name": "ci", "permissions": ["a", "b"], "expires": null });
        let request = json!({ "name": "ci", "permissions": ["b", "c"], "expires": 5 });
        assert_eq!(
            difference(&now, &request),
            ["+ expires 5", "- permissions a", "+ permissions c"]
        );
        assert!(difference(&now, &json!({ "name": "ci" })).is_empty());
    }
}
