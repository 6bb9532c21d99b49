//! Pages of a list.

/// Which part of a list is wanted.
#[derive(Clone, Debug)]
pub struct Page {
    /// At most so many rows; requests may ask for 1 to 100.
    pub limit: usize,
    /// The position after which the page begins, as the last page told it.
    pub after: Option<String>,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct PageOf<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// The position of the last row, if more follow.
    pub next: Option<String>,
}

impl<T> PageOf<T> {
    /// Cuts `rows`, of which one more than `limit` was asked for, to a page.
    pub fn cut(mut rows: Vec<T>, limit: usize, position: impl Fn(&T) -> String) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(position) } else { None };
        Self { items: rows, next }
    }

    /// The page with converted rows.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> PageOf<U> {
        PageOf { items: self.items.into_iter().map(convert).collect(), next: self.next }
    }
}
