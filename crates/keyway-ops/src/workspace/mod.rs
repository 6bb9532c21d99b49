//! The caller's own workspace, under the names that the official SDKs use.

pub(crate) mod get_limits;
