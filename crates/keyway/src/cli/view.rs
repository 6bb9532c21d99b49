//! Which members of a resource people see in a table, and in which order.

use serde_json::Value;

use super::time;

/// How a member is written for people.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Never shortened.
    Id,
    /// Shortened where the terminal is too narrow.
    Text,
    /// Unix milliseconds, written as local time.
    Time,
}

/// A column of a table.
#[derive(Clone, Copy)]
pub struct Column {
    /// Its name, also for `--columns`.
    pub name: &'static str,
    /// Where its value is, as a JSON pointer.
    pub pointer: &'static str,
    /// How it is written.
    pub kind: Kind,
}

/// What a table shows of one kind of resource.
#[derive(Clone, Copy)]
pub struct View {
    /// What `-o id` prints of an item.
    pub id: &'static str,
    /// The columns that are always shown.
    pub columns: &'static [Column],
    /// The columns that `--wide` adds.
    pub wide: &'static [Column],
}

/// An id.
pub const fn id(name: &'static str, pointer: &'static str) -> Column {
    Column { name, pointer, kind: Kind::Id }
}

/// A text, a number, a list.
pub const fn text(name: &'static str, pointer: &'static str) -> Column {
    Column { name, pointer, kind: Kind::Text }
}

/// A time.
pub const fn time(name: &'static str, pointer: &'static str) -> Column {
    Column { name, pointer, kind: Kind::Time }
}

/// A resource that no command knows: every member is shown.
pub const ANY: View = View { id: "/id", columns: &[], wide: &[] };

impl Column {
    /// The cell of this column for `item`.
    pub fn cell(&self, item: &Value) -> String {
        item.pointer(self.pointer).map_or_else(String::new, |value| self.kind.write(value))
    }
}

impl Kind {
    /// The kind of a member that has no column.
    pub fn of_member(name: &str) -> Self {
        match name {
            "expires" | "time" | "reset" | "purgeAt" => Self::Time,
            _ if name.ends_with("At") => Self::Time,
            _ if name.ends_with("Id") || name == "id" || name == "key" => Self::Id,
            _ => Self::Text,
        }
    }

    /// `value` for people.
    pub fn write(self, value: &Value) -> String {
        match (self, value) {
            (_, Value::Null) => String::new(),
            (Self::Time, Value::Number(number)) => match number.as_i64() {
                Some(0) => "never".to_owned(),
                Some(at) => time::local(at),
                None => number.to_string(),
            },
            (_, Value::String(text)) => printable(text),
            (_, Value::Array(items)) if items.iter().all(|item| !item.is_object()) => {
                items.iter().map(|item| Self::Text.write(item)).collect::<Vec<_>>().join(", ")
            }
            (_, value) => printable(&value.to_string()),
        }
    }
}

/// `text` without control characters, so that a name cannot move the cursor or break a row.
fn printable(text: &str) -> String {
    if text.chars().any(char::is_control) {
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    } else {
        text.to_owned()
    }
}
