//! Values that both databases understand, and what they become in Rust.

use keyway_core::backend::store::{StoreError, StoreResult};
use keyway_core::environment::Environment;
use keyway_core::id::{
    ApiId, AuditId, DekId, IdentityId, KeyId, MigrationId, NamespaceId, OverrideId, PermissionId,
    RatelimitId, RoleId, RootKeyId, SessionId, UserId, WorkspaceId,
};
use keyway_core::secret::KeyHash;
use keyway_core::time::Timestamp;

/// A value of a column or a parameter.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// No value.
    #[default]
    Null,
    /// A number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// The parameters of a statement.
macro_rules! values {
    ($($value:expr),* $(,)?) => { [$($crate::sql::Value::from($value)),*] };
}
pub(crate) use values;

/// What a column can become.
pub trait FromValue: Sized {
    /// Converts the value; another kind of value means that the database is inconsistent.
    fn from_value(value: Value) -> StoreResult<Self>;
}

fn unexpected<T>(wanted: &str, value: &Value) -> StoreResult<T> {
    let found = match value {
        Value::Null => "nothing",
        Value::Int(_) => "a number",
        Value::Bool(_) => "a truth value",
        Value::Text(_) => "a text",
        Value::Bytes(_) => "bytes",
    };
    Err(StoreError::Corrupt(format!("a column holds {found} instead of {wanted}")))
}

impl FromValue for Value {
    fn from_value(value: Value) -> StoreResult<Self> {
        Ok(value)
    }
}

impl FromValue for i64 {
    fn from_value(value: Value) -> StoreResult<Self> {
        match value {
            Value::Int(number) => Ok(number),
            Value::Null | Value::Bool(_) | Value::Text(_) | Value::Bytes(_) => {
                unexpected("a number", &value)
            }
        }
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> StoreResult<Self> {
        match value {
            Value::Bool(truth) => Ok(truth),
            Value::Int(number @ (0 | 1)) => Ok(number == 1),
            Value::Null | Value::Int(_) | Value::Text(_) | Value::Bytes(_) => {
                unexpected("a truth value", &value)
            }
        }
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> StoreResult<Self> {
        match value {
            Value::Text(text) => Ok(text),
            Value::Null | Value::Int(_) | Value::Bool(_) | Value::Bytes(_) => {
                unexpected("a text", &value)
            }
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> StoreResult<Self> {
        match value {
            Value::Bytes(bytes) => Ok(bytes),
            Value::Null | Value::Int(_) | Value::Bool(_) | Value::Text(_) => {
                unexpected("bytes", &value)
            }
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> StoreResult<Self> {
        if value == Value::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl FromValue for Timestamp {
    fn from_value(value: Value) -> StoreResult<Self> {
        i64::from_value(value).map(Self)
    }
}

impl FromValue for Environment {
    fn from_value(value: Value) -> StoreResult<Self> {
        String::from_value(value).map(Self)
    }
}

impl FromValue for KeyHash {
    fn from_value(value: Value) -> StoreResult<Self> {
        Vec::<u8>::from_value(value)?
            .try_into()
            .map(Self)
            .map_err(|_| StoreError::Corrupt("a hash has another length".to_owned()))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<KeyHash> for Value {
    fn from(hash: KeyHash) -> Self {
        Self::Bytes(hash.0.to_vec())
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Int(time.0)
    }
}

impl From<&Environment> for Value {
    fn from(environment: &Environment) -> Self {
        Self::Text(environment.0.clone())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! ids {
    ($($id:ident)*) => {$(
        impl From<&$id> for Value {
            fn from(id: &$id) -> Self {
                Self::Text(id.as_str().to_owned())
            }
        }

        impl FromValue for $id {
            fn from_value(value: Value) -> StoreResult<Self> {
                String::from_value(value).map(Self::from)
            }
        }
    )*};
}

ids! {
    ApiId AuditId DekId IdentityId KeyId MigrationId NamespaceId OverrideId PermissionId
    RatelimitId RoleId RootKeyId SessionId UserId WorkspaceId
}
