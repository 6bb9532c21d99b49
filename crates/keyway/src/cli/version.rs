//! `keyway version`

use serde_json::json;

use super::context::Context;
use super::exit::{Exit, Outcome};

/// Prints what this program is and what it was built from.
pub fn run(context: &Context) -> Outcome {
    let version = env!("CARGO_PKG_VERSION");
    let commit = option_env!("KEYWAY_COMMIT").unwrap_or("unknown");
    let target = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
    let features = ["sqlite", "postgres"];
    context.output.local(
        &json!({ "version": version, "commit": commit, "target": target, "features": features }),
        &format!(
            "keyway {version}\ncommit {commit}\ntarget {target}\nfeatures {}\n",
            features.join(" ")
        ),
    )?;
    Ok(Exit::Done)
}
