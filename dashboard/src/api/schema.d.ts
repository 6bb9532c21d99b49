// Generated from docs/reference/openapi.json by `npm run generate`. Not for editing.

export interface paths {
    "/v2/access.explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Explains why something is allowed or denied and what would change it. Nothing is counted. */
        post: operations["access.explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/apis.createApi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates an API: a set of keys that are verified together. */
        post: operations["apis.createApi"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/apis.deleteApi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deletes an API. Its keys stop verifying at once. */
        post: operations["apis.deleteApi"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/apis.getApi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads an API. */
        post: operations["apis.getApi"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/apis.listApis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists the APIs that the caller may read. */
        post: operations["apis.listApis"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/apis.listKeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists the keys of an API. */
        post: operations["apis.listKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/apis.updateApi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Changes the settings of an API. */
        post: operations["apis.updateApi"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/auditLogs.exportAuditLogs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answers with who changed what as a file, newest first. The log tells of it. */
        post: operations["auditLogs.exportAuditLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/auditLogs.listAuditLogs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists who changed what, newest first. */
        post: operations["auditLogs.listAuditLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/identities.createIdentity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates an identity: an owner of keys, which can share limits. */
        post: operations["identities.createIdentity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/identities.deleteIdentity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deletes an identity. Its keys stay valid and belong to nobody. */
        post: operations["identities.deleteIdentity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/identities.getIdentity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads an identity. */
        post: operations["identities.getIdentity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/identities.listIdentities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists the identities that the caller may read. */
        post: operations["identities.listIdentities"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/identities.updateIdentity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Changes an identity. Its keys follow at once. */
        post: operations["identities.updateIdentity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/instance.getInfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells how the instance is doing. */
        post: operations["instance.getInfo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.addPermissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives permissions to a key. */
        post: operations["keys.addPermissions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.addRoles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives roles to a key. */
        post: operations["keys.addRoles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.bulkUpdateKeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Changes up to 100 keys, each on its own. Deleting needs the permission to delete instead. */
        post: operations["keys.bulkUpdateKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.createKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates a key. The answer is the only one that shows it. */
        post: operations["keys.createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.deleteKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deletes a key. It stops verifying at once. */
        post: operations["keys.deleteKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.getKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads a key. */
        post: operations["keys.getKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.listKeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finds keys of the workspace. */
        post: operations["keys.listKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.migrateKeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes over keys from elsewhere by their hashes. */
        post: operations["keys.migrateKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.removePermissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes permissions from a key. */
        post: operations["keys.removePermissions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.removeRoles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes roles from a key. */
        post: operations["keys.removeRoles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.rerollKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replaces a key by a new one like it; the old one ends after a while. */
        post: operations["keys.rerollKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.setPermissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replaces the permissions that a key holds directly. */
        post: operations["keys.setPermissions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.setRoles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replaces the roles of a key. */
        post: operations["keys.setRoles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.updateCredits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets, increases or decreases the credits of a key. */
        post: operations["keys.updateCredits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.updateKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Changes a key. Members that are left out stay as they are. */
        post: operations["keys.updateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.verifyKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decides whether a key is valid for a request, and counts the use. */
        post: operations["keys.verifyKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/keys.whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads the key that has the given secret. */
        post: operations["keys.whoami"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/migrations.createMigration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates a format in which imported keys are hashed. */
        post: operations["migrations.createMigration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/migrations.deleteMigration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deletes a format of imported keys. */
        post: operations["migrations.deleteMigration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/migrations.listMigrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists the formats of imported keys and how far they have come. */
        post: operations["migrations.listMigrations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/permissions.createPermission": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates a permission that keys can hold. */
        post: operations["permissions.createPermission"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/permissions.createRole": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates a role: a named set of permissions. */
        post: operations["permissions.createRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/permissions.deletePermission": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a permission from every role and key and erases it. */
        post: operations["permissions.deletePermission"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/permissions.deleteRole": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a role from every key and erases it. */
        post: operations["permissions.deleteRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/permissions.getPermission": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads a permission. */
        post: operations["permissions.getPermission"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/permissions.getRole": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads a role with its permissions. */
        post: operations["permissions.getRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/permissions.getUsage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells how many keys and roles hold roles and permissions. */
        post: operations["permissions.getUsage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/permissions.listPermissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists the permissions of the workspace. */
        post: operations["permissions.listPermissions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/permissions.listRoles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists the roles of the workspace with their permissions. */
        post: operations["permissions.listRoles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/permissions.setRolePermissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replaces the permissions of a role. */
        post: operations["permissions.setRolePermissions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/permissions.updatePermission": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Renames or describes a permission. */
        post: operations["permissions.updatePermission"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/permissions.updateRole": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Renames or describes a role. */
        post: operations["permissions.updateRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/ratelimit.createNamespace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates a rate-limit namespace. */
        post: operations["ratelimit.createNamespace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/ratelimit.deleteNamespace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deletes a rate-limit namespace. Its name stays taken. */
        post: operations["ratelimit.deleteNamespace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/ratelimit.deleteOverride": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deletes an override. */
        post: operations["ratelimit.deleteOverride"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/ratelimit.getOverride": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads the override that applies to an identifier. */
        post: operations["ratelimit.getOverride"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/ratelimit.limit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks a limit and counts it. A namespace of an unknown name is created. */
        post: operations["ratelimit.limit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/ratelimit.listNamespaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists the rate-limit namespaces that the caller may read. */
        post: operations["ratelimit.listNamespaces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/ratelimit.listOverrides": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists the overrides of a namespace. */
        post: operations["ratelimit.listOverrides"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/ratelimit.multiLimit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks several limits and counts all of them or none. */
        post: operations["ratelimit.multiLimit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/ratelimit.setOverride": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets the limit of an identifier or of all that match a pattern. */
        post: operations["ratelimit.setOverride"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/ratelimit.updateNamespace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Renames a rate-limit namespace. */
        post: operations["ratelimit.updateNamespace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/rootKeys.createKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates a root key, which can do at most what the caller can. The answer is the only one that shows it. */
        post: operations["rootKeys.createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/rootKeys.deleteKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deletes a root key. It is refused from the next request on. */
        post: operations["rootKeys.deleteKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/rootKeys.getKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads a root key with all that it may do. */
        post: operations["rootKeys.getKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/rootKeys.listKeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists the root keys of the workspace. */
        post: operations["rootKeys.listKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/rootKeys.listPermissionCatalog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists every permission that a root key can hold, and the built-in roles. */
        post: operations["rootKeys.listPermissionCatalog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/rootKeys.rerollKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replaces a root key by a new one that may do the same; the old one ends after a while. */
        post: operations["rootKeys.rerollKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/rootKeys.updateKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Changes a root key. It binds from the next request on. */
        post: operations["rootKeys.updateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/rootKeys.whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells which root key is calling and what it may do. */
        post: operations["rootKeys.whoami"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/workspace.getLimits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells the limits of the caller's workspace. */
        post: operations["workspace.getLimits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/workspaces.createWorkspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates a workspace with a first root key, which holds every permission in it. */
        post: operations["workspaces.createWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/workspaces.deleteWorkspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deletes a workspace with everything in it. It is erased for good after a few days. */
        post: operations["workspaces.deleteWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/workspaces.getWorkspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads a workspace and counts what it holds. */
        post: operations["workspaces.getWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/workspaces.listWorkspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists the workspaces of the instance. */
        post: operations["workspaces.listWorkspaces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/workspaces.updateWorkspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Renames, disables or limits a workspace. */
        post: operations["workspaces.updateWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Error: {
            error: {
                /** @description What happened, for people. */
                detail: string;
                /** @description The HTTP status. */
                status: number;
                /** @description Names the code, the same each time. */
                title: string;
                /**
                 * Format: uri
                 * @description The page about the code.
                 */
                type: string;
            };
            meta: components["schemas"]["Meta"];
        };
        Fault: {
            /** @description What to do about it. */
            fix?: string;
            /** @description Such as `body.permissions[3]`. */
            location: string;
            /** @description What is wrong. */
            message: string;
        };
        Meta: {
            /** @description Names this request in logs. */
            requestId: string;
        };
        Pagination: {
            /** @description For the next page; absent on the last. */
            cursor?: string;
            /** @description Whether more rows follow. */
            hasMore: boolean;
        };
        RequestError: {
            error: {
                /** @description What happened, for people. */
                detail: string;
                /** @description Each fault of the request; empty if there is nothing to point at. */
                errors: components["schemas"]["Fault"][];
                /** @description The HTTP status. */
                status: number;
                /** @description Names the code, the same each time. */
                title: string;
                /**
                 * Format: uri
                 * @description The page about the code.
                 */
                type: string;
            };
            meta: components["schemas"]["Meta"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "access.explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description How many credits the use costs.
                     */
                    cost?: number;
                    /** @description From where the key is used. */
                    ip?: string | unknown | unknown;
                    /** @description A whole key. */
                    key?: string;
                    /** @description A key by id. */
                    keyId?: string;
                    /** @description The operation to be called, as in `keys.createKey`. */
                    operation?: string;
                    /** @description Permissions that the key is to hold: names joined by AND and OR, with parentheses. */
                    permissions?: string;
                    /** @description Names of limits to look at beside those that apply by themselves. */
                    ratelimits?: string[];
                    /** @description A request that was refused lately. */
                    requestId?: string;
                    /** @description The API, key, namespace or identity that it is called on. */
                    resource?: string;
                    /** @description A whole root key. */
                    rootKey?: string;
                    /** @description A root key by id. */
                    rootKeyId?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description An explanation. */
                        data: {
                            /** @description What is looked at, in the server's order. */
                            checks: {
                                /** @description What was found, in a sentence. */
                                detail: string;
                                name: string;
                                /** @enum {string} */
                                result: "pass" | "fail" | "not_reached";
                            }[];
                            /** @description The code of the verdict or of the problem. */
                            code: string;
                            /** @enum {string} */
                            decision: "allowed" | "denied";
                            /** @description Held permissions that count, and where they come from. */
                            grants: {
                                permission: string;
                                /** @description The role that it comes from. */
                                role?: string;
                                roleId?: string;
                                /** @enum {string} */
                                via: "direct" | "role" | "root_role";
                            }[];
                            /** @description What may have been meant. */
                            hints: string[];
                            /** @description The fewest permissions that are missing. */
                            missing: string[];
                            /** @description What could be done about it, the smallest change first. */
                            remedies: {
                                /** @description The permissions that are needed and given by it. */
                                adds: string[];
                                /**
                                 * Format: int64
                                 * @description How many keys change by it.
                                 */
                                affectsKeys: number;
                                /** @description Other permissions that come along. */
                                alsoAdds: string[];
                                /** @enum {string} */
                                kind: "add_role" | "add_permission" | "create_role" | "grant_root_permission" | "other";
                                role?: string;
                                roleId?: string;
                                /** @description The id of what is changed. */
                                target: string;
                                /** @description What to do, in a sentence. */
                                title: string;
                            }[];
                            /** @description The request that was refused, if it was asked about one. */
                            request?: {
                                operation: string;
                                /** @description Who asked. */
                                principal: {
                                    apiId?: string;
                                    id: string;
                                    name?: string;
                                    type: string;
                                };
                                requestId: string;
                                /**
                                 * Format: int64
                                 * @description Milliseconds since 1970-01-01T00:00:00Z.
                                 */
                                time: number;
                            };
                            /** @description Which permissions are required, as a tree. */
                            requirement?: Record<string, never>;
                            /** @description Whom the decision is about, as it is now. */
                            subject?: {
                                apiId?: string;
                                id: string;
                                name?: string;
                                type: string;
                            };
                            /** @description The decision in a sentence. */
                            summary: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`, `user/bad_request/permissions_query_syntax_error`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`, `keyway/data/user_not_found`, `keyway/data/refusal_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "apis.createApi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Which of your environments it serves; none if left out. */
                    environment?: string;
                    name: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            apiId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "apis.deleteApi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    apiId: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/api_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/application/protected_resource`. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "apis.getApi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    apiId: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description `production`, `preview`, `development` or any other slug. */
                            environment?: string;
                            id: string;
                            name: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/api_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "apis.listApis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Only these APIs. */
                    apiIds?: string[];
                    cursor?: string;
                    /**
                     * Format: int64
                     * @description Which page of a list is wanted.
                     */
                    limit?: number;
                    /** @description Part of the name or id. */
                    search?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            checksum: boolean;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            createdAt: number;
                            /** Format: int64 */
                            defaultByteLength?: number;
                            defaultPrefix?: string;
                            deleteProtection: boolean;
                            /** @description `production`, `preview`, `development` or any other slug. */
                            environment?: string;
                            id: string;
                            ipAllowlist?: string[];
                            /** Format: int64 */
                            keyCount: number;
                            name: string;
                            storeEncryptedKeys: boolean;
                        }[];
                        meta: components["schemas"]["Meta"];
                        pagination: components["schemas"]["Pagination"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "apis.listKeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    apiId: string;
                    cursor?: string;
                    /**
                     * @description Whether to show recoverable keys themselves.
                     * @default false
                     */
                    decrypt?: boolean;
                    /** @description Only keys of the identity with exactly this external id. */
                    externalId?: string;
                    /**
                     * Format: int64
                     * @description Which page of a list is wanted.
                     */
                    limit?: number;
                    /**
                     * @description Has no effect: answers are always current.
                     * @default false
                     */
                    revalidateKeysCache?: boolean;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description The API that the key belongs to. */
                            apiId: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            createdAt: number;
                            /** @description The balance of a key. */
                            credits?: {
                                /** @description How it is reset. */
                                refill?: {
                                    /** Format: int64 */
                                    amount: number;
                                    /** @description How often a balance is reset. */
                                    interval: "daily" | "monthly";
                                    /** Format: int64 */
                                    refillDay?: number;
                                };
                                /**
                                 * Format: int64
                                 * @description What is left; `null` is unlimited.
                                 */
                                remaining: number | null;
                            };
                            enabled: boolean;
                            /** @description `production`, `preview`, `development` or any other slug. */
                            environment?: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            expires?: number;
                            /** @description An identity. */
                            identity?: {
                                externalId: string;
                                id: string;
                                meta?: {
                                    [key: string]: unknown;
                                };
                                ratelimits?: {
                                    autoApply: boolean;
                                    /**
                                     * Format: int64
                                     * @description In milliseconds.
                                     */
                                    duration: number;
                                    id: string;
                                    /** Format: int64 */
                                    limit: number;
                                    name: string;
                                }[];
                            };
                            keyId: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            lastUsedAt?: number;
                            meta?: {
                                [key: string]: unknown;
                            };
                            name?: string;
                            /** @description Slugs, held directly or through a role. */
                            permissions?: string[];
                            /** @description The key itself, if it is recoverable and the caller asked for it. */
                            plaintext?: string;
                            /** @description The key's own limits. */
                            ratelimits?: {
                                autoApply: boolean;
                                /**
                                 * Format: int64
                                 * @description In milliseconds.
                                 */
                                duration: number;
                                id: string;
                                /** Format: int64 */
                                limit: number;
                                name: string;
                            }[];
                            /** @description Names of roles. */
                            roles?: string[];
                            /** @description The first characters of the key. */
                            start: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            updatedAt?: number;
                        }[];
                        meta: components["schemas"]["Meta"];
                        pagination: components["schemas"]["Pagination"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/api_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/application/precondition_failed`. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "apis.updateApi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    apiId: string;
                    /** @description Whether new keys end in a checksum. */
                    checksum?: boolean;
                    /**
                     * Format: int64
                     * @description How many random bytes new keys have that name no number; `null` for 16.
                     */
                    defaultByteLength?: number | null;
                    /** @description The prefix of new keys that name none; `null` for none. */
                    defaultPrefix?: string | null;
                    deleteProtection?: boolean;
                    /** @description Which of your environments it serves; `null` for none. */
                    environment?: string | null;
                    /** @description Addresses and networks from which keys may be verified; an empty list allows all. */
                    ipAllowlist?: string[];
                    name?: string;
                    storeEncryptedKeys?: boolean;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/api_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "auditLogs.exportAuditLogs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Only what one of these actors did. */
                    actorIds?: string[];
                    /** @description Only these events. */
                    events?: string[];
                    /**
                     * @description Rows for spreadsheets, in which no cell is a formula, or one JSON document a line.
                     * @enum {string}
                     */
                    format: "csv" | "ndjson";
                    /**
                     * Format: int64
                     * @description Nothing before this time.
                     */
                    from?: number;
                    /** @description Part of the event, or of the name or id of the actor or of a thing. */
                    search?: string;
                    /** @description Only what concerns one of the things with these ids. */
                    targetIds?: string[];
                    /**
                     * Format: int64
                     * @description Nothing after this time.
                     */
                    to?: number;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "auditLogs.listAuditLogs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Only what this actor did. */
                    actorId?: string;
                    /** @description Only what one of these actors did. */
                    actorIds?: string[];
                    cursor?: string;
                    /** @description Only this event, as `key.create`. */
                    event?: string;
                    /** @description Only these events. */
                    events?: string[];
                    /**
                     * Format: int64
                     * @description The same as `since`.
                     */
                    from?: number;
                    /**
                     * Format: int64
                     * @description Which page of a list is wanted.
                     */
                    limit?: number;
                    /** @description Only what concerns the thing with this id. */
                    resourceId?: string;
                    /** @description Only what concerns one of the things with these ids. */
                    resourceIds?: string[];
                    /** @description Part of the event, or of the name or id of the actor or of a thing; or a request id. */
                    search?: string;
                    /**
                     * Format: int64
                     * @description Nothing before this time.
                     */
                    since?: number;
                    /** @description The same as `resourceIds`. */
                    targetIds?: string[];
                    /**
                     * Format: int64
                     * @description The same as `until`.
                     */
                    to?: number;
                    /**
                     * Format: int64
                     * @description Nothing after this time.
                     */
                    until?: number;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Who did it. */
                            actor: {
                                /** @description The id of the root key or user, or what part of the system it was. */
                                id: string;
                                /** @description The name the root key had, or the address of the user. */
                                name?: string;
                                /** @description `rootkey`, `user` or `system`. */
                                type: string;
                            };
                            /** @description What was different afterwards. */
                            changes?: {
                                /** @description Its value after. */
                                after: unknown;
                                /** @description Its value before. */
                                before: unknown;
                                /** @description The member. */
                                field: string;
                            }[];
                            /** @description Common to all entries of one request, if there are several. */
                            correlationId?: string;
                            /** @description What happened, as a sentence. */
                            description: string;
                            /** @description What happened, by name. */
                            event: string;
                            /** @description Its id. */
                            id: string;
                            /** @description Where the request came from. */
                            remoteIp?: string;
                            /** @description The request. */
                            requestId?: string;
                            /** @description What it was done to. */
                            resources: {
                                /** @description Its id. */
                                id: string;
                                /** @description Its name. */
                                name?: string;
                                /**
                                 * @description What it is.
                                 * @enum {string}
                                 */
                                type: "api" | "key" | "identity" | "permission" | "role" | "ratelimit" | "ratelimitNamespace" | "ratelimitOverride" | "workspace" | "rootKey" | "migration" | "instance" | "user" | "session";
                            }[];
                            /**
                             * Format: int64
                             * @description When it happened.
                             */
                            time: number;
                            /** @description What the client called itself. */
                            userAgent?: string;
                        }[];
                        meta: components["schemas"]["Meta"];
                        pagination: components["schemas"]["Pagination"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "identities.createIdentity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Your own name for the owner. */
                    externalId: string;
                    meta?: {
                        [key: string]: unknown;
                    };
                    /** @description Limits that all keys of the identity share. */
                    ratelimits?: {
                        /**
                         * @description Whether every verification counts.
                         * @default false
                         */
                        autoApply?: boolean;
                        /**
                         * Format: int64
                         * @description The length of a window in milliseconds.
                         */
                        duration: number;
                        /**
                         * Format: int64
                         * @description Units per window.
                         */
                        limit: number;
                        name: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            identityId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/data/identity_already_exists`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "identities.deleteIdentity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Its id or external id; the id comes first. */
                    identity: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/identity_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    "identities.getIdentity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Its id or external id; the id comes first. */
                    identity: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description An identity. */
                        data: {
                            externalId: string;
                            id: string;
                            meta?: {
                                [key: string]: unknown;
                            };
                            ratelimits?: {
                                autoApply: boolean;
                                /**
                                 * Format: int64
                                 * @description In milliseconds.
                                 */
                                duration: number;
                                id: string;
                                /** Format: int64 */
                                limit: number;
                                name: string;
                            }[];
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/identity_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "identities.listIdentities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cursor?: string;
                    /**
                     * Format: int64
                     * @description Which page of a list is wanted.
                     */
                    limit?: number;
                    /** @description Part of the id or external id. */
                    search?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            externalId: string;
                            id: string;
                            meta?: {
                                [key: string]: unknown;
                            };
                            ratelimits?: {
                                autoApply: boolean;
                                /**
                                 * Format: int64
                                 * @description In milliseconds.
                                 */
                                duration: number;
                                id: string;
                                /** Format: int64 */
                                limit: number;
                                name: string;
                            }[];
                        }[];
                        meta: components["schemas"]["Meta"];
                        pagination: components["schemas"]["Pagination"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "identities.updateIdentity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Its id or external id; the id comes first. */
                    identity: string;
                    /** @description The complete new object. */
                    meta?: {
                        [key: string]: unknown;
                    };
                    /** @description The complete new list; limits of the same name keep their id. */
                    ratelimits?: {
                        /**
                         * @description Whether every verification counts.
                         * @default false
                         */
                        autoApply?: boolean;
                        /**
                         * Format: int64
                         * @description The length of a window in milliseconds.
                         */
                        duration: number;
                        /**
                         * Format: int64
                         * @description Units per window.
                         */
                        limit: number;
                        name: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description An identity. */
                        data: {
                            externalId: string;
                            id: string;
                            meta?: {
                                [key: string]: unknown;
                            };
                            ratelimits?: {
                                autoApply: boolean;
                                /**
                                 * Format: int64
                                 * @description In milliseconds.
                                 */
                                duration: number;
                                id: string;
                                /** Format: int64 */
                                limit: number;
                                name: string;
                            }[];
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/identity_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "instance.getInfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description What somebody should look after. */
                            findings: {
                                /** @enum {string} */
                                level: "warning" | "error";
                                text: string;
                            }[];
                            /**
                             * Format: int64
                             * @description What the server takes for the present time.
                             */
                            now: number;
                            storage: {
                                /** @description Whether the database answers and can be written. */
                                healthy: boolean;
                            };
                            /**
                             * Format: int64
                             * @description How long the server has been running.
                             */
                            uptimeMs: number;
                            /** @description Whether there is a master key for recoverable keys. */
                            vault: boolean;
                            version: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.addPermissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    keyId: string;
                    /** @description Slugs or ids. Unknown slugs are created if the caller may create permissions. */
                    permissions: string[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            description?: string;
                            id: string;
                            name: string;
                            slug: string;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`, `unkey/data/permission_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.addRoles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    keyId: string;
                    /** @description Names or ids of roles, which must exist. */
                    roles: string[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            description?: string;
                            id: string;
                            name: string;
                            permissions: {
                                description?: string;
                                id: string;
                                name: string;
                                slug: string;
                            }[];
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`, `unkey/data/role_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.bulkUpdateKeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    keyIds: string[];
                    /** @description What is done to every key. */
                    set: {
                        addRoles?: string[];
                        /**
                         * @description Deletes the keys; goes with nothing else.
                         * @default false
                         */
                        delete?: boolean;
                        enabled?: boolean;
                        /**
                         * Format: int64
                         * @description A time at which something ends: until the year 2100.
                         */
                        expires?: number | null;
                        externalId?: string | null;
                        removeRoles?: string[];
                    };
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            failed: {
                                detail: string;
                                keyId: string;
                                /** @description The path of the error's page. */
                                type: string;
                            }[];
                            updated: string[];
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.createKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    apiId: string;
                    /**
                     * Format: int64
                     * @description How many random bytes the secret has.
                     */
                    byteLength?: number;
                    /** @description How often the key may be used. */
                    credits?: {
                        /** @description A refill as requests give it. */
                        refill?: {
                            /**
                             * Format: int64
                             * @description What the balance is reset to.
                             */
                            amount: number;
                            /** @description How often a balance is reset. */
                            interval: "daily" | "monthly";
                            /**
                             * Format: int64
                             * @description The day of the month, for monthly refills.
                             */
                            refillDay?: number;
                        };
                        /**
                         * Format: int64
                         * @description How often it may be used; `null` is without limit.
                         */
                        remaining: number | null;
                    };
                    /** @default true */
                    enabled?: boolean;
                    /**
                     * Format: int64
                     * @description The last moment at which the key is valid.
                     */
                    expires?: number;
                    /** @description Your own name for the owner; an identity is created if there is none of that name. */
                    externalId?: string;
                    meta?: {
                        [key: string]: unknown;
                    };
                    name?: string;
                    /** @description Slugs of permissions, which are created if they don't exist. */
                    permissions?: string[];
                    /** @description Stands before the secret, with an underscore between. */
                    prefix?: string;
                    ratelimits?: {
                        /**
                         * @description Whether every verification counts.
                         * @default false
                         */
                        autoApply?: boolean;
                        /**
                         * Format: int64
                         * @description The length of a window in milliseconds.
                         */
                        duration: number;
                        /**
                         * Format: int64
                         * @description Units per window.
                         */
                        limit: number;
                        name: string;
                    }[];
                    /**
                     * @description Whether the key can be shown again later.
                     * @default false
                     */
                    recoverable?: boolean;
                    /** @description Names of roles, which must exist. */
                    roles?: string[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description The key itself; it is shown only here. */
                            key: string;
                            keyId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/api_not_found`, `unkey/data/role_not_found`, `unkey/data/permission_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/application/precondition_failed`. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.deleteKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    keyId: string;
                    /**
                     * @description Whether to erase the key instead of hiding it.
                     * @default false
                     */
                    permanent?: boolean;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.getKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Whether to show a recoverable key itself.
                     * @default false
                     */
                    decrypt?: boolean;
                    keyId: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A key as getKey, whoami and listKeys show it. */
                        data: {
                            /** @description The API that the key belongs to. */
                            apiId: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            createdAt: number;
                            /** @description The balance of a key. */
                            credits?: {
                                /** @description How it is reset. */
                                refill?: {
                                    /** Format: int64 */
                                    amount: number;
                                    /** @description How often a balance is reset. */
                                    interval: "daily" | "monthly";
                                    /** Format: int64 */
                                    refillDay?: number;
                                };
                                /**
                                 * Format: int64
                                 * @description What is left; `null` is unlimited.
                                 */
                                remaining: number | null;
                            };
                            enabled: boolean;
                            /** @description `production`, `preview`, `development` or any other slug. */
                            environment?: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            expires?: number;
                            /** @description An identity. */
                            identity?: {
                                externalId: string;
                                id: string;
                                meta?: {
                                    [key: string]: unknown;
                                };
                                ratelimits?: {
                                    autoApply: boolean;
                                    /**
                                     * Format: int64
                                     * @description In milliseconds.
                                     */
                                    duration: number;
                                    id: string;
                                    /** Format: int64 */
                                    limit: number;
                                    name: string;
                                }[];
                            };
                            keyId: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            lastUsedAt?: number;
                            meta?: {
                                [key: string]: unknown;
                            };
                            name?: string;
                            /** @description Slugs, held directly or through a role. */
                            permissions?: string[];
                            /** @description The key itself, if it is recoverable and the caller asked for it. */
                            plaintext?: string;
                            /** @description The key's own limits. */
                            ratelimits?: {
                                autoApply: boolean;
                                /**
                                 * Format: int64
                                 * @description In milliseconds.
                                 */
                                duration: number;
                                id: string;
                                /** Format: int64 */
                                limit: number;
                                name: string;
                            }[];
                            /** @description Names of roles. */
                            roles?: string[];
                            /** @description The first characters of the key. */
                            start: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            updatedAt?: number;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/application/precondition_failed`. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.listKeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Only keys of this API. */
                    apiId?: string;
                    /**
                     * Format: int64
                     * @description Milliseconds since 1970-01-01T00:00:00Z.
                     */
                    createdAfter?: number;
                    /**
                     * Format: int64
                     * @description Milliseconds since 1970-01-01T00:00:00Z.
                     */
                    createdBefore?: number;
                    cursor?: string;
                    /**
                     * Format: int64
                     * @description Milliseconds since 1970-01-01T00:00:00Z.
                     */
                    expiresAfter?: number;
                    /**
                     * Format: int64
                     * @description Milliseconds since 1970-01-01T00:00:00Z.
                     */
                    expiresBefore?: number;
                    /** @description Exactly this external id. */
                    externalId?: string;
                    /**
                     * Format: int64
                     * @description Milliseconds since 1970-01-01T00:00:00Z.
                     */
                    lastUsedAfter?: number;
                    /**
                     * Format: int64
                     * @description Keys that were never used count as used before everything.
                     */
                    lastUsedBefore?: number;
                    /**
                     * Format: int64
                     * @description Which page of a list is wanted.
                     */
                    limit?: number;
                    /** @description A top-level free member with exactly this value. */
                    meta?: {
                        member: string;
                        /** @description A text, number or truth value. */
                        value: unknown;
                    };
                    /** @enum {string} */
                    order?: "asc" | "desc";
                    /** @description A permission by slug or id, held directly or through a role. */
                    permission?: string;
                    /** @description A role by name or id. */
                    role?: string;
                    /** @description A whole id, or the beginning of a start, name or external id. */
                    search?: string;
                    /** @description What a search orders keys by. Ties are broken by id. */
                    sort?: "createdAt" | "lastUsedAt" | "expires" | "name";
                    /** @default [] */
                    status?: ("disabled" | "expired" | "out_of_credits" | "expires_soon" | "unused" | "active")[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description The API that the key belongs to. */
                            apiId: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            createdAt: number;
                            /** @description The balance of a key. */
                            credits?: {
                                /** @description How it is reset. */
                                refill?: {
                                    /** Format: int64 */
                                    amount: number;
                                    /** @description How often a balance is reset. */
                                    interval: "daily" | "monthly";
                                    /** Format: int64 */
                                    refillDay?: number;
                                };
                                /**
                                 * Format: int64
                                 * @description What is left; `null` is unlimited.
                                 */
                                remaining: number | null;
                            };
                            enabled: boolean;
                            /** @description `production`, `preview`, `development` or any other slug. */
                            environment?: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            expires?: number;
                            /** @description An identity. */
                            identity?: {
                                externalId: string;
                                id: string;
                                meta?: {
                                    [key: string]: unknown;
                                };
                                ratelimits?: {
                                    autoApply: boolean;
                                    /**
                                     * Format: int64
                                     * @description In milliseconds.
                                     */
                                    duration: number;
                                    id: string;
                                    /** Format: int64 */
                                    limit: number;
                                    name: string;
                                }[];
                            };
                            keyId: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            lastUsedAt?: number;
                            meta?: {
                                [key: string]: unknown;
                            };
                            name?: string;
                            /** @description Slugs, held directly or through a role. */
                            permissions?: string[];
                            /** @description The key itself, if it is recoverable and the caller asked for it. */
                            plaintext?: string;
                            /** @description The key's own limits. */
                            ratelimits?: {
                                autoApply: boolean;
                                /**
                                 * Format: int64
                                 * @description In milliseconds.
                                 */
                                duration: number;
                                id: string;
                                /** Format: int64 */
                                limit: number;
                                name: string;
                            }[];
                            /** @description Names of roles. */
                            roles?: string[];
                            /** @description The first characters of the key. */
                            start: string;
                            /** @description The states by which a search tells keys apart; the first that fits counts. */
                            status: "disabled" | "expired" | "out_of_credits" | "expires_soon" | "unused" | "active";
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            updatedAt?: number;
                        }[];
                        meta: components["schemas"]["Meta"];
                        pagination: components["schemas"]["Pagination"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/api_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.migrateKeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    apiId: string;
                    keys: {
                        /** @description How often the key may be used. */
                        credits?: {
                            /** @description A refill as requests give it. */
                            refill?: {
                                /**
                                 * Format: int64
                                 * @description What the balance is reset to.
                                 */
                                amount: number;
                                /** @description How often a balance is reset. */
                                interval: "daily" | "monthly";
                                /**
                                 * Format: int64
                                 * @description The day of the month, for monthly refills.
                                 */
                                refillDay?: number;
                            };
                            /**
                             * Format: int64
                             * @description How often it may be used; `null` is without limit.
                             */
                            remaining: number | null;
                        };
                        /** @default true */
                        enabled?: boolean;
                        /**
                         * Format: int64
                         * @description A time at which something ends: until the year 2100.
                         */
                        expires?: number;
                        externalId?: string;
                        /** @description The hash, written as the migration says. */
                        hash: string;
                        meta?: {
                            [key: string]: unknown;
                        };
                        name?: string;
                        permissions?: string[];
                        ratelimits?: {
                            /**
                             * @description Whether every verification counts.
                             * @default false
                             */
                            autoApply?: boolean;
                            /**
                             * Format: int64
                             * @description The length of a window in milliseconds.
                             */
                            duration: number;
                            /**
                             * Format: int64
                             * @description Units per window.
                             */
                            limit: number;
                            name: string;
                        }[];
                        /** @description Names of roles, which are created if they don't exist. */
                        roles?: string[];
                    }[];
                    /** @description How the keys are hashed. */
                    migrationId: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Hashes that are here already. */
                            failed: string[];
                            migrated: {
                                hash: string;
                                keyId: string;
                            }[];
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/api_not_found`, `unkey/data/migration_not_found`, `unkey/data/permission_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.removePermissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    keyId: string;
                    /** @description Slugs or ids, which must exist. */
                    permissions: string[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            description?: string;
                            id: string;
                            name: string;
                            slug: string;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`, `unkey/data/permission_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.removeRoles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    keyId: string;
                    /** @description Names or ids of roles, which must exist. */
                    roles: string[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            description?: string;
                            id: string;
                            name: string;
                            permissions: {
                                description?: string;
                                id: string;
                                name: string;
                                slug: string;
                            }[];
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`, `unkey/data/role_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.rerollKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description For how many milliseconds the old key stays valid: 0 ends it at once, `null` leaves its
                     *     end as it is.
                     */
                    expiration: number | null;
                    keyId: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description The new key; it is shown only here. */
                            key: string;
                            keyId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/application/precondition_failed`. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.setPermissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    keyId: string;
                    /** @description Slugs or ids. Unknown slugs are created if the caller may create permissions. */
                    permissions: string[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            description?: string;
                            id: string;
                            name: string;
                            slug: string;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`, `unkey/data/permission_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.setRoles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    keyId: string;
                    /** @description Names or ids of roles, which must exist. */
                    roles: string[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            description?: string;
                            id: string;
                            name: string;
                            permissions: {
                                description?: string;
                                id: string;
                                name: string;
                                slug: string;
                            }[];
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`, `unkey/data/role_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.updateCredits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    keyId: string;
                    /** @enum {string} */
                    operation: "set" | "increment" | "decrement";
                    /**
                     * Format: int64
                     * @description How many credits. `null`, or nothing, makes the key unlimited when setting.
                     */
                    value?: number | null;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The balance of a key. */
                        data: {
                            /** @description How it is reset. */
                            refill?: {
                                /** Format: int64 */
                                amount: number;
                                /** @description How often a balance is reset. */
                                interval: "daily" | "monthly";
                                /** Format: int64 */
                                refillDay?: number;
                            };
                            /**
                             * Format: int64
                             * @description What is left; `null` is unlimited.
                             */
                            remaining: number | null;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.updateKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description `null` makes the key unlimited. */
                    credits?: {
                        /** @description The new refill; `null` drops it. */
                        refill?: {
                            /**
                             * Format: int64
                             * @description What the balance is reset to.
                             */
                            amount: number;
                            /** @description How often a balance is reset. */
                            interval: "daily" | "monthly";
                            /**
                             * Format: int64
                             * @description The day of the month, for monthly refills.
                             */
                            refillDay?: number;
                        } | null;
                        /**
                         * Format: int64
                         * @description The new balance; `null` makes the key unlimited.
                         */
                        remaining?: number | null;
                    } | null;
                    enabled?: boolean;
                    /**
                     * Format: int64
                     * @description The last moment at which the key is valid; `null` for ever.
                     */
                    expires?: number | null;
                    /** @description Your own name for the owner; `null` unlinks the owner, who stays. */
                    externalId?: string | null;
                    keyId: string;
                    meta?: {
                        [key: string]: unknown;
                    } | null;
                    name?: string | null;
                    /** @description The complete new list of permissions held directly. */
                    permissions?: string[];
                    /** @description The complete new list. */
                    ratelimits?: {
                        /**
                         * @description Whether every verification counts.
                         * @default false
                         */
                        autoApply?: boolean;
                        /**
                         * Format: int64
                         * @description The length of a window in milliseconds.
                         */
                        duration: number;
                        /**
                         * Format: int64
                         * @description Units per window.
                         */
                        limit: number;
                        name: string;
                    }[];
                    /** @description The complete new list of roles, which must exist. */
                    roles?: string[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`, `unkey/data/role_not_found`, `unkey/data/permission_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.verifyKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description The address to compare with the API's allow-list, for servers that check on behalf of
                     *     their users; the address of the request if left out.
                     */
                    clientIp?: string | unknown | unknown;
                    /** @description How many credits this use costs. */
                    credits?: {
                        /** Format: int64 */
                        cost: number;
                    };
                    /** @description The whole key. */
                    key: string;
                    /** @description Only keys of these APIs; a key of another is not found. */
                    keyspaces?: string[];
                    /** @description In which format the key was hashed elsewhere, for keys that were imported. */
                    migrationId?: string;
                    /** @description Permissions that the key must hold: names joined by AND and OR, with parentheses. */
                    permissions?: string;
                    /** @description Limits to check beside those that apply by themselves. */
                    ratelimits?: {
                        /**
                         * Format: int64
                         * @default 1
                         */
                        cost?: number;
                        /**
                         * Format: int64
                         * @description The length of a window in milliseconds.
                         */
                        duration?: number;
                        /**
                         * Format: int64
                         * @description Units per window.
                         */
                        limit?: number;
                        name: string;
                    }[];
                    /**
                     * @description Marks of this use for analytics.
                     * @default []
                     */
                    tags?: string[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What the answer tells of a key that was found. */
                        data: {
                            /** @description Why a key is valid or not. The names are those on the wire; none is ever added. */
                            code: "VALID" | "NOT_FOUND" | "FORBIDDEN" | "INSUFFICIENT_PERMISSIONS" | "USAGE_EXCEEDED" | "RATE_LIMITED" | "DISABLED" | "EXPIRED";
                            /**
                             * Format: int64
                             * @description What is left after this use.
                             */
                            credits?: number;
                            enabled?: boolean;
                            /** @description `production`, `preview`, `development` or any other slug. */
                            environment?: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            expires?: number;
                            /** @description An identity. */
                            identity?: {
                                externalId: string;
                                id: string;
                                meta?: {
                                    [key: string]: unknown;
                                };
                                ratelimits?: {
                                    autoApply: boolean;
                                    /**
                                     * Format: int64
                                     * @description In milliseconds.
                                     */
                                    duration: number;
                                    id: string;
                                    /** Format: int64 */
                                    limit: number;
                                    name: string;
                                }[];
                            };
                            keyId?: string;
                            /** @description The API that the key belongs to. */
                            keyspaceId?: string;
                            meta?: {
                                [key: string]: unknown;
                            };
                            name?: string;
                            permissions?: string[];
                            /** @description The limits that were checked. */
                            ratelimits?: {
                                autoApply: boolean;
                                /** Format: int64 */
                                duration: number;
                                exceeded: boolean;
                                /** @description Empty for a limit that was given on the spot. */
                                id: string;
                                /** Format: int64 */
                                limit: number;
                                name: string;
                                /** Format: int64 */
                                remaining: number;
                                /**
                                 * Format: int64
                                 * @description When the present window ends.
                                 */
                                reset: number;
                            }[];
                            roles?: string[];
                            valid: boolean;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`, `user/bad_request/permissions_query_syntax_error`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/application/precondition_failed`. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "keys.whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The whole key. */
                    key: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A key as getKey, whoami and listKeys show it. */
                        data: {
                            /** @description The API that the key belongs to. */
                            apiId: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            createdAt: number;
                            /** @description The balance of a key. */
                            credits?: {
                                /** @description How it is reset. */
                                refill?: {
                                    /** Format: int64 */
                                    amount: number;
                                    /** @description How often a balance is reset. */
                                    interval: "daily" | "monthly";
                                    /** Format: int64 */
                                    refillDay?: number;
                                };
                                /**
                                 * Format: int64
                                 * @description What is left; `null` is unlimited.
                                 */
                                remaining: number | null;
                            };
                            enabled: boolean;
                            /** @description `production`, `preview`, `development` or any other slug. */
                            environment?: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            expires?: number;
                            /** @description An identity. */
                            identity?: {
                                externalId: string;
                                id: string;
                                meta?: {
                                    [key: string]: unknown;
                                };
                                ratelimits?: {
                                    autoApply: boolean;
                                    /**
                                     * Format: int64
                                     * @description In milliseconds.
                                     */
                                    duration: number;
                                    id: string;
                                    /** Format: int64 */
                                    limit: number;
                                    name: string;
                                }[];
                            };
                            keyId: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            lastUsedAt?: number;
                            meta?: {
                                [key: string]: unknown;
                            };
                            name?: string;
                            /** @description Slugs, held directly or through a role. */
                            permissions?: string[];
                            /** @description The key itself, if it is recoverable and the caller asked for it. */
                            plaintext?: string;
                            /** @description The key's own limits. */
                            ratelimits?: {
                                autoApply: boolean;
                                /**
                                 * Format: int64
                                 * @description In milliseconds.
                                 */
                                duration: number;
                                id: string;
                                /** Format: int64 */
                                limit: number;
                                name: string;
                            }[];
                            /** @description Names of roles. */
                            roles?: string[];
                            /** @description The first characters of the key. */
                            start: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            updatedAt?: number;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "migrations.createMigration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description How the keys are hashed. */
                    hash: {
                        /** @enum {string} */
                        algorithm: "sha256" | "prefixed-api-key" | "github.com/seamapi/prefixed-api-key";
                        /**
                         * @description How SHA-256 is written; base64 if left out. Prefixed keys are always in hex.
                         * @enum {string}
                         */
                        encoding?: "base64" | "hex";
                    };
                    name: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            migrationId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/data/migration_already_exists`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "migrations.deleteMigration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    migrationId: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/migration_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "migrations.listMigrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cursor?: string;
                    /**
                     * Format: int64
                     * @description Which page of a list is wanted.
                     */
                    limit?: number;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: int64
                             * @description Those that have been used since, and have the native format now.
                             */
                            converted: number;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            createdAt: number;
                            /** @description How imported keys are hashed. */
                            hash: "sha256-base64" | "sha256-hex" | "prefixed-api-key";
                            id: string;
                            /**
                             * Format: int64
                             * @description Keys that were imported.
                             */
                            imported: number;
                            name: string;
                        }[];
                        meta: components["schemas"]["Meta"];
                        pagination: components["schemas"]["Pagination"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "permissions.createPermission": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    description?: string;
                    name: string;
                    /** @description What queries name. */
                    slug: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            permissionId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/data/permission_already_exists`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "permissions.createRole": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    description?: string;
                    name: string;
                    /** @description Slugs or ids. Unknown slugs are created if the caller may create permissions. */
                    permissions?: string[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            roleId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/permission_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/data/role_already_exists`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "permissions.deletePermission": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Its id or slug. */
                    permission: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/permission_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "permissions.deleteRole": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Its id or name. */
                    role: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/role_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "permissions.getPermission": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Its id or slug; the id comes first. */
                    permission: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A permission. */
                        data: {
                            description?: string;
                            id: string;
                            name: string;
                            slug: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/permission_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "permissions.getRole": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Its id or name; the id comes first. */
                    role: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A role with its permissions. */
                        data: {
                            description?: string;
                            id: string;
                            name: string;
                            permissions: {
                                description?: string;
                                id: string;
                                name: string;
                                slug: string;
                            }[];
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/role_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "permissions.getUsage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Ids of permissions.
                     * @default []
                     */
                    permissions?: string[];
                    /**
                     * @description Ids of roles.
                     * @default []
                     */
                    roles?: string[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            permissions: {
                                id: string;
                                /**
                                 * Format: int64
                                 * @description Keys that hold it directly.
                                 */
                                keyCount: number;
                                /** Format: int64 */
                                roleCount: number;
                                /**
                                 * Format: int64
                                 * @description Milliseconds since 1970-01-01T00:00:00Z.
                                 */
                                updatedAt: number;
                            }[];
                            roles: {
                                id: string;
                                /** Format: int64 */
                                keyCount: number;
                                /** Format: int64 */
                                permissionCount: number;
                                /**
                                 * Format: int64
                                 * @description Milliseconds since 1970-01-01T00:00:00Z.
                                 */
                                updatedAt: number;
                            }[];
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "permissions.listPermissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cursor?: string;
                    /**
                     * Format: int64
                     * @description Which page of a list is wanted.
                     */
                    limit?: number;
                    /** @description Part of the id, slug, name or description. */
                    search?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            description?: string;
                            id: string;
                            name: string;
                            slug: string;
                        }[];
                        meta: components["schemas"]["Meta"];
                        pagination: components["schemas"]["Pagination"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "permissions.listRoles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cursor?: string;
                    /**
                     * Format: int64
                     * @description Which page of a list is wanted.
                     */
                    limit?: number;
                    /** @description Part of the id, name or description. */
                    search?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            description?: string;
                            id: string;
                            name: string;
                            permissions: {
                                description?: string;
                                id: string;
                                name: string;
                                slug: string;
                            }[];
                        }[];
                        meta: components["schemas"]["Meta"];
                        pagination: components["schemas"]["Pagination"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "permissions.setRolePermissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Slugs or ids, the complete new set. Unknown slugs are created if the caller may do that. */
                    permissions: string[];
                    /** @description The id or the name of the role. */
                    role?: string;
                    /** @description The former name of `role`. */
                    roleId?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            description?: string;
                            id: string;
                            name: string;
                            slug: string;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/role_not_found`, `unkey/data/permission_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "permissions.updatePermission": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    description?: string | null;
                    name?: string;
                    /** @description Its id or slug. */
                    permission: string;
                    /** @description What queries name. Keys that hold the permission satisfy the new slug at once. */
                    slug?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A permission. */
                        data: {
                            description?: string;
                            id: string;
                            name: string;
                            slug: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/permission_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/data/permission_already_exists`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "permissions.updateRole": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    description?: string | null;
                    name?: string;
                    /** @description Its id or name. */
                    role: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            description?: string;
                            id: string;
                            name: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/role_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/data/role_already_exists`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "ratelimit.createNamespace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            namespaceId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/data/ratelimit_namespace_already_exists`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "ratelimit.deleteNamespace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Its name or id. */
                    namespace: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/ratelimit_namespace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "ratelimit.deleteOverride": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Exactly the text that the override was set for. */
                    identifier: string;
                    /** @description Its name or id. */
                    namespace: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/ratelimit_namespace_not_found`, `unkey/data/ratelimit_override_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "ratelimit.getOverride": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What is limited. */
                    identifier: string;
                    /** @description Its name or id. */
                    namespace: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description An override as operations show it. */
                        data: {
                            /**
                             * Format: int64
                             * @description In milliseconds.
                             */
                            duration: number;
                            identifier: string;
                            /** Format: int64 */
                            limit: number;
                            overrideId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/ratelimit_namespace_not_found`, `unkey/data/ratelimit_override_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "ratelimit.limit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description How many units this check takes; 0 only looks.
                     * @default 1
                     */
                    cost?: number;
                    /**
                     * Format: int64
                     * @description The length of a window in milliseconds.
                     */
                    duration: number;
                    /** @description What is limited. */
                    identifier: string;
                    /**
                     * Format: int64
                     * @description Units per window.
                     */
                    limit: number;
                    /** @description The name or id of a namespace; one of an unknown name is created. */
                    namespace: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: int64
                             * @description The limit in force: the override's, if one applies.
                             */
                            limit: number;
                            overrideId?: string;
                            /** Format: int64 */
                            remaining: number;
                            /**
                             * Format: int64
                             * @description When the present window ends.
                             */
                            reset: number;
                            success: boolean;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/ratelimit_namespace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/data/ratelimit_namespace_gone`. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "ratelimit.listNamespaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cursor?: string;
                    /**
                     * Format: int64
                     * @description Which page of a list is wanted.
                     */
                    limit?: number;
                    /** @description Part of the name or id. */
                    search?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            createdAt: number;
                            id: string;
                            name: string;
                            /** Format: int64 */
                            overrideCount: number;
                        }[];
                        meta: components["schemas"]["Meta"];
                        pagination: components["schemas"]["Pagination"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "ratelimit.listOverrides": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cursor?: string;
                    /**
                     * Format: int64
                     * @description Which page of a list is wanted.
                     */
                    limit?: number;
                    /** @description Its name or id. */
                    namespace: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: int64
                             * @description In milliseconds.
                             */
                            duration: number;
                            identifier: string;
                            /** Format: int64 */
                            limit: number;
                            overrideId: string;
                        }[];
                        meta: components["schemas"]["Meta"];
                        pagination: components["schemas"]["Pagination"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/ratelimit_namespace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "ratelimit.multiLimit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description How many units this check takes; 0 only looks.
                     * @default 1
                     */
                    cost?: number;
                    /**
                     * Format: int64
                     * @description The length of a window in milliseconds.
                     */
                    duration: number;
                    /** @description What is limited. */
                    identifier: string;
                    /**
                     * Format: int64
                     * @description Units per window.
                     */
                    limit: number;
                    /** @description The name or id of a namespace; one of an unknown name is created. */
                    namespace: string;
                }[];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            limits: {
                                identifier: string;
                                /**
                                 * Format: int64
                                 * @description The limit in force: the override's, if one applies.
                                 */
                                limit: number;
                                namespace: string;
                                overrideId?: string;
                                /** @description Whether this check fits by itself. */
                                passed: boolean;
                                /** Format: int64 */
                                remaining: number;
                                /**
                                 * Format: int64
                                 * @description When the present window ends.
                                 */
                                reset: number;
                            }[];
                            /** @description Whether every check passed; only then are they counted. */
                            passed: boolean;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/ratelimit_namespace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/data/ratelimit_namespace_gone`. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "ratelimit.setOverride": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description The length of a window in milliseconds.
                     */
                    duration: number;
                    /** @description What is limited; each `*` stands for any characters. */
                    identifier: string;
                    /**
                     * Format: int64
                     * @description Units per window; 0 blocks.
                     */
                    limit: number;
                    /** @description Its name or id. */
                    namespace: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            overrideId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/ratelimit_namespace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "ratelimit.updateNamespace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The new name. */
                    name: string;
                    /** @description Its name or id. */
                    namespace: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/ratelimit_namespace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/data/ratelimit_namespace_already_exists`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "rootKeys.createKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The APIs to which the roles are limited; all if absent. */
                    apiIds?: string[];
                    /** @description The environments to which everything is limited; those of the caller if absent. */
                    environments?: string[];
                    /**
                     * Format: int64
                     * @description The last moment at which it is accepted; `null` or absent for never.
                     */
                    expires?: number | null;
                    name?: string;
                    /**
                     * @description What it may do, each as `resource.scope.action`, with `*` or one id as the scope.
                     * @default []
                     */
                    permissions?: string[];
                    /**
                     * @description Built-in sets of permissions, in addition to `permissions`.
                     * @default []
                     */
                    roles?: ("read_only" | "verifier" | "issuer" | "rbac_admin" | "ratelimiter" | "analyst" | "admin")[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A new root key, in the one answer that shows it. */
                        data: {
                            /** @description The key itself. It is not stored and can't be shown again. */
                            key: string;
                            keyId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/api_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "rootKeys.deleteKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    keyId: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "rootKeys.getKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    keyId: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A root key as getKey and listKeys show it. */
                        data: {
                            /** @description The APIs to which the roles are limited; empty means all. */
                            apiIds: string[];
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            createdAt: number;
                            /** @description The root key that made it. */
                            createdBy?: string;
                            /** @description What was granted by name; updateKey replaces these. */
                            directPermissions: string[];
                            enabled: boolean;
                            /** @description The last characters of the key. */
                            end: string;
                            /** @description The environments to which everything is limited; absent means all. */
                            environments?: string[];
                            /**
                             * Format: int64
                             * @description The last moment at which it is accepted; `null` if it never expires.
                             */
                            expires: number | null;
                            keyId: string;
                            /**
                             * Format: int64
                             * @description 0 if it was never used.
                             */
                            lastUsedAt: number;
                            name: string | null;
                            /** @description All that it may do: what was granted by name and what its roles stand for. */
                            permissions: string[];
                            roles: ("read_only" | "verifier" | "issuer" | "rbac_admin" | "ratelimiter" | "analyst" | "admin")[];
                            /** @description The first characters of the key. */
                            start: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            updatedAt?: number;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "rootKeys.listKeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cursor?: string;
                    /**
                     * Format: int64
                     * @description Which page of a list is wanted.
                     */
                    limit?: number;
                    /** @description Part of the name, the start or the id. */
                    search?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description The APIs to which the roles are limited; empty means all. */
                            apiIds: string[];
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            createdAt: number;
                            /** @description The root key that made it. */
                            createdBy?: string;
                            /** @description What was granted by name; updateKey replaces these. */
                            directPermissions: string[];
                            enabled: boolean;
                            /** @description The last characters of the key. */
                            end: string;
                            /** @description The environments to which everything is limited; absent means all. */
                            environments?: string[];
                            /**
                             * Format: int64
                             * @description The last moment at which it is accepted; `null` if it never expires.
                             */
                            expires: number | null;
                            keyId: string;
                            /**
                             * Format: int64
                             * @description 0 if it was never used.
                             */
                            lastUsedAt: number;
                            name: string | null;
                            /** @description All that it may do: what was granted by name and what its roles stand for. */
                            permissions: string[];
                            roles: ("read_only" | "verifier" | "issuer" | "rbac_admin" | "ratelimiter" | "analyst" | "admin")[];
                            /** @description The first characters of the key. */
                            start: string;
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            updatedAt?: number;
                        }[];
                        meta: components["schemas"]["Meta"];
                        pagination: components["schemas"]["Pagination"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "rootKeys.listPermissionCatalog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            permissions: {
                                action: string;
                                description: string;
                                /** @enum {string} */
                                level: "read" | "write";
                                /** @description The operations that need it. */
                                operations: string[];
                                /** @description As it is granted for everything. */
                                permission: string;
                                resource: string;
                                /** @description What may stand in the middle: `*`, and `id` where it may be the id of one resource. */
                                scopes: string[];
                                /** @description Sensitive permissions are better granted one by one. */
                                sensitive: boolean;
                            }[];
                            /** @description The built-in roles. */
                            presets: {
                                /** @description The role, as `roles` of createKey takes it. */
                                id: string;
                                name: string;
                                permissions: string[];
                            }[];
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "rootKeys.rerollKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description In how many milliseconds the old key ends: 0 at once, at most 30 days; `null` to leave
                     *     its end as it is.
                     */
                    expiration: number | null;
                    keyId: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A new root key, in the one answer that shows it. */
                        data: {
                            /** @description The key itself. It is not stored and can't be shown again. */
                            key: string;
                            keyId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/application/precondition_failed`. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "rootKeys.updateKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Replaces the APIs to which the roles are limited; `null` for all. */
                    apiIds?: string[] | null;
                    enabled?: boolean;
                    /** @description Replaces the environments to which everything is limited; `null` for all. */
                    environments?: string[] | null;
                    /**
                     * Format: int64
                     * @description The last moment at which it is accepted; `null` for never.
                     */
                    expires?: number | null;
                    keyId: string;
                    /** @description `null` removes it. */
                    name?: string | null;
                    /** @description Replaces all permissions that were granted by name. */
                    permissions?: string[];
                    /** @description Replaces all roles. */
                    roles?: ("read_only" | "verifier" | "issuer" | "rbac_admin" | "ratelimiter" | "analyst" | "admin")[];
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`, `unkey/data/key_not_found`, `unkey/data/api_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "rootKeys.whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description The APIs to which the roles are limited; empty means all. */
                            apiIds: string[];
                            /** @description The environments to which everything is limited; absent means all. */
                            environments?: string[];
                            /**
                             * Format: int64
                             * @description The last moment at which it is accepted; absent if it never expires.
                             */
                            expires?: number;
                            keyId: string;
                            name?: string;
                            /** @description All that it may do: what was granted by name and what its roles stand for. */
                            permissions: string[];
                            roles: ("read_only" | "verifier" | "issuer" | "rbac_admin" | "ratelimiter" | "analyst" | "admin")[];
                            /** @description Always `rootkey`. */
                            type: string;
                            workspaceId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "workspace.getLimits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description A limit; `null` is none. */
                            apiBillableOperationsCountMaxPerMonth: {
                                /** Format: int64 */
                                current?: number;
                                /** Format: int64 */
                                limit: number | null;
                            };
                            /** @description A limit; `null` is none. */
                            apiRequestsCountMaxPerMinute: {
                                /** Format: int64 */
                                current?: number;
                                /** Format: int64 */
                                limit: number | null;
                            };
                            /** @description A limit; `null` is none. */
                            logdrainsMax: {
                                /** Format: int64 */
                                current?: number;
                                /** Format: int64 */
                                limit: number | null;
                            };
                            /** @description A limit; `null` is none. */
                            logsAuditRetentionDaysMax: {
                                /** Format: int64 */
                                current?: number;
                                /** Format: int64 */
                                limit: number | null;
                            };
                            /** @description A limit; `null` is none. */
                            logsRetentionDaysMax: {
                                /** Format: int64 */
                                current?: number;
                                /** Format: int64 */
                                limit: number | null;
                            };
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "workspaces.createWorkspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @description Its name in URLs; made from the name if absent. */
                    slug?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description The workspace's first root key itself. It is not stored and can't be shown again. */
                            rootKey: string;
                            rootKeyId: string;
                            workspaceId: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/data/workspace_already_exists`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "workspaces.deleteWorkspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The name of the workspace, as a proof that it is the right one. */
                    confirmName: string;
                    workspaceId: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: int64
                             * @description When it is erased for good.
                             */
                            purgeAt: number;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/application/precondition_failed`. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "workspaces.getWorkspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The caller's own if absent. */
                    workspaceId?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description How much it holds. */
                            counts: {
                                /** Format: int64 */
                                apis: number;
                                /** Format: int64 */
                                identities: number;
                                /** Format: int64 */
                                keys: number;
                                /** Format: int64 */
                                namespaces: number;
                                /** Format: int64 */
                                permissions: number;
                                /** Format: int64 */
                                roles: number;
                                /** Format: int64 */
                                rootKeys: number;
                            };
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            createdAt: number;
                            enabled: boolean;
                            id: string;
                            limits: {
                                /**
                                 * Format: int64
                                 * @description How many requests its root keys may send per minute; `null` is unlimited.
                                 */
                                requestsPerMinute: number | null;
                            };
                            name: string;
                            slug: string;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "workspaces.listWorkspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cursor?: string;
                    /**
                     * Format: int64
                     * @description Which page of a list is wanted.
                     */
                    limit?: number;
                    /** @description Part of the name, the slug or the id. */
                    search?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: int64
                             * @description Milliseconds since 1970-01-01T00:00:00Z.
                             */
                            createdAt: number;
                            enabled: boolean;
                            id: string;
                            /** Format: int64 */
                            keyCount: number;
                            name: string;
                            slug: string;
                        }[];
                        meta: components["schemas"]["Meta"];
                        pagination: components["schemas"]["Pagination"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "workspaces.updateWorkspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A disabled workspace answers no request. */
                    enabled?: boolean;
                    name?: string;
                    /**
                     * Format: int64
                     * @description How many requests its root keys may send per minute; `null` is unlimited.
                     */
                    requestsPerMinute?: number | null;
                    workspaceId: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The answer of operations that have nothing to tell. */
                        data: Record<string, never>;
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description One of `unkey/application/invalid_input`, `unkey/authentication/missing`, `unkey/authentication/malformed`, `user/bad_request/request_body_unreadable`. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/authentication/key_not_found`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/authorization/insufficient_permissions`, `unkey/authorization/forbidden`, `unkey/authorization/key_disabled`, `unkey/authorization/workspace_disabled`. */
            403: {
                headers: {
                    /** @description For `insufficient_permissions`: `scope` names permissions of which one would have sufficed. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/data/workspace_not_found`. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_timeout`. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `unkey/application/precondition_failed`. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `user/bad_request/request_body_too_large`. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestError"];
                };
            };
            /** @description One of `user/too_many_requests/workspace_rate_limited`. */
            429: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/unexpected_error`, `unkey/application/assertion_failed`. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One of `unkey/application/service_unavailable`. */
            503: {
                headers: {
                    /** @description How many seconds to wait. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
