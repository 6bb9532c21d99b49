//! The audit log: who changed what.

pub(crate) mod list_audit_logs;
