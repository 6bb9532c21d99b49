//! The catalogue of root-key permissions: one row for each action.

use super::RootPermission;
use crate::root_key::RootRole::{
    self, Analyst, Issuer, Ratelimiter, RbacAdmin, ReadOnly, Verifier,
};

/// Whether an action looks or changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It changes nothing.
    Read,
    /// It changes something.
    Write,
}

/// What the catalogue says of an action.
#[derive(Debug)]
pub struct Row {
    /// The first part of the permission string.
    pub resource: &'static str,
    /// The last part of the permission string.
    pub name: &'static str,
    /// Whether the middle part may be the id of one resource.
    pub scoped: bool,
    /// Whether it looks or changes.
    pub level: Level,
    /// Sensitive actions are never part of a broad choice.
    pub sensitive: bool,
    /// The built-in roles that contain it; `admin` contains all of a workspace.
    pub roles: &'static [RootRole],
    /// What it allows, for people.
    pub description: &'static str,
}

macro_rules! actions {
    ($($variant:ident $resource:literal $name:literal $scope:ident $level:ident $sensitive:ident [$($role:ident),*] $description:literal;)*) => {
        /// Something that a root key can be allowed to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Action {
            $(#[doc = $description] $variant,)*
        }

        impl Action {
            /// Every action, in the order of the catalogue.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// Its row in the catalogue.
            pub fn row(self) -> &'static Row {
                match self {
                    $(Self::$variant => &Row {
                        resource: $resource,
                        name: $name,
                        scoped: actions!(@scope $scope),
                        level: Level::$level,
                        sensitive: actions!(@sensitive $sensitive),
                        roles: &[$($role),*],
                        description: $description,
                    },)*
                }
            }
        }
    };
    (@scope each) => { true };
    (@scope all) => { false };
    (@sensitive plain) => { false };
    (@sensitive sensitive) => { true };
}

actions! {
    CreateApi "api" "create_api" all Write plain [] "Create APIs.";
    ReadApi "api" "read_api" each Read plain [ReadOnly, Issuer] "Read an API and list its keys.";
    UpdateApi "api" "update_api" each Write plain [] "Change the settings of an API.";
    DeleteApi "api" "delete_api" each Write plain [] "Delete an API with all its keys.";
    CreateKey "api" "create_key" each Write plain [Issuer] "Create, reroll and import keys.";
    ReadKey "api" "read_key" each Read plain [ReadOnly, Issuer] "Read keys, without their secret.";
    UpdateKey "api" "update_key" each Write plain [Issuer] "Change keys, their limits, credits, roles and permissions.";
    DeleteKey "api" "delete_key" each Write plain [Issuer] "Delete keys.";
    VerifyKey "api" "verify_key" each Read plain [Verifier] "Verify keys.";
    EncryptKey "api" "encrypt_key" each Write sensitive [] "Store keys so that their secret can be shown again.";
    DecryptKey "api" "decrypt_key" each Read sensitive [] "Show the secret of recoverable keys.";
    ReadAnalytics "api" "read_analytics" each Read plain [ReadOnly, Analyst] "Read how keys are used.";
    Limit "ratelimit" "limit" each Write plain [Ratelimiter] "Check and count rate limits.";
    CreateNamespace "ratelimit" "create_namespace" all Write plain [Ratelimiter] "Create rate-limit namespaces.";
    ReadNamespace "ratelimit" "read_namespace" each Read plain [ReadOnly, Ratelimiter] "Read rate-limit namespaces.";
    UpdateNamespace "ratelimit" "update_namespace" each Write plain [Ratelimiter] "Rename rate-limit namespaces.";
    DeleteNamespace "ratelimit" "delete_namespace" each Write plain [Ratelimiter] "Delete rate-limit namespaces.";
    SetOverride "ratelimit" "set_override" each Write plain [Ratelimiter] "Set overrides of a namespace.";
    ReadOverride "ratelimit" "read_override" each Read plain [ReadOnly, Ratelimiter] "Read overrides of a namespace.";
    DeleteOverride "ratelimit" "delete_override" each Write plain [Ratelimiter] "Delete overrides of a namespace.";
    ReadRatelimitAnalytics "ratelimit" "read_analytics" each Read plain [ReadOnly, Analyst] "Read how rate limits are used.";
    CreatePermission "rbac" "create_permission" all Write plain [RbacAdmin] "Create permissions.";
    ReadPermission "rbac" "read_permission" all Read plain [ReadOnly, Issuer, RbacAdmin] "Read permissions.";
    UpdatePermission "rbac" "update_permission" all Write plain [RbacAdmin] "Change permissions.";
    DeletePermission "rbac" "delete_permission" all Write plain [RbacAdmin] "Delete permissions.";
    CreateRole "rbac" "create_role" all Write plain [RbacAdmin] "Create roles.";
    ReadRole "rbac" "read_role" all Read plain [ReadOnly, Issuer, RbacAdmin] "Read roles.";
    UpdateRole "rbac" "update_role" all Write plain [RbacAdmin] "Change roles.";
    DeleteRole "rbac" "delete_role" all Write plain [RbacAdmin] "Delete roles.";
    AddPermissionToRole "rbac" "add_permission_to_role" all Write plain [RbacAdmin] "Add permissions to roles.";
    RemovePermissionFromRole "rbac" "remove_permission_from_role" all Write plain [RbacAdmin] "Take permissions from roles.";
    AddPermissionToKey "rbac" "add_permission_to_key" all Write plain [Issuer, RbacAdmin] "Give permissions to keys.";
    RemovePermissionFromKey "rbac" "remove_permission_from_key" all Write plain [Issuer, RbacAdmin] "Take permissions from keys.";
    AddRoleToKey "rbac" "add_role_to_key" all Write plain [Issuer, RbacAdmin] "Give roles to keys.";
    RemoveRoleFromKey "rbac" "remove_role_from_key" all Write plain [Issuer, RbacAdmin] "Take roles from keys.";
    CreateIdentity "identity" "create_identity" all Write plain [Issuer] "Create identities.";
    ReadIdentity "identity" "read_identity" each Read plain [ReadOnly, Issuer] "Read identities.";
    UpdateIdentity "identity" "update_identity" each Write plain [Issuer] "Change identities.";
    DeleteIdentity "identity" "delete_identity" each Write plain [] "Delete identities.";
    ReadWorkspace "workspace" "read_workspace" all Read plain [ReadOnly] "Read the workspace.";
    UpdateWorkspace "workspace" "update_workspace" all Write sensitive [] "Rename, disable and limit the workspace.";
    CreateRootKey "root_key" "create_root_key" all Write sensitive [] "Create and reroll root keys.";
    ReadRootKey "root_key" "read_root_key" all Read plain [ReadOnly] "Read root keys, without their secret.";
    UpdateRootKey "root_key" "update_root_key" all Write sensitive [] "Change root keys.";
    DeleteRootKey "root_key" "delete_root_key" all Write sensitive [] "Delete root keys.";
    ReadAuditLog "audit_log" "read_audit_log" all Read plain [ReadOnly] "Read the audit log.";
    ExportAuditLog "audit_log" "export_audit_log" all Read plain [] "Export the audit log as a file.";
    CreateMigration "migration" "create_migration" all Write plain [] "Create formats for imported keys.";
    ReadMigration "migration" "read_migration" all Read plain [ReadOnly] "Read formats for imported keys.";
    DeleteMigration "migration" "delete_migration" all Write plain [] "Delete formats for imported keys.";
    ReadInstance "instance" "read_instance" all Read plain [] "Read the state of the instance.";
    ManageWorkspaces "instance" "manage_workspaces" all Write sensitive [] "Create, change and delete all workspaces of the instance.";
}

impl Action {
    /// The permission to do this to everything.
    pub fn everywhere(self) -> RootPermission<'static> {
        RootPermission { action: self, on: None }
    }

    /// The permission to do this to one resource.
    pub fn on(self, id: &str) -> RootPermission<'_> {
        RootPermission { action: self, on: Some(id) }
    }

    /// Whether the action reaches beyond one workspace.
    pub fn is_instance_wide(self) -> bool {
        self.row().resource == "instance"
    }

    /// The bit of this action in a set.
    pub(super) fn bit(self) -> u64 {
        1 << (self as u8)
    }
}

const _: () = assert!(Action::ALL.len() <= 64, "a permission set has 64 bits");
