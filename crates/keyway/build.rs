//! Notes which commit a release was built from. Other builds don't ask, so that a new commit
//! alone compiles nothing.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-env-changed=KEYWAY_COMMIT");
    if env::var_os("KEYWAY_COMMIT").is_some() || env::var_os("PROFILE") != Some("release".into()) {
        println!("cargo:rerun-if-changed=build.rs");
        return;
    }
    println!("cargo:rerun-if-changed=../../.git/HEAD");
    println!("cargo:rerun-if-changed=../../.git/logs/HEAD");
    let commit = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output();
    if let Ok(commit) = commit
        && commit.status.success()
    {
        let commit = String::from_utf8_lossy(&commit.stdout);
        println!("cargo:rustc-env=KEYWAY_COMMIT={}", commit.trim());
    }
}
