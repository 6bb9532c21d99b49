//! The audit log: who changed what.

pub(crate) mod export_audit_logs;
pub(crate) mod list_audit_logs;
