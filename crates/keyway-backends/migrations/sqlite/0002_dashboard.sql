-- People who use the dashboard, what they may do in which workspace, their sessions, and the links
-- by which they get in. Secrets stand here only as hashes.

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    owner INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    last_sign_in_at INTEGER
) STRICT;

CREATE TABLE user_roles (
    user_id TEXT NOT NULL REFERENCES users (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, workspace_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_roles_workspace ON user_roles (workspace_id, user_id);

-- A session belongs to a user or to a root key, which is named by the hash of its secret.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    user_id TEXT REFERENCES users (id),
    root_key_hash BLOB,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    stepped_up_at INTEGER NOT NULL,
    remote_ip TEXT,
    user_agent TEXT,
    CHECK ((user_id IS NULL) <> (root_key_hash IS NULL))
) STRICT;

CREATE INDEX sessions_user ON sessions (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX sessions_root_key ON sessions (root_key_hash) WHERE root_key_hash IS NOT NULL;
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE links (
    hash BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    user_id TEXT REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

CREATE INDEX links_user ON links (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX links_expires ON links (expires);
