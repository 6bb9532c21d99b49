//! Members that several requests share, each with its rule in its schema.

use std::borrow::Cow;
use std::net::IpAddr;
use std::ops::Deref;

use keyway_core::identity::Meta;
use keyway_core::page::Page;
use keyway_core::time::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::problem::Problem;

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $min:literal ..= $max:literal $($pattern:literal)?;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Deserialize, PartialEq, Eq)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl $name {
            /// How few and how many characters it may have.
            pub const BOUNDS: (usize, usize) = ($min, $max);
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let mut schema = json_schema!({ "type": "string", "maxLength": $max });
                if 0 < $min {
                    schema.insert("minLength".to_owned(), $min.into());
                }
                $(schema.insert("pattern".to_owned(), $pattern.into());)?
                schema
            }
        }
    )*};
}

texts! {
    /// The id of an API.
    ApiIdField = 8..=255 "^[a-zA-Z0-9_]+$";
    /// The id of a key or a root key.
    KeyIdField = 3..=255 "^[a-zA-Z0-9_]+$";
    /// The name of a key or a root key.
    KeyName = 1..=255;
    /// The name of an API.
    ApiName = 3..=256;
    /// The customer's name for an identity.
    ExternalId = 1..=255 "^[a-zA-Z0-9_.-]+$";
    /// The prefix of keys.
    Prefix = 1..=16 "^[a-zA-Z0-9_]+$";
    /// The slug or id of a permission.
    Slug = 1..=128 "^[a-zA-Z0-9_:.*-]+$";
    /// The name or id of a role.
    RoleName = 1..=128;
    /// What a thing is for.
    Description = 0..=512;
    /// Where the last page ended.
    Cursor = 0..=1024;
    /// A text to look for.
    Search = 0..=256;
    /// The name or id of a rate-limit namespace.
    NamespaceName = 1..=512;
    /// What is limited within a namespace.
    Identifier = 1..=512;
    /// A whole key.
    KeyText = 1..=512;
    /// The id of a workspace.
    WorkspaceIdField = 3..=255 "^[a-zA-Z0-9_]+$";
    /// The name of a workspace.
    WorkspaceName = 1..=128;
    /// The name of a workspace in URLs.
    WorkspaceSlug = 1..=64 "^[a-z0-9][a-z0-9-]*$";
}

impl Search {
    /// The text without blanks around it, if anything is left.
    pub fn wanted(&self) -> Option<&str> {
        Some(self.trim()).filter(|text| !text.is_empty())
    }
}

/// A text that isn't copied out of the request, unless it has escapes in it.
#[derive(Deserialize, Serialize)]
#[cfg_attr(test, derive(PartialEq))]
#[serde(transparent)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl JsonSchema for Text<'_> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        String::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// Which page of a list is wanted.
#[derive(Clone, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Limit(#[schemars(range(min = 1, max = 100))] pub i64);

/// The page that a list request asks for; 100 rows unless it says otherwise.
pub fn page(limit: Option<&Limit>, cursor: Option<&Cursor>) -> Page {
    let limit = limit.map_or(100, |limit| limit.0);
    Page {
        limit: usize::try_from(limit).unwrap_or(100),
        after: cursor.map(|cursor| cursor.0.clone()).filter(|cursor| !cursor.is_empty()),
    }
}

/// A time at which something ends: until the year 2100.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Expiry(#[schemars(range(min = 0, max = 4_102_444_800_000_i64))] pub i64);

impl From<Expiry> for Timestamp {
    fn from(expiry: Expiry) -> Self {
        Self(expiry.0)
    }
}

/// An IP address.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(PartialEq))]
#[serde(transparent)]
pub struct IpField(pub IpAddr);

impl JsonSchema for IpField {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "IpAddress".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "anyOf": [{ "format": "ipv4" }, { "format": "ipv6" }],
            "maxLength": 45
        })
    }
}

/// Free members of a key or an identity.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct MetaField(pub Meta);

/// How long free members may be as JSON, in bytes.
const META_BYTES: usize = 1024 * 1024;

impl MetaField {
    /// The members, unless they are too long.
    pub fn checked(self) -> Result<Map<String, Value>, Problem> {
        let bytes = serde_json::to_vec(&self.0).map_or(usize::MAX, |text| text.len());
        if bytes <= META_BYTES {
            return Ok(self.0);
        }
        let message = format!("must be at most {META_BYTES} bytes of JSON, and is {bytes}");
        let mut problem = Problem::invalid_field(
            "body.meta",
            message,
            "Keep large data elsewhere and store a reference.",
        );
        problem.detail = "Metadata is too large: it may have 1 MiB as JSON.".into();
        Err(problem)
    }
}

impl JsonSchema for MetaField {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Meta".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "maxProperties": 100, "additionalProperties": true })
    }
}
