//! Keyway as a program: its command line, its settings and the parts it is put together from.

pub mod admin;
pub mod background;
pub mod bootstrap;
pub mod cli;
mod memory;
pub mod serve;
pub mod settings;
pub mod shutdown;
pub mod telemetry;
pub mod wiring;
