//! Rate-limit namespaces with their overrides, as they are asked for.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use keyway_core::id::{NamespaceId, WorkspaceId};
use keyway_core::namespace::NamespaceRecord;

/// The namespaces of all workspaces.
pub(crate) struct Namespaces {
    kept: RwLock<Kept>,
    room: usize,
}

#[derive(Default)]
struct Kept {
    by_name: HashMap<WorkspaceId, HashMap<Box<str>, Arc<NamespaceRecord>>>,
    /// Under which names a namespace is kept.
    names: HashMap<NamespaceId, Vec<(WorkspaceId, Box<str>)>>,
    bytes: usize,
}

impl Namespaces {
    /// None yet; they take up about `max_bytes` at most.
    pub fn new(max_bytes: usize) -> Self {
        Self { kept: RwLock::default(), room: max_bytes }
    }

    /// The namespace that a workspace calls so, by name or id.
    pub fn get(&self, workspace: &WorkspaceId, name: &str) -> Option<Arc<NamespaceRecord>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.by_name.get(workspace)?.get(name).cloned()
    }

    /// Keeps a namespace under one of its names. Without room for it, all others are forgotten.
    pub fn put(&self, workspace: &WorkspaceId, name: &str, record: &Arc<NamespaceRecord>) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let size = size(name, record);
        if self.room < kept.bytes + size {
            *kept = Kept::default();
        }
        let names = kept.by_name.entry(workspace.clone()).or_default();
        let before = names.insert(name.into(), Arc::clone(record));
        kept.bytes += size;
        if let Some(before) = before {
            kept.bytes -= self::size(name, &before);
        } else {
            let id = record.namespace.id.clone();
            kept.names.entry(id).or_default().push((workspace.clone(), name.into()));
        }
    }

    /// Forgets a namespace, whatever it is called.
    pub fn forget(&self, id: &NamespaceId) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        for (workspace, name) in kept.names.remove(id).unwrap_or_default() {
            let Some(names) = kept.by_name.get_mut(&workspace) else { continue };
            let gone = names.remove(&name);
            if names.is_empty() {
                kept.by_name.remove(&workspace);
            }
            if let Some(record) = gone {
                kept.bytes -= size(&name, &record);
            }
        }
    }
}

fn size(name: &str, record: &NamespaceRecord) -> usize {
    name.len() + 256 + record.size()
}
