-- Everything that Keyway keeps. References between tenants' rows carry the workspace, so
-- that the database itself refuses one that crosses workspaces. Times are unix milliseconds.

CREATE TABLE instance (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE workspaces (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    enabled INTEGER NOT NULL,
    requests_per_minute INTEGER,
    created_at INTEGER NOT NULL,
    purge_at INTEGER
) STRICT;

CREATE INDEX workspaces_purge ON workspaces (purge_at) WHERE purge_at IS NOT NULL;

CREATE TABLE root_keys (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    hash BLOB NOT NULL UNIQUE,
    start TEXT NOT NULL,
    "end" TEXT NOT NULL,
    name TEXT,
    enabled INTEGER NOT NULL,
    permissions TEXT NOT NULL,
    roles TEXT NOT NULL,
    api_ids TEXT NOT NULL,
    environments TEXT,
    expires INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    last_used_at INTEGER,
    created_by TEXT
) STRICT;

CREATE INDEX root_keys_list ON root_keys (workspace_id, id);

CREATE TABLE apis (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    environment TEXT,
    default_prefix TEXT,
    default_byte_length INTEGER,
    ip_allowlist TEXT NOT NULL,
    delete_protection INTEGER NOT NULL,
    store_encrypted_keys INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    deleted_at INTEGER,
    UNIQUE (workspace_id, id)
) STRICT;

CREATE TABLE identities (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    external_id TEXT NOT NULL,
    meta TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    deleted_at INTEGER,
    UNIQUE (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX identities_external_id ON identities (workspace_id, external_id)
    WHERE deleted_at IS NULL;
CREATE INDEX identities_search ON identities (workspace_id, lower(external_id))
    WHERE deleted_at IS NULL;

-- What seals the secrets of a workspace, wrapped by a master key.
CREATE TABLE deks (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    kek_id TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    active INTEGER NOT NULL,
    UNIQUE (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX deks_active ON deks (workspace_id) WHERE active;
CREATE INDEX deks_kek ON deks (kek_id, id);

-- `unchecked_length` is absent for a key that ends in a checksum, and 0 if nobody knows its length.
-- The columns `…_order` have a value where a key has none: never used comes first, never ends last.
CREATE TABLE keys (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    api_id TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    start TEXT NOT NULL,
    name TEXT,
    meta TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    expires INTEGER,
    identity_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    last_used_at INTEGER,
    deleted_at INTEGER,
    byte_length INTEGER,
    unchecked_length INTEGER,
    migration_id TEXT,
    pending_migration TEXT,
    used_order INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(last_used_at, -1)) VIRTUAL,
    end_order INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(expires, 9223372036854775807)) VIRTUAL,
    name_order TEXT NOT NULL GENERATED ALWAYS AS (lower(coalesce(name, ''))) VIRTUAL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, api_id) REFERENCES apis (workspace_id, id),
    FOREIGN KEY (workspace_id, identity_id) REFERENCES identities (workspace_id, id)
) STRICT;

-- Both begin with the columns of the references above, which SQLite looks up when a row that is
-- referred to goes.
CREATE INDEX keys_api ON keys (workspace_id, api_id, deleted_at, id);
CREATE INDEX keys_identity ON keys (workspace_id, identity_id, id) WHERE identity_id IS NOT NULL;
CREATE INDEX keys_unchecked ON keys (unchecked_length) WHERE unchecked_length IS NOT NULL;
CREATE INDEX keys_migration ON keys (workspace_id, migration_id, pending_migration)
    WHERE migration_id IS NOT NULL AND deleted_at IS NULL;

-- For searches: an index for each order, and one for each text that a search may begin with.
CREATE INDEX keys_by_created ON keys (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX keys_by_api ON keys (workspace_id, api_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX keys_by_use ON keys (workspace_id, used_order, id) WHERE deleted_at IS NULL;
CREATE INDEX keys_by_end ON keys (workspace_id, end_order, id) WHERE deleted_at IS NULL;
CREATE INDEX keys_by_name ON keys (workspace_id, name_order, id) WHERE deleted_at IS NULL;
CREATE INDEX keys_by_start ON keys (workspace_id, lower(start), id) WHERE deleted_at IS NULL;
CREATE INDEX keys_disabled ON keys (workspace_id, id) WHERE deleted_at IS NULL AND NOT enabled;

-- A digest for each plain member of a key's free members, so that searches find it.
CREATE TABLE key_meta (
    key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    digest INTEGER NOT NULL,
    PRIMARY KEY (key_id, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX key_meta_digest ON key_meta (digest, key_id);

-- The secrets of recoverable keys, sealed.
CREATE TABLE encrypted_keys (
    key_id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    dek_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, dek_id) REFERENCES deks (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX encrypted_keys_dek ON encrypted_keys (workspace_id, dek_id);

-- Apart from the keys, because it is written at every verification.
CREATE TABLE key_credits (
    key_id TEXT NOT NULL PRIMARY KEY REFERENCES keys (id) ON DELETE CASCADE,
    remaining INTEGER NOT NULL CHECK (remaining >= 0),
    refill_interval TEXT,
    refill_amount INTEGER,
    refill_day INTEGER,
    refill_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX key_credits_refill ON key_credits (refill_at, key_id) WHERE refill_at IS NOT NULL;
CREATE INDEX key_credits_spent ON key_credits (key_id) WHERE remaining = 0;

CREATE TABLE permissions (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    slug TEXT NOT NULL,
    slug_folded TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, slug_folded)
) STRICT;

CREATE TABLE roles (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    description TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, name_folded)
) STRICT;

CREATE TABLE role_permissions (
    workspace_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    permission_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, role_id, permission_id),
    FOREIGN KEY (workspace_id, role_id) REFERENCES roles (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, permission_id)
        REFERENCES permissions (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX role_permissions_permission ON role_permissions (workspace_id, permission_id);

CREATE TABLE key_permissions (
    workspace_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    permission_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, key_id, permission_id),
    FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, permission_id)
        REFERENCES permissions (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX key_permissions_permission ON key_permissions (workspace_id, permission_id);

CREATE TABLE key_roles (
    workspace_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, key_id, role_id),
    FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, role_id) REFERENCES roles (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX key_roles_role ON key_roles (workspace_id, role_id);

-- A limit belongs to a key or to an identity.
CREATE TABLE ratelimits (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    key_id TEXT,
    identity_id TEXT,
    name TEXT NOT NULL,
    "limit" INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    auto_apply INTEGER NOT NULL,
    position INTEGER NOT NULL,
    CHECK ((key_id IS NULL) <> (identity_id IS NULL)),
    UNIQUE (workspace_id, key_id, name),
    UNIQUE (workspace_id, identity_id, name),
    FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, identity_id)
        REFERENCES identities (workspace_id, id) ON DELETE CASCADE
) STRICT;

-- The name of a deleted namespace stays taken.
CREATE TABLE namespaces (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, name)
) STRICT;

CREATE TABLE overrides (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    namespace_id TEXT NOT NULL,
    identifier TEXT NOT NULL,
    wildcard INTEGER NOT NULL,
    "limit" INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    UNIQUE (namespace_id, identifier),
    FOREIGN KEY (workspace_id, namespace_id) REFERENCES namespaces (workspace_id, id)
) STRICT;

CREATE INDEX overrides_list ON overrides (workspace_id, namespace_id, id);
CREATE INDEX overrides_wildcard ON overrides (namespace_id) WHERE wildcard;

CREATE TABLE migrations (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (workspace_id, name)
) STRICT;

CREATE INDEX migrations_list ON migrations (workspace_id, id);

-- The body is the exact text that the chain covers; the other columns are for filters.
CREATE TABLE audit_log (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    time INTEGER NOT NULL,
    event TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT,
    body TEXT NOT NULL,
    link BLOB NOT NULL,
    PRIMARY KEY (workspace_id, position)
) STRICT;

CREATE INDEX audit_log_event ON audit_log (workspace_id, event, position);
CREATE INDEX audit_log_actor ON audit_log (workspace_id, actor_id, position);

CREATE TABLE audit_resources (
    workspace_id TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT,
    PRIMARY KEY (workspace_id, resource_id, position)
) STRICT, WITHOUT ROWID;

-- The end of each workspace's chain. A PostgreSQL transaction that writes to the log locks its row
-- first, which also brings the writers of one workspace into an order.
CREATE TABLE audit_heads (
    workspace_id TEXT NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    position INTEGER NOT NULL,
    link BLOB NOT NULL
) STRICT, WITHOUT ROWID;
