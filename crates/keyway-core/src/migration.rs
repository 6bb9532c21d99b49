//! Formats in which keys were hashed before they came here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::MigrationId;
use crate::secret::KeyHash;
use crate::time::Timestamp;

/// How imported keys are hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum HashFormat {
    /// SHA-256 of the whole key, in standard base 64.
    Sha256Base64,
    /// SHA-256 of the whole key, in hexadecimal digits.
    Sha256Hex,
    /// SHA-256 of the long token of `prefix_short_long`, in hexadecimal digits.
    PrefixedApiKey,
}

impl HashFormat {
    /// The name under which the store keeps it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256Base64 => "sha256-base64",
            Self::Sha256Hex => "sha256-hex",
            Self::PrefixedApiKey => "prefixed-api-key",
        }
    }

    /// The format of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Sha256Base64, Self::Sha256Hex, Self::PrefixedApiKey]
            .into_iter()
            .find(|format| format.name() == name)
    }

    /// Reads a hash that is written in this format; `None` if it isn't.
    pub fn read(self, text: &str) -> Option<KeyHash> {
        let bytes = match self {
            Self::Sha256Base64 => {
                base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).ok()?
            }
            Self::Sha256Hex | Self::PrefixedApiKey => hex(text)?,
        };
        Some(KeyHash(bytes.try_into().ok()?))
    }

    /// What a correct hash looks like, for people.
    pub fn looks_like(self) -> &'static str {
        match self {
            Self::Sha256Base64 => "44 characters of base 64",
            Self::Sha256Hex | Self::PrefixedApiKey => "64 hexadecimal digits",
        }
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

/// The parts of a key of the form `prefix_short_long`; the prefix may contain underscores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrefixedKey<'a> {
    /// What stands before the tokens.
    pub prefix: &'a str,
    /// What comes after the prefix: both tokens with the underscore between.
    pub tokens: &'a str,
    /// The secret part.
    pub long: &'a str,
}

impl<'a> PrefixedKey<'a> {
    /// Takes a key apart at its last two underscores.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (before, long) = text.rsplit_once('_')?;
        let (prefix, short) = before.rsplit_once('_')?;
        if prefix.is_empty() || short.is_empty() || long.is_empty() {
            return None;
        }
        Some(Self { prefix, tokens: &text[prefix.len() + 1..], long })
    }

    /// The hash by which such a key was imported.
    pub fn imported_hash(&self) -> KeyHash {
        KeyHash::of(self.long)
    }

    /// What lists show of the key: its prefix and four characters more.
    pub fn start(&self) -> String {
        format!("{}_{}", self.prefix, self.tokens.chars().take(4).collect::<String>())
    }
}

/// A format of a workspace, which imported keys name.
#[derive(Clone, Debug)]
pub struct Migration {
    /// Its id.
    pub id: MigrationId,
    /// Its name, unique in the workspace.
    pub name: String,
    /// How its keys are hashed.
    pub format: HashFormat,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A migration and how far it has come.
#[derive(Clone, Debug)]
pub struct MigrationSummary {
    /// The migration.
    pub migration: Migration,
    /// How many keys were imported by it.
    pub imported: i64,
    /// How many of those wait for their first use.
    pub pending: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prefixed_keys_are_put_together_again(
            prefix in "[a-z0-9_ä]{0,8}[a-z]",
            short in "[A-Za-z0-9]{1,9}",
            long in "[A-Za-z0-9ä]{2,24}",
        ) {
            let text = format!("{prefix}_{short}_{long}");
            let key = PrefixedKey::parse(&text).unwrap();
            prop_assert_eq!((key.prefix, key.long), (&*prefix, &*long));
            prop_assert!(key.imported_hash() == KeyHash::of(&long));
            let start = key.start();
            prop_assert_eq!(start.chars().count(), prefix.chars().count() + 5);
            prop_assert!(text.starts_with(&start));
        }

        #[test]
        fn no_text_panics(text: String) {
            PrefixedKey::parse(&text);
            HashFormat::Sha256Hex.read(&text);
            HashFormat::Sha256Base64.read(&text);
        }
    }

    #[test]
    fn hashes_are_read_in_their_format_only() {
        let hash = KeyHash::of("secret");
        let hex = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
        let base64 = "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=";
        assert!(HashFormat::Sha256Hex.read(hex) == Some(hash));
        assert!(HashFormat::Sha256Base64.read(base64) == Some(hash));
        for bad in ["", "xx", "2bb8", base64, "äääää"] {
            assert!(HashFormat::Sha256Hex.read(bad).is_none(), "{bad}");
        }
        assert!(HashFormat::Sha256Base64.read(hex).is_none());
    }

    #[test]
    fn prefixed_keys_are_split_at_the_last_two_underscores() {
        let key = PrefixedKey::parse("my_app_BRTRKFsL_51FwqftsmMDHHbJAMEXXHCgG").unwrap();
        assert_eq!((key.prefix, key.long), ("my_app", "51FwqftsmMDHHbJAMEXXHCgG"));
        assert_eq!(key.start(), "my_app_BRTR");
        for bad in ["", "a", "a_b", "_b_c", "a__c", "a_b_"] {
            assert_eq!(PrefixedKey::parse(bad), None, "{bad}");
        }
    }
}
