//! Keyway over HTTP: the only crate that knows headers, status lines and media types.

pub mod docs;
pub mod openapi;
pub mod server;
pub mod service;

mod access;
mod answer;
mod apart;
mod body;
mod credentials;
mod envelope;
mod pipeline;
mod request;
mod routes;
mod ui;

pub use server::serve;
pub use service::{HttpConfig, Service};
pub use ui::{DashboardConfig, is_built as has_dashboard};
