//! Pieces of SQL text whose length depends on the number of values.

use std::fmt::Write as _;

use keyway_core::backend::store::StoreResult;

use super::{Connection, Value};

/// `($from, $from+1, …)` for `count` values; matches nothing when there are none.
pub(crate) fn list(from: usize, count: usize) -> String {
    if count == 0 {
        return "(NULL)".to_owned();
    }
    let mut text = String::with_capacity(count * 6);
    for number in from..from + count {
        let _ = write!(text, "{}${number}", if number == from { '(' } else { ',' });
    }
    text.push(')');
    text
}

/// The values for a [`list`], with the last one repeated up to the next power of two, so that
/// lists of all lengths share few statements.
pub(crate) fn padded<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Vec<Value> {
    let mut values: Vec<Value> = items.into_iter().map(Into::into).collect();
    if let Some(last) = values.last().cloned() {
        values.resize(values.len().next_power_of_two(), last);
    }
    values
}

/// Inserts rows: `head` is `INSERT INTO t (a, b) VALUES `. Rows go in groups whose sizes are
/// powers of two, so that few statements are enough for any number.
pub(crate) async fn insert_many<C: Connection>(
    conn: &mut C,
    head: &str,
    rows: Vec<Vec<Value>>,
) -> StoreResult<()> {
    let mut rows = rows.into_iter();
    while rows.len() != 0 {
        let size = (1 << rows.len().ilog2()).min(64);
        let mut sql = head.to_owned();
        let mut values = Vec::new();
        for row in rows.by_ref().take(size) {
            if !values.is_empty() {
                sql.push(',');
            }
            sql.push_str(&list(values.len() + 1, row.len()));
            values.extend(row);
        }
        conn.execute(&sql, &values).await?;
    }
    Ok(())
}

/// The first text after all those that begin with `prefix`; `None` if nothing comes after them.
pub(crate) fn prefix_end(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        let next = match last {
            // What lies between isn't a character.
            '\u{d7ff}' => Some('\u{e000}'),
            _ => char::from_u32(u32::from(last) + 1),
        };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_one_placeholder_for_each_value() {
        assert_eq!(list(1, 3), "($1,$2,$3)");
        assert_eq!(list(4, 1), "($4)");
        assert_eq!(list(4, 0), "(NULL)");
    }

    #[test]
    fn a_prefix_ends_where_other_texts_begin() {
        assert_eq!(prefix_end("ab").as_deref(), Some("ac"));
        assert_eq!(prefix_end("a\u{d7ff}").as_deref(), Some("a\u{e000}"));
        assert_eq!(prefix_end("a\u{10ffff}\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(prefix_end("\u{10ffff}"), None);
    }

    #[test]
    fn padding_repeats_the_last_value() {
        assert_eq!(padded([1, 2, 3]), vec![1.into(), 2.into(), 3.into(), Value::from(3)]);
        assert_eq!(padded([7]), vec![Value::from(7)]);
        assert!(padded::<i64>([]).is_empty());
    }
}
