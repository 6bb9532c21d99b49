//! Members of an update that may be kept, cleared or set.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};

/// An absent member keeps the value, `null` clears it, anything else sets it.
/// Use it with `#[serde(default)]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The member was absent.
    #[default]
    Keep,
    /// The member was `null`.
    Clear,
    /// The member had a value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the value stays as it is.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The value after the update, given the one before.
    pub fn apply(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The same decision, where a value for which `is_nothing` holds clears.
    #[must_use]
    pub fn without(self, is_nothing: impl FnOnce(&T) -> bool) -> Self {
        match self {
            Self::Set(ref value) if is_nothing(value) => Self::Clear,
            Self::Keep | Self::Clear | Self::Set(_) => self,
        }
    }

    /// The same decision about a converted value.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(convert(value)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

/// The mark in a schema that says `null` is a value here and not a synonym of "absent".
pub const NULLABLE: &str = "x-nullable";

impl<T: JsonSchema> JsonSchema for Patch<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Patch_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = <Option<T>>::json_schema(generator);
        schema.insert(NULLABLE.to_owned(), true.into());
        schema
    }
}
