//! Which unique constraint stands for which thing.

use keyway_core::backend::store::{Entity, StoreError};

/// A unique constraint as a database names it.
#[derive(Clone, Copy, Debug)]
pub enum Constraint<'a> {
    /// By its name, as PostgreSQL does.
    Name(&'a str),
    /// By its columns (`table.column, table.column`), as SQLite does.
    Columns(&'a str),
}

/// Name, columns, and what is taken when the constraint is broken.
const UNIQUE: [(&str, &str, Entity); 30] = [
    ("workspaces_pkey", "workspaces.id", Entity::Workspace),
    ("workspaces_slug", "workspaces.slug", Entity::Workspace),
    ("root_keys_pkey", "root_keys.id", Entity::RootKey),
    ("root_keys_hash", "root_keys.hash", Entity::RootKey),
    ("apis_pkey", "apis.id", Entity::Api),
    ("keys_pkey", "keys.id", Entity::Key),
    ("keys_hash", "keys.hash", Entity::Key),
    ("identities_pkey", "identities.id", Entity::Identity),
    ("permissions_pkey", "permissions.id", Entity::Permission),
    ("permissions_slug", "permissions.workspace_id, permissions.slug_folded", Entity::Permission),
    ("roles_pkey", "roles.id", Entity::Role),
    ("roles_name", "roles.workspace_id, roles.name_folded", Entity::Role),
    ("identities_external_id", "identities.workspace_id, identities.external_id", Entity::Identity),
    ("namespaces_pkey", "namespaces.id", Entity::Namespace),
    ("namespaces_name", "namespaces.workspace_id, namespaces.name", Entity::Namespace),
    ("overrides_pkey", "overrides.id", Entity::Override),
    ("overrides_identifier", "overrides.namespace_id, overrides.identifier", Entity::Override),
    ("migrations_pkey", "migrations.id", Entity::Migration),
    ("migrations_name", "migrations.workspace_id, migrations.name", Entity::Migration),
    ("users_pkey", "users.id", Entity::User),
    ("users_email", "users.email_folded", Entity::User),
    ("sessions_pkey", "sessions.id", Entity::Session),
    ("sessions_hash", "sessions.hash", Entity::Session),
    ("links_pkey", "links.hash", Entity::Link),
    // References go to these, so a taken id can break them before the primary key.
    ("apis_workspace_id_id_key", "apis.workspace_id, apis.id", Entity::Api),
    ("identities_workspace_id_id_key", "identities.workspace_id, identities.id", Entity::Identity),
    ("keys_workspace_id_id_key", "keys.workspace_id, keys.id", Entity::Key),
    (
        "permissions_workspace_id_id_key",
        "permissions.workspace_id, permissions.id",
        Entity::Permission,
    ),
    ("namespaces_workspace_id_id_key", "namespaces.workspace_id, namespaces.id", Entity::Namespace),
    ("roles_workspace_id_id_key", "roles.workspace_id, roles.id", Entity::Role),
];

/// The error for a broken unique constraint.
pub fn conflict(broken: Constraint<'_>) -> StoreError {
    let found = UNIQUE.iter().find(|(name, columns, _)| match broken {
        Constraint::Name(broken) => *name == broken,
        Constraint::Columns(broken) => *columns == broken,
    });
    match found {
        Some((_, _, entity)) => StoreError::Conflict(*entity),
        None => StoreError::Corrupt(format!("an unexpected duplicate ({broken:?})")),
    }
}
