//! What an update made different, for its audit entry.

use keyway_core::audit::FieldChange;
use serde_json::{Value as Json, json};

/// The members that an update changed.
#[derive(Default)]
pub(crate) struct Changes(Vec<FieldChange>);

impl Changes {
    /// Notes a member whose value is another afterwards.
    pub fn note(&mut self, field: &str, before: impl Into<Json>, after: impl Into<Json>) {
        let (before, after) = (before.into(), after.into());
        if before != after {
            self.0.push(FieldChange { field: field.to_owned(), before, after });
        }
    }

    /// Notes that a member changed whose values must not stand in the log.
    pub fn note_hidden(&mut self, field: &str, changed: bool) {
        if changed {
            self.0.push(FieldChange {
                field: field.to_owned(),
                before: Json::Null,
                after: json!({ "changed": true }),
            });
        }
    }

    /// Whether nothing is different.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The list for the entry.
    pub fn into_list(self) -> Vec<FieldChange> {
        self.0
    }
}
