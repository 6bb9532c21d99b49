//! Licences, sources and duplicates of the dependencies, after `deny.toml`.
//!
//! The file has the form that the tool cargo-deny reads, so whoever has that tool can use it. Here
//! its rules for licences, bans and sources are applied to `cargo metadata`, because neither the
//! tool's long build nor its last published binary (too old for this Cargo) suits every run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use toml::{Table, Value};

use crate::metadata::{Metadata, Package};

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// What in the dependency graph breaks a rule of `deny.toml`.
pub fn faults(root: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(root.join("deny.toml")).context("deny.toml could not be read")?;
    let rules = Rules::parse(&text)?;
    Ok(rules.check(&Metadata::load(root)?.packages))
}

struct Rules {
    licences: Vec<String>,
    banned: Vec<String>,
    /// `name@version` (or the start of it, such as `rand@0.9`) of second versions that are known and explained.
    duplicates: Vec<String>,
}

impl Rules {
    fn parse(text: &str) -> Result<Self> {
        let table: Table = text.parse().context("deny.toml is not valid TOML")?;
        let list = |section: &str, key: &str| -> Vec<Value> {
            let value = table.get(section).and_then(|section| section.get(key));
            value.and_then(Value::as_array).cloned().unwrap_or_default()
        };
        let crates = |section: &str, key: &str| -> Vec<String> {
            let named = |value: &Value| value.get("crate")?.as_str().map(str::to_owned);
            list(section, key).iter().filter_map(named).collect()
        };
        let licences = list("licenses", "allow");
        Ok(Self {
            licences: licences.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
            banned: crates("bans", "deny"),
            duplicates: crates("bans", "skip"),
        })
    }

    fn check(&self, packages: &[Package]) -> Vec<String> {
        let mut faults = Vec::new();
        let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for package in packages {
            let Package { name, version, source, .. } = package;
            versions.entry(name).or_default().push(version);

            match &package.license {
                Some(licence) if self.allows(licence) => {}
                Some(licence) => faults.push(format!(
                    "{name} {version}: the licence `{licence}` is not one of those in deny.toml."
                )),
                None => faults.push(format!("{name} {version}: no licence is stated.")),
            }
            if source.as_deref().is_some_and(|source| source != REGISTRY) {
                faults.push(format!("{name} {version} does not come from crates.io."));
            }
            if self.banned.contains(name) {
                faults.push(format!("{name} {version} is banned by deny.toml."));
            }
        }

        for (name, versions) in &versions {
            let noted = versions
                .iter()
                .filter(|version| self.duplicates.iter().any(|note| is_noted(note, name, version)));
            if versions.len() > noted.count() + 1 {
                faults.push(format!(
                    "{name} is built in versions {}: note all but one under `skip` in deny.toml, \
                     with the reason.",
                    versions.join(", ")
                ));
            }
        }
        for duplicate in &self.duplicates {
            let known = versions.iter().any(|(name, all)| {
                all.len() > 1 && all.iter().any(|version| is_noted(duplicate, name, version))
            });
            if !known {
                faults.push(format!("deny.toml skips {duplicate}, which is not there twice."));
            }
        }
        faults
    }

    /// Whether the licence expression can be met by allowed licences alone.
    fn allows(&self, expression: &str) -> bool {
        let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut words = words.as_slice();
        let met = self.alternatives(&mut words);
        met && words.is_empty()
    }

    fn alternatives(&self, words: &mut &[&str]) -> bool {
        let mut met = self.conjunction(words);
        while let ["OR", rest @ ..] = words {
            *words = rest;
            met |= self.conjunction(words);
        }
        met
    }

    fn conjunction(&self, words: &mut &[&str]) -> bool {
        let mut met = self.licence(words);
        while let ["AND", rest @ ..] = words {
            *words = rest;
            met &= self.licence(words);
        }
        met
    }

    fn licence(&self, words: &mut &[&str]) -> bool {
        match words {
            ["(", rest @ ..] => {
                *words = rest;
                let met = self.alternatives(words);
                if let [")", rest @ ..] = words {
                    *words = rest;
                    met
                } else {
                    false
                }
            }
            [licence, "WITH", exception, rest @ ..] => {
                *words = rest;
                self.licences.contains(&format!("{licence} WITH {exception}"))
            }
            [licence, rest @ ..] => {
                *words = rest;
                self.licences.iter().any(|allowed| allowed == licence)
            }
            [] => false,
        }
    }
}

fn is_noted(note: &str, name: &str, version: &str) -> bool {
    format!("{name}@{version}.").starts_with(&format!("{note}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules::parse(
            r#"
            [licenses]
            allow = ["MIT", "Apache-2.0", "Unicode-3.0"]
            [bans]
            deny = [{ crate = "openssl", reason = "rustls is used" }]
            skip = [{ crate = "rand@0.8", reason = "an old user" }]
            "#,
        )
        .unwrap()
    }

    fn package(name: &str, version: &str) -> Package {
        Package {
            name: name.into(),
            version: version.into(),
            license: Some("MIT".into()),
            source: Some(REGISTRY.into()),
            ..Package::default()
        }
    }

    #[test]
    fn a_licence_expression_is_met_by_any_allowed_alternative() {
        for good in ["MIT", "MIT/GPL-3.0", "GPL-3.0 OR MIT", "(MIT OR GPL-3.0) AND Unicode-3.0"] {
            assert!(rules().allows(good), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "Apache-2.0 WITH LLVM-exception", "", "(MIT"] {
            assert!(!rules().allows(bad), "{bad}");
        }
    }

    #[test]
    fn an_explained_second_version_is_accepted_and_a_third_is_not() {
        let two = [package("rand", "0.8.0"), package("rand", "0.9.0")];
        assert_eq!(rules().check(&two), Vec::<String>::new());

        let three = [two.to_vec(), vec![package("rand", "0.10.0")]].concat();
        assert!(rules().check(&three)[0].starts_with("rand is built in versions"));
    }

    #[test]
    fn a_note_on_a_duplicate_that_is_gone_is_reported() {
        let faults = rules().check(&[package("rand", "0.9.0")]);
        assert_eq!(faults, ["deny.toml skips rand@0.8, which is not there twice."]);
    }

    #[test]
    fn banned_foreign_and_unlicensed_packages_are_reported() {
        let mut packages =
            [package("openssl", "1.0.0"), package("a", "1.0.0"), package("b", "1.0.0")];
        packages[1].source = Some("git+https://example.com/a".into());
        packages[2].license = None;
        let faults = rules().check(&packages).join("\n");
        assert!(faults.contains("openssl 1.0.0 is banned"), "{faults}");
        assert!(faults.contains("a 1.0.0 does not come from crates.io"), "{faults}");
        assert!(faults.contains("b 1.0.0: no licence is stated"), "{faults}");
    }
}
