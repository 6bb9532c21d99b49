//! What operations answer.

use futures_util::stream::BoxStream;
use schemars::JsonSchema;
use serde::Serialize;

use crate::problem::Problem;

/// The result of an operation.
pub type Outcome<T> = Result<Reply<T>, Problem>;

/// A successful answer.
#[derive(Debug)]
pub struct Reply<T> {
    /// The `data` member.
    pub data: T,
    /// The `pagination` member; lists only.
    pub pagination: Option<Pagination>,
}

/// A file that is read while it is sent.
pub struct File {
    /// What it is.
    pub media_type: &'static str,
    /// Its name at the receiver: letters, digits, dots and hyphens.
    pub name: String,
    /// Its bytes. After an error nothing follows, and the receiver sees that the end is missing.
    pub pieces: BoxStream<'static, Result<Vec<u8>, Problem>>,
}

/// Whether a list goes on, and from where.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct Pagination {
    /// Whether more rows follow.
    pub has_more: bool,
    /// What to send as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// The answer of operations that have nothing to tell.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Empty {}

impl<T> Reply<T> {
    /// An answer that isn't a list.
    pub fn new(data: T) -> Outcome<T> {
        Ok(Self { data, pagination: None })
    }
}

impl Reply<Empty> {
    /// The answer of operations that have nothing to tell.
    pub fn empty() -> Outcome<Empty> {
        Self::new(Empty {})
    }
}

impl<T> Reply<Vec<T>> {
    /// One page of a list.
    pub fn page(page: keyway_core::page::PageOf<T>) -> Outcome<Vec<T>> {
        let pagination = Pagination { has_more: page.next.is_some(), cursor: page.next };
        Ok(Self { data: page.items, pagination: Some(pagination) })
    }
}
