//! The rules of this code base that rustfmt and clippy don't know. Each check is a function from
//! text to faults, so that the tests show what it catches.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::metadata::{Metadata, Package};

/// A crate, which of ours it may use, and what it must stay free of.
struct Arrow {
    name: &'static str,
    ours: &'static [&'static str],
    never: &'static [&'static str],
}

const ARROWS: &[Arrow] = &[
    Arrow {
        name: "keyway-core",
        ours: &[],
        never: &["axum", "hyper", "rusqlite", "sqlx", "tokio", "tokio-postgres", "ureq"],
    },
    Arrow {
        name: "keyway-ops",
        ours: &["keyway-core"],
        never: &["axum", "http", "hyper", "rusqlite", "sqlx", "tokio-postgres", "ureq"],
    },
    Arrow { name: "keyway-backends", ours: &["keyway-core"], never: &["axum", "http", "hyper"] },
    Arrow {
        name: "keyway-http",
        ours: &["keyway-core", "keyway-ops"],
        never: &["rusqlite", "sqlx", "tokio-postgres"],
    },
    Arrow {
        name: "keyway",
        ours: &["keyway-core", "keyway-ops", "keyway-backends", "keyway-http"],
        never: &["rusqlite", "sqlx", "tokio-postgres"],
    },
    Arrow { name: "xtask", ours: &[], never: &["tokio"] },
];

const OPERATIONS: &str = "crates/keyway-ops/src";
const ERROR_PAGES: &str = "docs/errors";
const HEADINGS: &[&str] = &["What happened", "How to fix", "Common mistakes", "Related"];

/// Places outside the repository that no file may name: it stands alone.
const OUTSIDE: &[&str] = &[concat!("..", "/shared"), concat!("/wo", "rk/")];

/// Everything that breaks a rule.
pub fn faults(root: &Path) -> Result<Vec<String>> {
    let mut faults = crate_arrows(&Metadata::load(root)?.ours().cloned().collect::<Vec<_>>());

    for path in files(root)? {
        let Ok(text) = fs::read_to_string(root.join(&path)) else { continue };
        let shown = path.display().to_string();
        faults.extend(outside_names(&shown, &text));
        if path.extension().is_some_and(|end| end == "rs") {
            faults.extend(module_comment(&shown, &text));
            faults.extend(unskipped_spans(&shown, &text));
        }
    }

    let registry = read(root, "crates/keyway-ops/src/registry.rs")?;
    faults.extend(operation_files(&operations(&registry), &operation_sources(root)?));

    let problems = read(root, "crates/keyway-ops/src/problem.rs")?;
    faults.extend(error_pages(&codes(&problems), &pages(&root.join(ERROR_PAGES))?));
    Ok(faults)
}

/// The dependencies between our crates, and what each keeps away from.
fn crate_arrows(ours: &[Package]) -> Vec<String> {
    let mut faults = Vec::new();
    for package in ours {
        let name = &package.name;
        let Some(arrow) = ARROWS.iter().find(|arrow| arrow.name == name) else {
            faults.push(format!("{name}: a new crate needs a row in xtask/src/tidy.rs."));
            continue;
        };
        for dependency in &package.dependencies {
            let is_ours = ours.iter().any(|one| one.name == *dependency);
            if is_ours && !arrow.ours.contains(&dependency.as_str()) {
                faults.push(format!("{name} must not depend on {dependency}."));
            }
            if arrow.never.contains(&dependency.as_str()) {
                faults.push(format!("{name} must stay free of {dependency}."));
            }
        }
    }
    faults
}

fn outside_names(path: &str, text: &str) -> Vec<String> {
    OUTSIDE
        .iter()
        .filter(|name| text.contains(*name))
        .map(|name| format!("{path} names `{name}`, which is outside the repository."))
        .collect()
}

fn module_comment(path: &str, text: &str) -> Option<String> {
    (!text.starts_with("//!")).then(|| format!("{path} does not open with `//!`."))
}

/// A span without `skip_all` would record every argument, secrets among them.
fn unskipped_spans(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, _) in text.match_indices("instrument") {
        let before = text[..index].trim_end_matches("tracing::");
        let attribute = text[index..].split(']').next().unwrap_or_default();
        if before.ends_with("#[") && !attribute.contains("skip_all") {
            let line = text[..index].lines().count();
            faults.push(format!("{path}:{line}: this span does not say `skip_all`."));
        }
    }
    faults
}

/// The operation names in the rows `op("group.operation", …)`.
fn operations(registry: &str) -> BTreeSet<String> {
    // An operation answers with JSON, or with a file.
    ["op(", "file("]
        .into_iter()
        .flat_map(|row| registry.split(row).skip(1))
        .filter_map(|row| row.trim_start().strip_prefix('"')?.split('"').next())
        .filter(|name| name.contains('.'))
        .map(str::to_owned)
        .collect()
}

/// One file per operation and one operation per file; `sources` are paths below `OPERATIONS`.
fn operation_files(operations: &BTreeSet<String>, sources: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut wanted = BTreeSet::new();
    for operation in operations {
        let file = format!("{}.rs", snake_case(operation).replace('.', "/"));
        if !sources.contains(&file) {
            faults
                .push(format!("{operation} is registered, but {OPERATIONS}/{file} has no `run`."));
        }
        wanted.insert(file);
    }
    let unknown = sources.difference(&wanted);
    faults.extend(unknown.map(|file| format!("{OPERATIONS}/{file} is not in registry.rs.")));
    faults
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

/// The files in the groups' directories that define an operation.
fn operation_sources(root: &Path) -> Result<BTreeSet<String>> {
    let base = root.join(OPERATIONS);
    let mut sources = BTreeSet::new();
    for path in walk(&base)? {
        let below = path.strip_prefix(&base)?;
        let is_operation = fs::read_to_string(&path)?.contains("pub async fn run(");
        if below.components().count() == 2 && is_operation {
            sources.insert(below.to_string_lossy().into_owned());
        }
    }
    Ok(sources)
}

/// The codes `system/category/specific` in the table of `problem.rs`: a row is a line with the
/// three parts and the title in quotes.
fn codes(problems: &str) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for line in problems.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let quoted: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        if let [system @ ("unkey" | "user" | "keyway"), category, specific, _title] = quoted[..] {
            codes.insert(format!("{system}/{category}/{specific}"));
        }
    }
    codes
}

/// A page of an error code: the code its path stands for, and its text.
type Page = (String, String);

fn pages(base: &Path) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for path in walk(base)? {
        let code = path.strip_prefix(base)?.with_extension("").to_string_lossy().into_owned();
        pages.push((code, fs::read_to_string(&path)?));
    }
    pages.sort();
    Ok(pages)
}

/// Every code has its page, every page its code, and every page the parts readers look for.
fn error_pages(codes: &BTreeSet<String>, pages: &[Page]) -> Vec<String> {
    let mut faults = Vec::new();
    let written: BTreeSet<String> = pages.iter().map(|(code, _)| code.clone()).collect();
    for code in codes.difference(&written) {
        faults.push(format!("The code {code} has no page {ERROR_PAGES}/{code}.md."));
    }
    for code in written.difference(codes) {
        faults.push(format!("{ERROR_PAGES}/{code}.md documents a code that problem.rs lacks."));
    }

    for (code, text) in pages {
        let mut fault = |what: &str| faults.push(format!("{ERROR_PAGES}/{code}.md {what}"));
        let headings: Vec<&str> =
            text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        if headings != HEADINGS {
            fault(&format!("has the headings {headings:?} and not {HEADINGS:?}."));
        }
        for member in ["title", "description", "kind", "related"] {
            if member_of(text, member).is_none() {
                fault(&format!("has no `{member}` in its front matter."));
            }
        }
        if member_of(text, "description").is_some_and(|one| one.chars().count() > 160) {
            fault("has a description of more than 160 characters.");
        }
        let related = member_of(text, "related").unwrap_or_default();
        let related = related.trim_matches(['[', ']']).split(',').map(str::trim);
        for other in related.filter(|other| !other.is_empty() && !written.contains(*other)) {
            fault(&format!("is related to {other}, which has no page."));
        }
        if text.contains("unkey.com") {
            fault("links to unkey.com.");
        }
    }
    faults
}

/// A member of the front matter.
fn member_of<'a>(page: &'a str, member: &str) -> Option<&'a str> {
    let (front, _) = page.strip_prefix("---\n")?.split_once("\n---\n")?;
    front.lines().find_map(|line| line.strip_prefix(member)?.strip_prefix(':')).map(str::trim)
}

fn read(root: &Path, path: &str) -> Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| format!("{path} could not be read"))
}

/// The files of the repository, new ones among them, ignored ones not.
fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("git could not be started")?;
    ensure!(output.status.success(), "git ls-files failed.");
    let listed = String::from_utf8(output.stdout)?;
    Ok(listed.split_terminator('\0').map(PathBuf::from).collect())
}

/// The files below a directory.
fn walk(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(directory)
        .with_context(|| format!("{} could not be read", directory.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(walk(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(items: &[&str]) -> BTreeSet<String> {
        items.iter().map(|item| (*item).to_owned()).collect()
    }

    fn package(name: &str, dependencies: &[&str]) -> Package {
        let dependencies = dependencies.iter().map(|name| (*name).to_owned()).collect();
        Package { name: name.to_owned(), dependencies, ..Package::default() }
    }

    #[test]
    fn a_crate_may_only_use_what_its_row_says() {
        let core = package("keyway-core", &["serde"]);
        let http = package("keyway-http", &["keyway-core", "hyper"]);
        assert_eq!(crate_arrows(&[core.clone(), http]), Vec::<String>::new());

        let upward = package("keyway-core", &["keyway-ops", "tokio"]);
        let ops = package("keyway-ops", &["keyway-core"]);
        assert_eq!(
            crate_arrows(&[upward, ops]),
            ["keyway-core must not depend on keyway-ops.", "keyway-core must stay free of tokio."]
        );
        assert!(crate_arrows(&[core, package("keyway-new", &[])])[0].starts_with("keyway-new:"));
    }

    #[test]
    fn operations_are_read_from_the_rows_of_the_registry() {
        let registry = r#"
            op("apis.deleteApi", apis::delete_api::run),
            op(
                "rootKeys.createKey",
                root_keys::create_key::run,
            ),
            file("auditLogs.exportAuditLogs", &[], audit_logs::export_audit_logs::run),
            fn op(name: &'static str) {}
        "#;
        let operations = operations(registry);
        let wanted = ["apis.deleteApi", "auditLogs.exportAuditLogs", "rootKeys.createKey"];
        assert_eq!(operations, set(&wanted));
    }

    #[test]
    fn an_operation_without_file_and_a_file_without_operation_are_reported() {
        let operations = set(&["apis.deleteApi", "rootKeys.createKey"]);
        let files = set(&["apis/delete_api.rs", "root_keys/create_key.rs"]);
        assert_eq!(operation_files(&operations, &files), Vec::<String>::new());

        let faults = operation_files(&operations, &set(&["apis/delete_api.rs", "apis/old.rs"]));
        assert!(faults[0].starts_with("rootKeys.createKey is registered"), "{faults:?}");
        assert!(faults[1].ends_with("apis/old.rs is not in registry.rs."), "{faults:?}");
    }

    #[test]
    fn codes_are_read_from_the_table_of_problems() {
        let table = r#"
            // InComment    "unkey" "data" "gone" 410 "Gone";
            ApiNotFound     "unkey" "data" "api_not_found" 404 "Not Found";
            let other = ["unkey", "data"];
        "#;
        assert_eq!(codes(table), set(&["unkey/data/api_not_found"]));
    }

    const PAGE: &str = "---\ntitle: T\ndescription: D\nkind: error\nrelated: [a/b/c]\n---\n\
        \n## What happened\n\n## How to fix\n\n## Common mistakes\n\n## Related\n";

    #[test]
    fn codes_and_pages_are_paired() {
        let codes = set(&["a/b/c", "a/b/d"]);
        let pages = [("a/b/c".to_owned(), PAGE.to_owned()), ("a/b/e".to_owned(), PAGE.to_owned())];
        let faults = error_pages(&codes, &pages).join("\n");
        assert!(faults.contains("The code a/b/d has no page"), "{faults}");
        assert!(faults.contains("a/b/e.md documents a code"), "{faults}");
    }

    #[test]
    fn a_page_without_its_parts_is_reported() {
        let codes = set(&["a/b/c"]);
        let broken = |text: String| error_pages(&codes, &[("a/b/c".to_owned(), text)]).join("\n");
        assert_eq!(broken(PAGE.to_owned()), "");
        assert!(broken(PAGE.replace("## How to fix\n", "")).contains("has the headings"));
        assert!(broken(PAGE.replace("description: D\n", "")).contains("has no `description`"));
        assert!(broken(PAGE.replace("[a/b/c]", "[x/y/z]")).contains("is related to x/y/z"));
        assert!(broken(PAGE.replace("title: T", "title: unkey.com")).contains("links to"));
        let long = format!("description: {}", "d".repeat(161));
        assert!(broken(PAGE.replace("description: D", &long)).contains("more than 160"));
    }

    #[test]
    fn a_span_has_to_skip_its_arguments() {
        let attribute = concat!("#[instr", "ument(fields(a))]\nfn f() {}");
        assert_eq!(
            unskipped_spans("a.rs", attribute),
            ["a.rs:1: this span does not say `skip_all`."]
        );
        assert!(!unskipped_spans("a.rs", &attribute.replace("#[", "#[tracing::")).is_empty());
        assert!(
            unskipped_spans("a.rs", &attribute.replace("fields", "skip_all, fields")).is_empty()
        );
        assert!(unskipped_spans("a.rs", "use tracing::instrument;").is_empty());
    }

    #[test]
    fn a_file_opens_with_its_purpose_and_names_nothing_outside() {
        assert!(module_comment("a.rs", "use x;").is_some());
        assert!(module_comment("a.rs", "//! Why.").is_none());
        assert_eq!(outside_names("a.md", OUTSIDE[0]).len(), 1);
        assert_eq!(outside_names("a.md", OUTSIDE[1]).len(), 1);
        assert!(outside_names("a.md", "a framework").is_empty());
    }
}
