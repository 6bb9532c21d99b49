//! Every operation, once. Routes, the OpenAPI document, the reference and the authorization tests
//! are derived from these rows.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use keyway_core::permission::Action;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Code, Problem};
use crate::reply::{File, Outcome, Pagination};
use crate::schema::{self, Direct, Reader};
use crate::{
    access, apis, audit_logs, identities, instance, keys, migrations, permissions, ratelimit,
    root_keys, workspace, workspaces,
};

/// An answer as JSON, ready to be put into its envelope, or a file.
pub struct Payload {
    /// What the call was given to write to, and after that the `data` member.
    pub data: Vec<u8>,
    /// The `pagination` member.
    pub pagination: Option<Pagination>,
    /// What is sent instead of an envelope.
    pub file: Option<Box<File>>,
}

/// What a call of an operation comes to.
pub type Called<'a> = Pin<Box<dyn Future<Output = Result<Payload, Problem>> + Send + 'a>>;

/// Everything that an operation works with.
pub struct Call<'a> {
    /// The running Keyway.
    pub app: &'a App,
    /// Who asks.
    pub caller: &'a Caller,
    /// The request, as it came.
    pub body: &'a [u8],
    /// Where the `data` of the answer is to be written, after what stands there already.
    pub answer: Vec<u8>,
    reader: &'a Reader,
}

impl<'a> Call<'a> {
    /// Reads the request. `kept` holds what an unusual one borrows from.
    pub fn read<'b, T: Direct<'b>>(&self, kept: &'b mut Option<Value>) -> Result<T, Problem>
    where
        'a: 'b,
    {
        self.reader.read_direct(self.body, kept)
    }

    /// Answers with `data`.
    pub fn reply(self, data: &impl Serialize) -> Result<Payload, Problem> {
        write(self.answer, data, None)
    }

    /// Answers with what was written to `answer`.
    pub fn written(self) -> Payload {
        Payload { data: self.answer, pagination: None, file: None }
    }
}

/// One operation.
pub struct Operation {
    /// `group.operation`.
    pub name: &'static str,
    /// What it does, in a sentence or two.
    pub summary: &'static str,
    /// All of these are needed, on the resource that the request names or on everything.
    pub needs: &'static [Action],
    /// The codes that it answers with beside those that every operation has.
    pub codes: &'static [Code],
    /// The schema of its request.
    pub request: Value,
    /// The schema of the `data` of its answer.
    pub response: Value,
    /// Whether the answer is one page of a list.
    pub is_list: bool,
    /// The media types of the answer if it is a file, and has no envelope.
    pub files: &'static [&'static str],
    /// Whether it is called for each request that users of users make.
    pub is_hot: bool,
    reader: Reader,
    run: Box<Run>,
}

/// Reads a body and runs the operation on it.
type Run = dyn for<'a> Fn(Call<'a>) -> Called<'a> + Send + Sync;

impl Operation {
    /// Reads the body and runs the operation. The answer's `data` is written after what stands in
    /// `answer`.
    pub fn call<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        body: &'a [u8],
        answer: Vec<u8>,
    ) -> Called<'a> {
        (self.run)(Call { app, caller, body, answer, reader: &self.reader })
    }

    /// The operation as one that answers with pages.
    fn list(mut self) -> Self {
        self.is_list = true;
        self
    }

    fn of<Request: JsonSchema, Response: JsonSchema>(
        name: &'static str,
        needs: &'static [Action],
        codes: &'static [Code],
        run: Box<Run>,
        summary: &'static str,
    ) -> Self {
        Self {
            name,
            summary,
            needs,
            codes,
            request: schema::of_request::<Request>(),
            response: schema::of_response::<Response>(),
            is_list: false,
            files: &[],
            is_hot: false,
            reader: Reader::of::<Request>(),
            run,
        }
    }
}

fn op<Request, Response, Function, Running>(
    name: &'static str,
    needs: &'static [Action],
    codes: &'static [Code],
    run: Function,
    summary: &'static str,
) -> Operation
where
    Request: DeserializeOwned + JsonSchema + Send + 'static,
    Response: Serialize + JsonSchema,
    Function: Fn(App, Caller, Request) -> Running + Copy + Send + Sync + 'static,
    Running: Future<Output = Outcome<Response>> + Send + 'static,
{
    let run: Box<Run> = Box::new(move |call| {
        Box::pin(async move {
            let request = call.reader.read(call.body)?;
            let reply = run(call.app.clone(), call.caller.clone(), request).await?;
            write(call.answer, &reply.data, reply.pagination)
        })
    });
    Operation::of::<Request, Response>(name, needs, codes, run, summary)
}

/// An operation that answers with a file of one of these media types.
fn file<Request, Function, Running>(
    name: &'static str,
    needs: &'static [Action],
    files: &'static [&'static str],
    run: Function,
    summary: &'static str,
) -> Operation
where
    Request: DeserializeOwned + JsonSchema + Send + 'static,
    Function: Fn(App, Caller, Request) -> Running + Copy + Send + Sync + 'static,
    Running: Future<Output = Result<File, Problem>> + Send + 'static,
{
    let run: Box<Run> = Box::new(move |call| {
        Box::pin(async move {
            let request = call.reader.read(call.body)?;
            let file = run(call.app.clone(), call.caller.clone(), request).await?;
            Ok(Payload { data: Vec::new(), pagination: None, file: Some(Box::new(file)) })
        })
    });
    Operation { files, ..Operation::of::<Request, String>(name, needs, &[], run, summary) }
}

/// An operation that is called so often that it borrows from its request and writes its answer
/// itself. `Request` and `Response` are what is documented.
fn hot<Request, Response>(
    name: &'static str,
    needs: &'static [Action],
    codes: &'static [Code],
    run: for<'a> fn(Call<'a>) -> Called<'a>,
    summary: &'static str,
) -> Operation
where
    Request: Direct<'static> + JsonSchema,
    Response: JsonSchema,
{
    let operation = Operation::of::<Request, Response>(name, needs, codes, Box::new(run), summary);
    Operation { is_hot: true, ..operation }
}

fn write<T: Serialize>(
    mut data: Vec<u8>,
    reply: &T,
    pagination: Option<Pagination>,
) -> Result<Payload, Problem> {
    serde_json::to_writer(&mut data, reply).map_err(|error| {
        Problem::new(Code::UnexpectedError, "The answer could not be written.").because(error)
    })?;
    Ok(Payload { data, pagination, file: None })
}

/// All operations, found by name.
pub struct Registry {
    operations: Vec<Operation>,
    by_name: HashMap<&'static str, usize>,
    hot: Vec<usize>,
}

impl Registry {
    /// The operations of this version.
    pub fn new() -> Self {
        let operations = operations();
        NEEDS.get_or_init(|| needs_of(&operations));
        let by_name = operations.iter().enumerate().map(|(at, op)| (op.name, at)).collect();
        let hot = operations.iter().enumerate().filter(|(_, op)| op.is_hot).map(|(at, _)| at);
        let hot = hot.collect();
        Self { operations, by_name, hot }
    }

    /// The operation of that name.
    pub fn find(&self, name: &str) -> Option<&Operation> {
        // Comparing a few names is faster than hashing one.
        let mut hot = self.hot.iter().filter_map(|at| self.operations.get(*at));
        if let Some(operation) = hot.find(|operation| operation.name == name) {
            return Some(operation);
        }
        self.by_name.get(name).and_then(|at| self.operations.get(*at))
    }

    /// All operations, by group.
    pub fn all(&self) -> &[Operation] {
        &self.operations
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

/// An operation's name and what it needs.
type Need = (&'static str, &'static [Action]);

/// Kept apart from the rows, for operations that tell about operations.
static NEEDS: OnceLock<Vec<Need>> = OnceLock::new();

/// Each operation's name with what it needs.
pub(crate) fn names_and_needs() -> &'static [Need] {
    NEEDS.get_or_init(|| needs_of(&operations()))
}

fn needs_of(operations: &[Operation]) -> Vec<Need> {
    operations.iter().map(|operation| (operation.name, operation.needs)).collect()
}

#[rustfmt::skip]
fn operations() -> Vec<Operation> {
    use Action::{
        AddPermissionToKey, AddPermissionToRole, AddRoleToKey, CreateApi,
        CreateIdentity, CreateKey, CreateMigration, CreateNamespace,
        CreatePermission, CreateRole, CreateRootKey, DeleteApi,
        DeleteIdentity, DeleteKey, DeleteMigration, DeleteNamespace,
        DeleteOverride, DeletePermission, DeleteRole, DeleteRootKey,
        ExportAuditLog, Limit, ManageWorkspaces, ReadApi, ReadAuditLog,
        ReadIdentity, ReadInstance, ReadKey, ReadMigration, ReadNamespace,
        ReadOverride, ReadPermission, ReadRole, ReadRootKey,
        ReadWorkspace, RemovePermissionFromKey, RemovePermissionFromRole, SetOverride,
        UpdateApi, UpdateIdentity, UpdateKey, UpdateNamespace,
        UpdatePermission, UpdateRole, UpdateRootKey, UpdateWorkspace,
        VerifyKey,
    };
    vec![
        op("access.explain", &[], &[Code::QuerySyntax, Code::KeyNotFound, Code::UserNotFound, Code::RefusalNotFound], access::explain::run,
            "Explains why something is allowed or denied and what would change it. Nothing is counted."),
        op("apis.createApi", &[CreateApi], &[], apis::create_api::run,
            "Creates an API: a set of keys that are verified together."),
        op("apis.getApi", &[ReadApi], &[Code::ApiNotFound], apis::get_api::run,
            "Reads an API."),
        op("apis.listApis", &[ReadApi], &[], apis::list_apis::run,
            "Lists the APIs that the caller may read.").list(),
        op("apis.updateApi", &[UpdateApi], &[Code::ApiNotFound], apis::update_api::run,
            "Changes the settings of an API."),
        op("apis.deleteApi", &[DeleteApi], &[Code::ApiNotFound, Code::ProtectedResource], apis::delete_api::run,
            "Deletes an API. Its keys stop verifying at once."),
        op("apis.listKeys", &[ReadKey, ReadApi], &[Code::ApiNotFound, Code::PreconditionFailed], apis::list_keys::run,
            "Lists the keys of an API.").list(),
        file("auditLogs.exportAuditLogs", &[ExportAuditLog], &["text/csv", "application/x-ndjson"], audit_logs::export_audit_logs::run,
            "Answers with who changed what as a file, newest first. The log tells of it."),
        op("auditLogs.listAuditLogs", &[ReadAuditLog], &[], audit_logs::list_audit_logs::run,
            "Lists who changed what, newest first.").list(),
        op("identities.createIdentity", &[CreateIdentity], &[Code::IdentityAlreadyExists], identities::create_identity::run,
            "Creates an identity: an owner of keys, which can share limits."),
        op("identities.getIdentity", &[ReadIdentity], &[Code::IdentityNotFound], identities::get_identity::run,
            "Reads an identity."),
        op("identities.listIdentities", &[ReadIdentity], &[], identities::list_identities::run,
            "Lists the identities that the caller may read.").list(),
        op("identities.updateIdentity", &[UpdateIdentity], &[Code::IdentityNotFound], identities::update_identity::run,
            "Changes an identity. Its keys follow at once."),
        op("identities.deleteIdentity", &[DeleteIdentity], &[Code::IdentityNotFound], identities::delete_identity::run,
            "Deletes an identity. Its keys stay valid and belong to nobody."),
        op("instance.getInfo", &[ReadInstance], &[], instance::get_info::run,
            "Tells how the instance is doing."),
        op("keys.addPermissions", &[UpdateKey, AddPermissionToKey], &[Code::KeyNotFound, Code::PermissionNotFound], keys::add_permissions::run,
            "Gives permissions to a key."),
        op("keys.addRoles", &[UpdateKey, AddRoleToKey], &[Code::KeyNotFound, Code::RoleNotFound], keys::add_roles::run,
            "Gives roles to a key."),
        op("keys.bulkUpdateKeys", &[UpdateKey], &[], keys::bulk_update_keys::run,
            "Changes up to 100 keys, each on its own. Deleting needs the permission to delete instead."),
        op("keys.createKey", &[CreateKey], &[Code::ApiNotFound, Code::RoleNotFound, Code::PermissionNotFound, Code::PreconditionFailed], keys::create_key::run,
            "Creates a key. The answer is the only one that shows it."),
        hot::<keys::verify_request::Request, keys::verify_key::Response>("keys.verifyKey", &[VerifyKey], &[Code::QuerySyntax, Code::PreconditionFailed], keys::verify_key::run,
            "Decides whether a key is valid for a request, and counts the use."),
        op("keys.getKey", &[ReadKey], &[Code::KeyNotFound, Code::PreconditionFailed], keys::get_key::run,
            "Reads a key."),
        op("keys.whoami", &[ReadKey], &[Code::KeyNotFound], keys::whoami::run,
            "Reads the key that has the given secret."),
        op("keys.updateKey", &[UpdateKey], &[Code::KeyNotFound, Code::RoleNotFound, Code::PermissionNotFound], keys::update_key::run,
            "Changes a key. Members that are left out stay as they are."),
        op("keys.updateCredits", &[UpdateKey], &[Code::KeyNotFound], keys::update_credits::run,
            "Sets, increases or decreases the credits of a key."),
        op("keys.deleteKey", &[DeleteKey], &[Code::KeyNotFound], keys::delete_key::run,
            "Deletes a key. It stops verifying at once."),
        op("keys.listKeys", &[ReadKey, ReadApi], &[Code::ApiNotFound], keys::list_keys::run,
            "Finds keys of the workspace.").list(),
        op("keys.migrateKeys", &[CreateKey], &[Code::ApiNotFound, Code::MigrationNotFound, Code::PermissionNotFound], keys::migrate_keys::run,
            "Takes over keys from elsewhere by their hashes."),
        op("keys.removePermissions", &[UpdateKey, RemovePermissionFromKey], &[Code::KeyNotFound, Code::PermissionNotFound], keys::remove_permissions::run,
            "Takes permissions from a key."),
        op("keys.removeRoles", &[UpdateKey], &[Code::KeyNotFound, Code::RoleNotFound], keys::remove_roles::run,
            "Takes roles from a key."),
        op("keys.rerollKey", &[CreateKey], &[Code::KeyNotFound, Code::PreconditionFailed], keys::reroll_key::run,
            "Replaces a key by a new one like it; the old one ends after a while."),
        op("keys.setPermissions", &[UpdateKey, AddPermissionToKey, RemovePermissionFromKey], &[Code::KeyNotFound, Code::PermissionNotFound], keys::set_permissions::run,
            "Replaces the permissions that a key holds directly."),
        op("keys.setRoles", &[UpdateKey], &[Code::KeyNotFound, Code::RoleNotFound], keys::set_roles::run,
            "Replaces the roles of a key."),
        op("migrations.createMigration", &[CreateMigration], &[Code::MigrationAlreadyExists], migrations::create_migration::run,
            "Creates a format in which imported keys are hashed."),
        op("migrations.listMigrations", &[ReadMigration], &[], migrations::list_migrations::run,
            "Lists the formats of imported keys and how far they have come.").list(),
        op("migrations.deleteMigration", &[DeleteMigration], &[Code::MigrationNotFound], migrations::delete_migration::run,
            "Deletes a format of imported keys."),
        op("permissions.createPermission", &[CreatePermission], &[Code::PermissionAlreadyExists], permissions::create_permission::run,
            "Creates a permission that keys can hold."),
        op("permissions.createRole", &[CreateRole], &[Code::RoleAlreadyExists, Code::PermissionNotFound], permissions::create_role::run,
            "Creates a role: a named set of permissions."),
        op("permissions.deletePermission", &[DeletePermission], &[Code::PermissionNotFound], permissions::delete_permission::run,
            "Takes a permission from every role and key and erases it."),
        op("permissions.deleteRole", &[DeleteRole], &[Code::RoleNotFound], permissions::delete_role::run,
            "Takes a role from every key and erases it."),
        op("permissions.getPermission", &[ReadPermission], &[Code::PermissionNotFound], permissions::get_permission::run,
            "Reads a permission."),
        op("permissions.getRole", &[ReadRole], &[Code::RoleNotFound], permissions::get_role::run,
            "Reads a role with its permissions."),
        op("permissions.getUsage", &[ReadRole, ReadPermission], &[], permissions::get_usage::run,
            "Tells how many keys and roles hold roles and permissions."),
        op("permissions.listPermissions", &[ReadPermission], &[], permissions::list_permissions::run,
            "Lists the permissions of the workspace.").list(),
        op("permissions.listRoles", &[ReadRole], &[], permissions::list_roles::run,
            "Lists the roles of the workspace with their permissions.").list(),
        op("permissions.setRolePermissions", &[AddPermissionToRole, RemovePermissionFromRole], &[Code::RoleNotFound, Code::PermissionNotFound], permissions::set_role_permissions::run,
            "Replaces the permissions of a role."),
        op("permissions.updatePermission", &[UpdatePermission], &[Code::PermissionNotFound, Code::PermissionAlreadyExists], permissions::update_permission::run,
            "Renames or describes a permission."),
        op("permissions.updateRole", &[UpdateRole], &[Code::RoleNotFound, Code::RoleAlreadyExists], permissions::update_role::run,
            "Renames or describes a role."),
        hot::<ratelimit::limit::Request, ratelimit::limit::Response>("ratelimit.limit", &[Limit], &[Code::NamespaceNotFound, Code::NamespaceGone], ratelimit::limit::run,
            "Checks a limit and counts it. A namespace of an unknown name is created."),
        hot::<ratelimit::multi_limit::Request, ratelimit::multi_limit::Response>("ratelimit.multiLimit", &[Limit], &[Code::NamespaceNotFound, Code::NamespaceGone], ratelimit::multi_limit::run,
            "Checks several limits and counts all of them or none."),
        op("ratelimit.setOverride", &[SetOverride], &[Code::NamespaceNotFound], ratelimit::set_override::run,
            "Sets the limit of an identifier or of all that match a pattern."),
        op("ratelimit.getOverride", &[ReadOverride], &[Code::NamespaceNotFound, Code::OverrideNotFound], ratelimit::get_override::run,
            "Reads the override that applies to an identifier."),
        op("ratelimit.listOverrides", &[ReadOverride], &[Code::NamespaceNotFound], ratelimit::list_overrides::run,
            "Lists the overrides of a namespace.").list(),
        op("ratelimit.deleteOverride", &[DeleteOverride], &[Code::NamespaceNotFound, Code::OverrideNotFound], ratelimit::delete_override::run,
            "Deletes an override."),
        op("ratelimit.listNamespaces", &[ReadNamespace], &[], ratelimit::list_namespaces::run,
            "Lists the rate-limit namespaces that the caller may read.").list(),
        op("ratelimit.createNamespace", &[CreateNamespace], &[Code::NamespaceAlreadyExists], ratelimit::create_namespace::run,
            "Creates a rate-limit namespace."),
        op("ratelimit.updateNamespace", &[UpdateNamespace], &[Code::NamespaceNotFound, Code::NamespaceAlreadyExists], ratelimit::update_namespace::run,
            "Renames a rate-limit namespace."),
        op("ratelimit.deleteNamespace", &[DeleteNamespace], &[Code::NamespaceNotFound], ratelimit::delete_namespace::run,
            "Deletes a rate-limit namespace. Its name stays taken."),
        op("rootKeys.createKey", &[CreateRootKey], &[Code::ApiNotFound], root_keys::create_key::run,
            "Creates a root key, which can do at most what the caller can. The answer is the only one that shows it."),
        op("rootKeys.updateKey", &[UpdateRootKey], &[Code::KeyNotFound, Code::ApiNotFound], root_keys::update_key::run,
            "Changes a root key. It binds from the next request on."),
        op("rootKeys.deleteKey", &[DeleteRootKey], &[Code::KeyNotFound], root_keys::delete_key::run,
            "Deletes a root key. It is refused from the next request on."),
        op("rootKeys.listKeys", &[ReadRootKey], &[], root_keys::list_keys::run,
            "Lists the root keys of the workspace.").list(),
        op("rootKeys.getKey", &[ReadRootKey], &[Code::KeyNotFound], root_keys::get_key::run,
            "Reads a root key with all that it may do."),
        op("rootKeys.rerollKey", &[CreateRootKey], &[Code::KeyNotFound, Code::PreconditionFailed], root_keys::reroll_key::run,
            "Replaces a root key by a new one that may do the same; the old one ends after a while."),
        op("rootKeys.whoami", &[], &[], root_keys::whoami::run,
            "Tells which root key is calling and what it may do."),
        op("rootKeys.listPermissionCatalog", &[], &[], root_keys::list_permission_catalog::run,
            "Lists every permission that a root key can hold, and the built-in roles."),
        op("workspace.getLimits", &[ReadWorkspace], &[], workspace::get_limits::run,
            "Tells the limits of the caller's workspace."),
        op("workspaces.createWorkspace", &[ManageWorkspaces], &[Code::WorkspaceAlreadyExists], workspaces::create_workspace::run,
            "Creates a workspace with a first root key, which holds every permission in it."),
        op("workspaces.getWorkspace", &[ReadWorkspace], &[Code::WorkspaceNotFound], workspaces::get_workspace::run,
            "Reads a workspace and counts what it holds."),
        op("workspaces.listWorkspaces", &[ManageWorkspaces], &[], workspaces::list_workspaces::run,
            "Lists the workspaces of the instance.").list(),
        op("workspaces.updateWorkspace", &[UpdateWorkspace], &[Code::WorkspaceNotFound, Code::PreconditionFailed], workspaces::update_workspace::run,
            "Renames, disables or limits a workspace."),
        op("workspaces.deleteWorkspace", &[ManageWorkspaces], &[Code::WorkspaceNotFound, Code::PreconditionFailed], workspaces::delete_workspace::run,
            "Deletes a workspace with everything in it. It is erased for good after a few days."),
    ]
}
