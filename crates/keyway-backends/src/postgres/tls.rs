//! Whether and how the connection is encrypted.

use keyway_core::backend::store::StoreResult;
use tokio_postgres::NoTls;

/// What an address asks for.
pub(crate) struct Wish {
    /// The address, without what only this module understands.
    pub url: String,
    /// How the server must prove who it is.
    pub mode: Mode,
}

pub(crate) struct Mode;

pub(crate) fn wish(url: &str) -> StoreResult<Wish> {
    Ok(Wish { url: url.to_owned(), mode: Mode })
}

pub(crate) fn connector(_: &Mode) -> StoreResult<NoTls> {
    Ok(NoTls)
}
