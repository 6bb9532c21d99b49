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
    /// A list of objects, of which this member is shown.
    Each(&'static str),
    /// A list of rate limits, written as they are given on the command line.
    Limits,
    /// Milliseconds, written with the largest unit that fits.
    Span,
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

/// A list of objects of which one member is shown.
pub const fn each(name: &'static str, pointer: &'static str, member: &'static str) -> Column {
    Column { name, pointer, kind: Kind::Each(member) }
}

/// A list of rate limits.
pub const fn limits(name: &'static str, pointer: &'static str) -> Column {
    Column { name, pointer, kind: Kind::Limits }
}

/// A length of time.
pub const fn span(name: &'static str, pointer: &'static str) -> Column {
    Column { name, pointer, kind: Kind::Span }
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
            "ratelimits" => Self::Limits,
            "duration" => Self::Span,
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
            (Self::Span, Value::Number(number)) => {
                number.as_u64().map_or_else(|| number.to_string(), time::span)
            }
            (Self::Each(member), Value::Array(items)) => items
                .iter()
                .map(|item| Self::Text.write(&item[member]))
                .collect::<Vec<_>>()
                .join(", "),
            (Self::Limits, Value::Array(items)) => {
                items.iter().map(limit).collect::<Vec<_>>().join(" ")
            }
            (_, Value::String(text)) => printable(text),
            (_, Value::Array(items)) if items.iter().all(|item| !item.is_object()) => {
                items.iter().map(|item| Self::Text.write(item)).collect::<Vec<_>>().join(", ")
            }
            (_, value) => printable(&value.to_string()),
        }
    }
}

/// A rate limit as `--limit` takes it.
fn limit(limit: &Value) -> String {
    let auto = if limit["autoApply"] == true { ",auto" } else { "" };
    let window = limit["duration"].as_u64().map(time::span).unwrap_or_default();
    format!("{}={}/{window}{auto}", Kind::Text.write(&limit["name"]), limit["limit"])
}

/// `text` without control characters, so that a name cannot move the cursor or break a row.
fn printable(text: &str) -> String {
    if text.chars().any(char::is_control) {
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_of_objects_are_short_for_people() {
        let limits = json!([
            { "name": "requests", "limit": 100, "duration": 60_000, "autoApply": true },
            { "name": "tokens", "limit": 5, "duration": 1500 },
        ]);
        assert_eq!(Kind::Limits.write(&limits), "requests=100/1m,auto tokens=5/1500ms");
        assert_eq!(Kind::Each("slug").write(&json!([{ "slug": "a" }, { "slug": "b" }])), "a, b");
        assert_eq!(Kind::Span.write(&json!(86_400_000)), "1d");
    }
}
