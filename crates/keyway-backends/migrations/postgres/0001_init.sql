-- Everything that Keyway keeps. References between tenants' rows carry the workspace, so
-- that the database itself refuses one that crosses workspaces. Times are unix milliseconds. Text
-- compares bytewise and folds only ASCII, as it does in SQLite.

CREATE TABLE instance (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE workspaces (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    slug TEXT COLLATE "C" NOT NULL CONSTRAINT workspaces_slug UNIQUE,
    enabled BOOLEAN NOT NULL,
    requests_per_minute BIGINT,
    created_at BIGINT NOT NULL,
    purge_at BIGINT
);

CREATE INDEX workspaces_purge ON workspaces (purge_at) WHERE purge_at IS NOT NULL;

CREATE TABLE root_keys (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    hash BYTEA NOT NULL CONSTRAINT root_keys_hash UNIQUE,
    start TEXT COLLATE "C" NOT NULL,
    "end" TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C",
    enabled BOOLEAN NOT NULL,
    permissions TEXT COLLATE "C" NOT NULL,
    roles TEXT COLLATE "C" NOT NULL,
    api_ids TEXT COLLATE "C" NOT NULL,
    environments TEXT COLLATE "C",
    expires BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT,
    last_used_at BIGINT,
    created_by TEXT COLLATE "C"
);

CREATE INDEX root_keys_list ON root_keys (workspace_id, id);

CREATE TABLE apis (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    name TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C",
    default_prefix TEXT COLLATE "C",
    default_byte_length BIGINT,
    ip_allowlist TEXT COLLATE "C" NOT NULL,
    delete_protection BOOLEAN NOT NULL,
    store_encrypted_keys BOOLEAN NOT NULL,
    checksum BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT,
    deleted_at BIGINT,
    UNIQUE (workspace_id, id)
);

CREATE TABLE identities (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    external_id TEXT COLLATE "C" NOT NULL,
    meta TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT,
    deleted_at BIGINT,
    UNIQUE (workspace_id, id)
);

CREATE UNIQUE INDEX identities_external_id ON identities (workspace_id, external_id)
    WHERE deleted_at IS NULL;
CREATE INDEX identities_search ON identities (workspace_id, lower(external_id))
    WHERE deleted_at IS NULL;

-- What seals the secrets of a workspace, wrapped by a master key.
CREATE TABLE deks (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    kek_id TEXT COLLATE "C" NOT NULL,
    wrapped BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    UNIQUE (workspace_id, id)
);

CREATE UNIQUE INDEX deks_active ON deks (workspace_id) WHERE active;
CREATE INDEX deks_kek ON deks (kek_id, id);

-- `unchecked_length` is absent for a key that ends in a checksum, and 0 if nobody knows its length.
-- The columns `…_order` have a value where a key has none: never used comes first, never ends last.
CREATE TABLE keys (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    api_id TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL CONSTRAINT keys_hash UNIQUE,
    start TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C",
    meta TEXT COLLATE "C" NOT NULL,
    enabled BOOLEAN NOT NULL,
    expires BIGINT,
    identity_id TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT,
    last_used_at BIGINT,
    deleted_at BIGINT,
    byte_length BIGINT,
    unchecked_length BIGINT,
    migration_id TEXT COLLATE "C",
    pending_migration TEXT COLLATE "C",
    used_order BIGINT NOT NULL GENERATED ALWAYS AS (coalesce(last_used_at, -1)) STORED,
    end_order BIGINT NOT NULL GENERATED ALWAYS AS (coalesce(expires, 9223372036854775807)) STORED,
    name_order TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(coalesce(name, ''))) STORED,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, api_id) REFERENCES apis (workspace_id, id),
    FOREIGN KEY (workspace_id, identity_id) REFERENCES identities (workspace_id, id)
);

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
    key_id TEXT COLLATE "C" NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    digest BIGINT NOT NULL,
    PRIMARY KEY (key_id, digest)
);

CREATE INDEX key_meta_digest ON key_meta (digest, key_id);

-- The secrets of recoverable keys, sealed.
CREATE TABLE encrypted_keys (
    key_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL,
    dek_id TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, dek_id) REFERENCES deks (workspace_id, id)
);

CREATE INDEX encrypted_keys_dek ON encrypted_keys (workspace_id, dek_id);

-- Apart from the keys, because it is written at every verification.
CREATE TABLE key_credits (
    key_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES keys (id) ON DELETE CASCADE,
    remaining BIGINT NOT NULL CHECK (remaining >= 0),
    refill_interval TEXT COLLATE "C",
    refill_amount BIGINT,
    refill_day BIGINT,
    refill_at BIGINT
) WITH (fillfactor = 70);

-- No index here may name `remaining`: then an update could not stay on its page.
CREATE INDEX key_credits_refill ON key_credits (refill_at, key_id) WHERE refill_at IS NOT NULL;

CREATE TABLE permissions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    slug TEXT COLLATE "C" NOT NULL,
    slug_folded TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT,
    UNIQUE (workspace_id, id),
    CONSTRAINT permissions_slug UNIQUE (workspace_id, slug_folded)
);

CREATE TABLE roles (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    name TEXT COLLATE "C" NOT NULL,
    name_folded TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT,
    UNIQUE (workspace_id, id),
    CONSTRAINT roles_name UNIQUE (workspace_id, name_folded)
);

CREATE TABLE role_permissions (
    workspace_id TEXT COLLATE "C" NOT NULL,
    role_id TEXT COLLATE "C" NOT NULL,
    permission_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, role_id, permission_id),
    FOREIGN KEY (workspace_id, role_id) REFERENCES roles (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, permission_id)
        REFERENCES permissions (workspace_id, id) ON DELETE CASCADE
);

CREATE INDEX role_permissions_permission ON role_permissions (workspace_id, permission_id);

CREATE TABLE key_permissions (
    workspace_id TEXT COLLATE "C" NOT NULL,
    key_id TEXT COLLATE "C" NOT NULL,
    permission_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, key_id, permission_id),
    FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, permission_id)
        REFERENCES permissions (workspace_id, id) ON DELETE CASCADE
);

CREATE INDEX key_permissions_permission ON key_permissions (workspace_id, permission_id);

CREATE TABLE key_roles (
    workspace_id TEXT COLLATE "C" NOT NULL,
    key_id TEXT COLLATE "C" NOT NULL,
    role_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, key_id, role_id),
    FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, role_id) REFERENCES roles (workspace_id, id) ON DELETE CASCADE
);

CREATE INDEX key_roles_role ON key_roles (workspace_id, role_id);

-- A limit belongs to a key or to an identity.
CREATE TABLE ratelimits (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL,
    key_id TEXT COLLATE "C",
    identity_id TEXT COLLATE "C",
    name TEXT COLLATE "C" NOT NULL,
    "limit" BIGINT NOT NULL,
    duration BIGINT NOT NULL,
    auto_apply BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    CHECK ((key_id IS NULL) <> (identity_id IS NULL)),
    UNIQUE (workspace_id, key_id, name),
    UNIQUE (workspace_id, identity_id, name),
    FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, identity_id)
        REFERENCES identities (workspace_id, id) ON DELETE CASCADE
);

-- The name of a deleted namespace stays taken.
CREATE TABLE namespaces (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    name TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT,
    UNIQUE (workspace_id, id),
    CONSTRAINT namespaces_name UNIQUE (workspace_id, name)
);

CREATE TABLE overrides (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL,
    namespace_id TEXT COLLATE "C" NOT NULL,
    identifier TEXT COLLATE "C" NOT NULL,
    wildcard BOOLEAN NOT NULL,
    "limit" BIGINT NOT NULL,
    duration BIGINT NOT NULL,
    CONSTRAINT overrides_identifier UNIQUE (namespace_id, identifier),
    FOREIGN KEY (workspace_id, namespace_id) REFERENCES namespaces (workspace_id, id)
);

CREATE INDEX overrides_list ON overrides (workspace_id, namespace_id, id);
CREATE INDEX overrides_wildcard ON overrides (namespace_id) WHERE wildcard;

CREATE TABLE migrations (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    name TEXT COLLATE "C" NOT NULL,
    format TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT migrations_name UNIQUE (workspace_id, name)
);

CREATE INDEX migrations_list ON migrations (workspace_id, id);

-- The body is the exact text that the chain covers; the other columns are for filters.
CREATE TABLE audit_log (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    position BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL,
    event TEXT COLLATE "C" NOT NULL,
    actor_id TEXT COLLATE "C" NOT NULL,
    actor_name TEXT COLLATE "C",
    body TEXT COLLATE "C" NOT NULL,
    link BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, position)
);

CREATE INDEX audit_log_event ON audit_log (workspace_id, event, position);
CREATE INDEX audit_log_actor ON audit_log (workspace_id, actor_id, position);

CREATE TABLE audit_resources (
    workspace_id TEXT COLLATE "C" NOT NULL,
    resource_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    name TEXT COLLATE "C",
    PRIMARY KEY (workspace_id, resource_id, position)
);

-- The end of each workspace's chain. A PostgreSQL transaction that writes to the log locks its row
-- first, which also brings the writers of one workspace into an order.
CREATE TABLE audit_heads (
    workspace_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    position BIGINT NOT NULL,
    link BYTEA NOT NULL
);
