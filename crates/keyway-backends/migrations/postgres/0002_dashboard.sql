-- People who use the dashboard, what they may do in which workspace, their sessions, and the links
-- by which they get in. Secrets stand here only as hashes.

CREATE TABLE users (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL,
    email_folded TEXT COLLATE "C" NOT NULL CONSTRAINT users_email UNIQUE,
    password_hash TEXT COLLATE "C",
    owner BOOLEAN NOT NULL,
    enabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT,
    last_sign_in_at BIGINT
);

CREATE TABLE user_roles (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    role TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, workspace_id)
);

CREATE INDEX user_roles_workspace ON user_roles (workspace_id, user_id);

-- A session belongs to a user or to a root key, which is named by the hash of its secret.
CREATE TABLE sessions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash BYTEA NOT NULL CONSTRAINT sessions_hash UNIQUE,
    user_id TEXT COLLATE "C" REFERENCES users (id),
    root_key_hash BYTEA,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    stepped_up_at BIGINT NOT NULL,
    remote_ip TEXT COLLATE "C",
    user_agent TEXT COLLATE "C",
    CHECK ((user_id IS NULL) <> (root_key_hash IS NULL))
);

CREATE INDEX sessions_user ON sessions (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX sessions_root_key ON sessions (root_key_hash) WHERE root_key_hash IS NOT NULL;
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE links (
    hash BYTEA NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    used_at BIGINT
);

CREATE INDEX links_user ON links (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX links_expires ON links (expires);
