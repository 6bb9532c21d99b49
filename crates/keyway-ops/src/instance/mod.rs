//! The instance as a whole.

pub mod get_info;
