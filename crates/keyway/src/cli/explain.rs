//! `keyway explain`

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use super::context::Context;
use super::exit::{Exit, Failure, Outcome};
use super::output::print;
use super::values::Body;

/// Tells why something was denied and what would change it: exit 0 if allowed, 10 if denied.
#[derive(Args)]
pub struct Explain {
    /// Id of a request that was refused lately
    request: Option<String>,
    /// A key by id
    #[arg(long, value_name = "ID", conflicts_with = "request")]
    key_id: Option<String>,
    /// File that holds a whole key; - for standard input
    #[arg(long, value_name = "PATH", conflicts_with_all = ["request", "key_id"])]
    key_file: Option<PathBuf>,
    /// Permissions that the key is to hold, with AND, OR and parentheses
    #[arg(long, value_name = "QUERY")]
    permissions: Option<String>,
    /// How many credits the use costs
    #[arg(long, value_name = "N")]
    cost: Option<i64>,
    /// From where the key is used
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<String>,
    /// Operation to be called, for example keys.createKey
    #[arg(long, value_name = "NAME", conflicts_with_all = ["request", "key_id", "key_file"])]
    operation: Option<String>,
    /// Id of the API, key, namespace or identity that it is called on
    #[arg(long, value_name = "ID", requires = "operation")]
    resource: Option<String>,
    /// Root key or user that calls it, instead of the root key in use
    #[arg(long, value_name = "ID", requires = "operation")]
    root_key_id: Option<String>,
}

impl Explain {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        let given = [
            self.request.is_some(),
            self.key_id.is_some(),
            self.key_file.is_some(),
            self.operation.is_some(),
        ];
        if !given.contains(&true) {
            return Err(Failure::usage("Nothing to explain is given.")
                .fix("give the id of a refused request, req_…")
                .fix("or --key-id ID, or --key-file PATH, with --permissions QUERY")
                .fix("or --operation NAME with --resource ID"));
        }
        let key = match &self.key_file {
            Some(path) => {
                let path = path.to_string_lossy();
                Some(context.input("--key-file", &path)?.trim().to_owned())
            }
            None => None,
        };
        let body = Body::new()
            .maybe("requestId", self.request)
            .maybe("keyId", self.key_id)
            .maybe("key", key)
            .maybe("permissions", self.permissions)
            .maybe("cost", self.cost)
            .maybe("ip", self.ip)
            .maybe("operation", self.operation)
            .maybe("resource", self.resource)
            .maybe("rootKeyId", self.root_key_id);
        let envelope = context.call("access.explain", body)?;
        let data = &envelope["data"];
        if context.output.for_programs() {
            context.output.object(&envelope, &super::view::ANY)?;
        } else {
            print(&text(data))?;
        }
        Ok(if data["decision"] == "allowed" { Exit::Done } else { Exit::No })
    }
}

fn text(data: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut text = format!("{} ({})\n\n", word(&data["summary"]), word(&data["code"]));
    for check in data["checks"].as_array().into_iter().flatten() {
        let mark = match check["result"].as_str() {
            Some("pass") => "pass",
            Some("fail") => "FAIL",
            _ => "-",
        };
        text.push_str(&format!(
            "{mark:<5} {:<12} {}\n",
            word(&check["name"]),
            word(&check["detail"])
        ));
    }
    let remedies: Vec<&Value> = data["remedies"].as_array().into_iter().flatten().collect();
    if !remedies.is_empty() {
        text.push_str("\nWhat would help, the smallest change first:\n");
    }
    for (at, remedy) in remedies.iter().enumerate() {
        text.push_str(&format!("{:>3}. {}\n", at + 1, word(&remedy["title"])));
        let also: Vec<String> =
            remedy["alsoAdds"].as_array().into_iter().flatten().map(word).collect();
        if !also.is_empty() {
            text.push_str(&format!("     It also gives {}.\n", also.join(", ")));
        }
    }
    for hint in data["hints"].as_array().into_iter().flatten() {
        text.push_str(&format!("\nnote: {}\n", word(hint)));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_checks_and_the_remedies_stand_below_the_verdict() {
        let data = json!({
            "summary": "The key is not valid for this.",
            "code": "INSUFFICIENT_PERMISSIONS",
            "checks": [
                { "name": "exists", "result": "pass", "detail": "It exists." },
                { "name": "permissions", "result": "fail", "detail": "`a` is missing." },
                { "name": "credits", "result": "not_reached", "detail": "An earlier check failed." },
            ],
            "remedies": [{ "title": "Give the key the role `r`.", "alsoAdds": ["b"] }],
            "hints": ["Think."],
        });
        let text = text(&data);
        assert!(text.starts_with("The key is not valid for this. (INSUFFICIENT_PERMISSIONS)\n"));
        for line in [
            "FAIL  permissions  `a` is missing.",
            "  1. Give the key the role `r`.",
            "     It also gives b.",
            "note: Think.",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }
}
