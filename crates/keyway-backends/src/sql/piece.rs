//! Pieces of statements that carry their values, so that they can be put together in any order.

use super::Value;

/// A piece of a statement, with a `?` for each of its values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Piece {
    text: String,
    values: Vec<Value>,
}

impl Piece {
    /// A piece of that text with those values.
    pub fn new(text: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Self {
        Self { text: text.into(), values: values.into_iter().collect() }
    }

    /// A text without values.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(text, [])
    }

    /// `column IN (?, …)`; holds for nothing if there are no values.
    pub fn among(column: &str, values: Vec<Value>) -> Self {
        let marks =
            if values.is_empty() { "NULL".to_owned() } else { vec!["?"; values.len()].join(",") };
        Self::new(format!("{column} IN ({marks})"), values)
    }

    /// This piece and `next` after it.
    pub fn then(mut self, next: Self) -> Self {
        self.text.push_str(&next.text);
        self.values.extend(next.values);
        self
    }

    /// This piece and a text after it.
    pub fn and_text(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// All pieces with `between` in between.
    pub fn join(pieces: impl IntoIterator<Item = Self>, between: &str) -> Self {
        pieces.into_iter().reduce(|all, next| all.and_text(between).then(next)).unwrap_or_default()
    }

    /// The statement with numbered parameters, and their values.
    pub fn finish(self) -> (String, Vec<Value>) {
        let mut sql = String::with_capacity(self.text.len() + 2 * self.values.len());
        for (number, part) in self.text.split('?').enumerate() {
            if 0 < number {
                sql.push('$');
                sql.push_str(&number.to_string());
            }
            sql.push_str(part);
        }
        (sql, self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_in_the_order_of_the_text() {
        let first = Piece::new("a = ?", [1.into()]);
        let second = Piece::among("b", vec![2.into(), 3.into()]);
        let (sql, values) = Piece::join([first, second], " AND ").finish();
        assert_eq!(sql, "a = $1 AND b IN ($2,$3)");
        assert_eq!(values, [1.into(), 2.into(), Value::from(3)]);
        assert_eq!(Piece::among("c", Vec::new()).finish().0, "c IN (NULL)");
    }
}
