//! `keyway quickstart`: an API, a key and its first verification on a running server.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::context::Context;
use super::exit::{Exit, Failure, Outcome};
use super::output;

/// Makes an API and a key, verifies the key and prints how to do that from a program.
#[derive(Args)]
pub struct Quickstart {
    /// Name of the API
    #[arg(long, value_name = "NAME", default_value = "quickstart")]
    api_name: String,
    /// Language of the sample
    #[arg(long, value_enum, default_value = "curl")]
    sdk: Sdk,
    /// Delete the APIs of that name instead
    #[arg(long)]
    clean: bool,
    /// With --clean: only tell what would be deleted
    #[arg(long, requires = "clean")]
    dry_run: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sdk {
    Curl,
    Ts,
    Py,
    Go,
    Rust,
}

impl Quickstart {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Outcome {
        if self.clean {
            return self.clean(context);
        }
        let api = context.call("apis.createApi", json!({ "name": self.api_name }))?;
        let api_id = &api["data"]["apiId"];
        let created = context.call("keys.createKey", json!({ "apiId": api_id }))?;
        let key = created["data"]["key"].as_str().unwrap_or_default();
        let verified = context.call("keys.verifyKey", json!({ "key": key }))?;
        let url = context.client()?.url();
        let sample = self.sdk.sample(url, key);
        let text = format!(
            "API   {}\nkey   {key}\ncode  {}\n\nVerify it yourself, with the root key in \
             KEYWAY_ROOT_KEY:\n\n{sample}\nRemove it again with: keyway quickstart --clean\n",
            api_id.as_str().unwrap_or_default(),
            verified["data"]["code"].as_str().unwrap_or_default(),
        );
        let data = json!({
            "apiId": api_id,
            "keyId": created["data"]["keyId"],
            "key": key,
            "verification": verified["data"],
            "sample": sample,
        });
        if context.output.is(output::Format::Id) {
            output::print(&format!("{key}\n"))?;
        } else {
            context.output.local(&data, &text)?;
        }
        Ok(if verified["data"]["valid"] == true { Exit::Done } else { Exit::No })
    }

    fn clean(&self, context: &Context) -> Outcome {
        let found = self.apis(context)?;
        let word = if self.dry_run { "would be deleted" } else { "deleted" };
        if !found.is_empty() && !self.dry_run {
            let what = format!("{} with all keys: {}.", found.len(), found.join(", "));
            context.ask.name(&format!("APIs to delete: {what}"), || Ok(self.api_name.clone()))?;
            for id in &found {
                context.call("apis.deleteApi", json!({ "apiId": id }))?;
            }
        }
        let text: String = found.iter().map(|id| format!("{id} {word}\n")).collect();
        context.output.local(&json!({ "apiIds": found, "dryRun": self.dry_run }), &text)?;
        Ok(Exit::Done)
    }

    /// The ids of the APIs that have the name.
    fn apis(&self, context: &Context) -> Result<Vec<String>, Failure> {
        let mut found = Vec::new();
        let mut cursor = Value::Null;
        loop {
            let mut request = json!({ "search": self.api_name });
            if !cursor.is_null() {
                request["cursor"] = cursor;
            }
            let mut page = context.call("apis.listApis", request)?;
            for api in page["data"].as_array().into_iter().flatten() {
                if api["name"] == self.api_name.as_str() {
                    found.extend(api["id"].as_str().map(ToOwned::to_owned));
                }
            }
            cursor = page.pointer_mut("/pagination/cursor").map_or(Value::Null, Value::take);
            if cursor.is_null() {
                return Ok(found);
            }
        }
    }
}

impl Sdk {
    fn sample(self, url: &str, key: &str) -> String {
        match self {
            Self::Curl => format!(
                r#"curl {url}/v2/keys.verifyKey \
  -H "Authorization: Bearer $KEYWAY_ROOT_KEY" \
  -H "Content-Type: application/json" \
  -d '{{"key":"{key}"}}'
"#
            ),
            Self::Ts => format!(
                r#"// npm install @unkey/api
import {{ Unkey }} from "@unkey/api";

const unkey = new Unkey({{ rootKey: process.env.KEYWAY_ROOT_KEY, serverURL: "{url}" }});
const {{ data }} = await unkey.keys.verifyKey({{ key: "{key}" }});
console.log(data.valid, data.code);
"#
            ),
            Self::Py => format!(
                r#"# pip install unkey.py
import os
from unkey.py import Unkey

with Unkey(root_key=os.environ["KEYWAY_ROOT_KEY"], server_url="{url}") as unkey:
    result = unkey.keys.verify_key(key="{key}")
    print(result.data.valid, result.data.code)
"#
            ),
            Self::Go => format!(
                r#"// go get github.com/unkeyed/sdks/api/go/v2
client := unkey.New(
	unkey.WithSecurity(os.Getenv("KEYWAY_ROOT_KEY")),
	unkey.WithServerURL("{url}"),
)
result, err := client.Keys.VerifyKey(ctx, components.V2KeysVerifyKeyRequestBody{{Key: "{key}"}})
"#
            ),
            Self::Rust => format!(
                r#"// cargo add ureq --features json; cargo add serde_json
let root_key = std::env::var("KEYWAY_ROOT_KEY")?;
let result: serde_json::Value = ureq::post("{url}/v2/keys.verifyKey")
    .header("Authorization", format!("Bearer {{root_key}}"))
    .send_json(serde_json::json!({{ "key": "{key}" }}))?
    .body_mut()
    .read_json()?;
println!("{{}}", result["data"]["code"]);
"#
            ),
        }
    }
}
