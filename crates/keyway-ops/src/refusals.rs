//! Recent refusals, kept in memory so that they can be explained. Each workspace has room for some
//! of its own; older ones give way.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use keyway_core::id::{KeyId, RequestId, WorkspaceId};
use keyway_core::time::Timestamp;
use keyway_core::verify::Outcome as Verdict;

/// How many refusals of a workspace are kept.
const PER_WORKSPACE: usize = 1000;
/// How many workspaces have room.
const WORKSPACES: usize = 1000;

/// Something that was refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The request.
    pub request_id: RequestId,
    /// When it was refused.
    pub time: Timestamp,
    /// What was asked for.
    pub operation: &'static str,
    /// The id of the root key or user that asked.
    pub principal: String,
    /// How it was refused.
    pub what: What,
}

/// How a request was refused.
#[derive(Clone, Debug)]
pub enum What {
    /// The principal lacked a permission; nothing of what is named stands for a resource that no
    /// permission opens.
    Denied {
        /// Permissions of which one would have sufficed.
        missing: Vec<String>,
    },
    /// A key was found invalid.
    Verdict {
        /// The key, if there is one.
        key: Option<KeyId>,
        /// Why.
        verdict: Verdict,
        /// The permission query.
        permissions: Option<String>,
        /// The address that it was asked for.
        ip: Option<IpAddr>,
        /// How many credits it was to cost.
        cost: i64,
    },
}

/// The memory of refusals.
#[derive(Default)]
pub struct Refusals(Mutex<HashMap<WorkspaceId, VecDeque<Refusal>>>);

impl Refusals {
    /// Remembers a refusal. If others are doing the same right now it is dropped: a verdict never
    /// waits for its explanation.
    pub fn note(&self, workspace: &WorkspaceId, refusal: impl FnOnce() -> Refusal) {
        let Ok(mut all) = self.0.try_lock() else { return };
        if WORKSPACES <= all.len() && !all.contains_key(workspace) {
            all.clear();
        }
        let own = all.entry(workspace.clone()).or_default();
        if PER_WORKSPACE <= own.len() {
            own.pop_front();
        }
        own.push_back(refusal());
    }

    /// The refusal of a request of this workspace.
    pub fn find(&self, workspace: &WorkspaceId, request: &str) -> Option<Refusal> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(workspace)?.iter().rev().find(|one| one.request_id.as_str() == request).cloned()
    }
}

#[cfg(test)]
mod tests {
    use keyway_core::id::Entropy;

    use super::*;

    fn id(number: usize) -> RequestId {
        RequestId::generate(&Entropy::seeded(number as u64))
    }

    fn refusal(number: usize) -> Refusal {
        Refusal {
            request_id: id(number),
            time: Timestamp(0),
            operation: "keys.createKey",
            principal: "rk_1".to_owned(),
            what: What::Denied { missing: Vec::new() },
        }
    }

    #[test]
    fn the_oldest_refusals_of_a_workspace_give_way() {
        let refusals = Refusals::default();
        let (ours, theirs) = (WorkspaceId::from("ws_1"), WorkspaceId::from("ws_2"));
        refusals.note(&theirs, || refusal(0));
        for number in 1..=PER_WORKSPACE + 1 {
            refusals.note(&ours, || refusal(number));
        }
        assert!(refusals.find(&ours, id(1).as_str()).is_none());
        assert!(refusals.find(&ours, id(2).as_str()).is_some());
        assert!(refusals.find(&ours, id(0).as_str()).is_none());
        assert!(refusals.find(&theirs, id(0).as_str()).is_some());
    }
}
