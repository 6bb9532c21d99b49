//! How far roles and permissions reach: `permissions.getUsage` knows ids alone, people know names.

use serde_json::{Value, json};

use super::context::{Context, Rows};
use super::exit::{Exit, Failure, Outcome};
use super::values::Body;
use super::view::View;

/// How many ids the server takes at once.
const BATCH: usize = 100;

/// What is asked about.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Roles.
    Roles,
    /// Permissions.
    Permissions,
}

impl Kind {
    /// Shows the use of those that `names` lists by id or name, or of all.
    pub fn show(self, context: &Context, names: &[String], rows: &Rows, view: &View) -> Outcome {
        let (list, get, member) = match self {
            Self::Roles => ("permissions.listRoles", "permissions.getRole", "role"),
            Self::Permissions => {
                ("permissions.listPermissions", "permissions.getPermission", "permission")
            }
        };
        if names.is_empty() {
            let with_usage = |page| self.with_usage(context, page);
            return context.list_as(list, &Body::new(), rows, view, with_usage);
        }
        let mut data = Vec::new();
        for names in names.chunks(BATCH) {
            let items: Result<Vec<Value>, Failure> = names
                .iter()
                .map(|name| Ok(context.call(get, json!({ member: name }))?["data"].take()))
                .collect();
            let page = self.with_usage(context, json!({ "data": items? }))?;
            data.extend(page["data"].as_array().cloned().unwrap_or_default());
        }
        context.output.rows(&json!({ "data": data }), view, true)?;
        Ok(Exit::Done)
    }

    /// A page of roles or permissions as a page of their use.
    fn with_usage(self, context: &Context, mut page: Value) -> Result<Value, Failure> {
        let items = page["data"].as_array().cloned().unwrap_or_default();
        if items.is_empty() {
            return Ok(page);
        }
        let kind = match self {
            Self::Roles => "roles",
            Self::Permissions => "permissions",
        };
        let ids: Vec<&Value> = items.iter().map(|item| &item["id"]).collect();
        let mut usage = context.call("permissions.getUsage", json!({ kind: ids }))?;
        let mut found: Vec<Value> =
            usage["data"][kind].as_array_mut().map(std::mem::take).unwrap_or_default();
        for each in &mut found {
            let item = items.iter().find(|item| item["id"] == each["id"]);
            for name in ["name", "slug"] {
                if let Some(value) = item.and_then(|item| item.get(name)) {
                    each[name] = value.clone();
                }
            }
        }
        page["data"] = found.into();
        Ok(page)
    }
}
