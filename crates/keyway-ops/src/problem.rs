//! Everything that can be wrong with a request: each code once, with its status and title.

use std::borrow::Cow;
use std::error::Error;

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::permission::RootPermission;
use serde::Serialize;

/// When sending the same request again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Never: the request or the state must change first.
    Never,
    /// After waiting.
    Later,
    /// At once, with back-off.
    Once,
}

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $variant:ident $system:literal $category:literal $specific:literal $status:literal $title:literal $retry:ident;)*) => {
        /// A code that the API can answer with.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: [Self; [$($specific),*].len()] = [$(Self::$variant),*];

            /// `system/category/specific`, the end of the `type` URL.
            pub fn path(self) -> &'static str {
                match self { $(Self::$variant => concat!($system, "/", $category, "/", $specific),)* }
            }

            /// The HTTP status.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// The title, the same for every problem of this code.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// When sending the request again may help.
            pub fn retry(self) -> Retry {
                match self { $(Self::$variant => Retry::$retry,)* }
            }
        }
    };
}

problem_codes! {
    /// The body isn't what the operation takes.
    InvalidInput "unkey" "application" "invalid_input" 400 "Bad Request" Never;
    /// Something has to be set up first.
    PreconditionFailed "unkey" "application" "precondition_failed" 412 "Precondition Failed" Never;
    /// The resource is protected from deletion.
    ProtectedResource "unkey" "application" "protected_resource" 412 "Resource is protected" Never;
    /// Something that can't be is.
    AssertionFailed "unkey" "application" "assertion_failed" 500 "Internal Server Error" Once;
    /// Something unforeseen happened.
    UnexpectedError "unkey" "application" "unexpected_error" 500 "Internal Server Error" Once;
    /// The database or another part can't be reached.
    ServiceUnavailable "unkey" "application" "service_unavailable" 503 "Service Unavailable" Later;
    /// There are no credentials.
    MissingCredentials "unkey" "authentication" "missing" 400 "Bad Request" Never;
    /// The credentials aren't a bearer token.
    MalformedCredentials "unkey" "authentication" "malformed" 400 "Bad Request" Never;
    /// There is no such root key.
    RootKeyNotFound "unkey" "authentication" "key_not_found" 401 "Unauthorized" Never;
    /// The root key may not do that.
    InsufficientPermissions "unkey" "authorization" "insufficient_permissions" 403 "Forbidden" Never;
    /// The root key has expired.
    RootKeyExpired "unkey" "authorization" "forbidden" 403 "Forbidden" Never;
    /// The root key is switched off.
    RootKeyDisabled "unkey" "authorization" "key_disabled" 403 "Key is disabled" Never;
    /// The workspace is switched off.
    WorkspaceDisabled "unkey" "authorization" "workspace_disabled" 403 "Workspace is disabled" Never;
    /// There is no such API.
    ApiNotFound "unkey" "data" "api_not_found" 404 "Not Found" Never;
    /// There is no such key, or root key.
    KeyNotFound "unkey" "data" "key_not_found" 404 "Not Found" Never;
    /// There is no such identity.
    IdentityNotFound "unkey" "data" "identity_not_found" 404 "Not Found" Never;
    /// There is no such role.
    RoleNotFound "unkey" "data" "role_not_found" 404 "Not Found" Never;
    /// There is no such permission.
    PermissionNotFound "unkey" "data" "permission_not_found" 404 "Not Found" Never;
    /// There is no such workspace.
    WorkspaceNotFound "unkey" "data" "workspace_not_found" 404 "Not Found" Never;
    /// There is no such rate-limit namespace.
    NamespaceNotFound "unkey" "data" "ratelimit_namespace_not_found" 404 "Not Found" Never;
    /// The rate-limit namespace was deleted.
    NamespaceGone "unkey" "data" "ratelimit_namespace_gone" 410 "Resource Gone" Never;
    /// There is no override for the identifier.
    OverrideNotFound "unkey" "data" "ratelimit_override_not_found" 404 "Not Found" Never;
    /// There is no such migration.
    MigrationNotFound "unkey" "data" "migration_not_found" 404 "Not Found" Never;
    /// The identity's external id is taken.
    IdentityAlreadyExists "unkey" "data" "identity_already_exists" 409 "Conflicting Resource" Never;
    /// The namespace's name is taken.
    NamespaceAlreadyExists "unkey" "data" "ratelimit_namespace_already_exists" 409 "Conflicting Resource" Never;
    /// The migration's name is taken.
    MigrationAlreadyExists "unkey" "data" "migration_already_exists" 409 "Conflicting Resource" Never;
    /// The workspace's slug is taken.
    WorkspaceAlreadyExists "unkey" "data" "workspace_already_exists" 409 "Conflicting Resource" Never;
    /// The role's name is taken.
    RoleAlreadyExists "unkey" "data" "role_already_exists" 409 "Conflicting Resource" Never;
    /// The permission's slug is taken.
    PermissionAlreadyExists "unkey" "data" "permission_already_exists" 409 "Conflicting Resource" Never;
    /// There is no session.
    SessionMissing "keyway" "session" "missing" 401 "Unauthorized" Never;
    /// The session has reached a time limit.
    SessionExpired "keyway" "session" "expired" 401 "Unauthorized" Never;
    /// The session was ended by somebody.
    SessionRevoked "keyway" "session" "revoked" 401 "Unauthorized" Never;
    /// The root key of the session is out of force.
    SessionKeyDisabled "keyway" "session" "key_disabled" 401 "Unauthorized" Never;
    /// The account of the session is out of force.
    SessionUserDisabled "keyway" "session" "user_disabled" 401 "Unauthorized" Never;
    /// Address, password or root key are wrong.
    SignInFailed "keyway" "session" "sign_in_failed" 401 "Unauthorized" Never;
    /// There were too many failures to sign in.
    SignInThrottled "keyway" "session" "throttled" 429 "Too Many Requests" Later;
    /// The call doesn't come from the dashboard's own pages.
    SessionForged "keyway" "session" "csrf" 403 "Forbidden" Never;
    /// The password or root key has to be entered again.
    StepUpRequired "keyway" "session" "step_up_required" 403 "Forbidden" Never;
    /// The connection isn't safe enough to sign in.
    InsecureContext "keyway" "session" "insecure_context" 403 "Forbidden" Never;
    /// The link was used, is too old or never was one.
    LinkInvalid "keyway" "session" "link_invalid" 410 "Gone" Never;
    /// There is no such user.
    UserNotFound "keyway" "data" "user_not_found" 404 "Not Found" Never;
    /// Somebody with the address is here already.
    UserAlreadyExists "keyway" "data" "user_already_exists" 409 "Conflicting Resource" Never;
    /// Somebody else changed the thing since it was read.
    StaleWrite "keyway" "data" "stale_write" 412 "Precondition Failed" Never;
    /// Nobody could manage it any more.
    LastManager "keyway" "data" "last_manager" 412 "Precondition Failed" Never;
    /// There is no refusal of this request in memory.
    RefusalNotFound "keyway" "data" "refusal_not_found" 404 "Not Found" Never;
    /// The permission query can't be read.
    QuerySyntax "user" "bad_request" "permissions_query_syntax_error" 400 "Bad Request" Never;
    /// The body broke off.
    BodyUnreadable "user" "bad_request" "request_body_unreadable" 400 "Bad Request" Once;
    /// There is no such operation.
    UnknownOperation "user" "bad_request" "unknown_operation" 404 "Not Found" Never;
    /// The operation wants another method.
    MethodNotAllowed "user" "bad_request" "method_not_allowed" 405 "Method Not Allowed" Never;
    /// The operation took too long.
    RequestTimeout "user" "bad_request" "request_timeout" 408 "Request Timeout" Once;
    /// The body is too large.
    BodyTooLarge "user" "bad_request" "request_body_too_large" 413 "Request Entity Too Large" Never;
    /// The client hung up; seen only in logs.
    ClientClosedRequest "user" "bad_request" "client_closed_request" 499 "Client Closed Request" Once;
    /// The workspace sends more requests than it may.
    WorkspaceRateLimited "user" "too_many_requests" "workspace_rate_limited" 429 "Too Many Requests" Later;
}

/// One fault in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where: `body.name`, `body.permissions[3]`, `header.authorization`.
    pub location: String,
    /// What is wrong, with the bound that was missed.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

/// Why a request was refused. `detail` and `errors` are for the client, `cause` for the log.
#[derive(Debug)]
pub struct Problem {
    /// What kind of problem.
    pub code: Code,
    /// What happened, for people.
    pub detail: Cow<'static, str>,
    /// Each fault of the request.
    pub errors: Vec<FieldError>,
    /// Permissions of which one would have sufficed. Empty for resources that no permission of
    /// the caller's workspace can open.
    pub missing: Vec<String>,
    /// After how many seconds a retry makes sense.
    pub retry_after: Option<i64>,
    /// What went wrong inside.
    pub cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Problem {
    /// A problem with nothing but its detail.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        let detail = detail.into();
        Self {
            code,
            detail,
            errors: Vec::new(),
            missing: Vec::new(),
            retry_after: None,
            cause: None,
        }
    }

    /// The problem with what went wrong inside, for the log.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// A body that breaks its schema or a rule between its members.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = "The request is not valid: see `errors` for each fault.";
        Self { errors, ..Self::new(Code::InvalidInput, detail) }
    }

    /// A body of which one member breaks a rule.
    pub fn invalid_field(
        location: impl Into<String>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        let (location, message) = (location.into(), message.into());
        Self::invalid(vec![FieldError { location, message, fix: Some(fix.into()) }])
    }

    /// A caller who lacks a permission. What it lacks is told, never what it holds.
    pub fn lacks(needed: RootPermission<'_>) -> Self {
        Self { missing: needed.alternatives(), ..Self::foreign() }
    }

    /// A resource that the caller can't be given: of another workspace or environment.
    pub fn foreign() -> Self {
        Self::new(
            Code::InsufficientPermissions,
            "The authenticated API key does not have permission to perform this operation",
        )
    }

    /// A thing that isn't there.
    pub fn absent(code: Code) -> Self {
        let details = [
            (Code::ApiNotFound, "There is no API with this id."),
            (Code::IdentityNotFound, "This identity does not exist."),
            (Code::RoleNotFound, "There is no such role."),
            (Code::PermissionNotFound, "There is no such permission."),
            (Code::WorkspaceNotFound, "There is no workspace with this id."),
            (Code::NamespaceNotFound, "There is no rate-limit namespace of this name or id."),
            (Code::OverrideNotFound, "There is no override for this identifier."),
            (Code::MigrationNotFound, "There is no migration with this id."),
            (Code::UserNotFound, "There is no user with this id in this workspace."),
        ];
        let known = details.iter().find(|(of, _)| *of == code);
        let detail = known.map_or("There is no key with this id.", |(_, detail)| detail);
        Self::new(code, detail)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(entity) => {
                let (code, detail) = match entity {
                    Entity::Role => (Code::RoleAlreadyExists, "A role with this name exists."),
                    Entity::Permission => {
                        (Code::PermissionAlreadyExists, "A permission with this slug exists.")
                    }
                    Entity::Workspace => {
                        (Code::WorkspaceAlreadyExists, "A workspace with this slug exists.")
                    }
                    Entity::Identity => {
                        (Code::IdentityAlreadyExists, "An identity with this external id exists.")
                    }
                    Entity::Namespace => (
                        Code::NamespaceAlreadyExists,
                        "A rate-limit namespace of this name exists or existed.",
                    ),
                    Entity::Migration => {
                        (Code::MigrationAlreadyExists, "A migration of this name exists.")
                    }
                    Entity::User => {
                        (Code::UserAlreadyExists, "Somebody with this address is here already.")
                    }
                    Entity::Api
                    | Entity::Key
                    | Entity::RootKey
                    | Entity::Override
                    | Entity::Session
                    | Entity::Link => {
                        let detail = "Two new things got the same id.";
                        return Self::new(Code::AssertionFailed, detail).because(error);
                    }
                };
                Self::new(code, detail)
            }
            StoreError::Missing(entity, name) => {
                let (code, what) = match entity {
                    Entity::Api => (Code::ApiNotFound, "API"),
                    Entity::Key => (Code::KeyNotFound, "key"),
                    Entity::RootKey => (Code::KeyNotFound, "root key"),
                    Entity::Identity => (Code::IdentityNotFound, "identity"),
                    Entity::Permission => (Code::PermissionNotFound, "permission"),
                    Entity::Role => (Code::RoleNotFound, "role"),
                    Entity::Workspace => (Code::WorkspaceNotFound, "workspace"),
                    Entity::Namespace => (Code::NamespaceNotFound, "rate-limit namespace"),
                    Entity::Override => (Code::OverrideNotFound, "override"),
                    Entity::Migration => (Code::MigrationNotFound, "migration"),
                    Entity::User => (Code::UserNotFound, "user"),
                    Entity::Session => (Code::SessionRevoked, "session"),
                    Entity::Link => (Code::LinkInvalid, "link"),
                };
                let name: String = name.chars().take(64).collect();
                Self::new(code, format!("There is no {what} `{name}`."))
            }
            StoreError::MayNotCreatePermission => {
                Self::lacks(keyway_core::permission::Action::CreatePermission.everywhere())
            }
            StoreError::Unfit(detail) => Self::new(Code::InvalidInput, detail),
            StoreError::Unavailable(_) => {
                let detail = "The database does not answer at the moment. Try again shortly.";
                Self { retry_after: Some(1), ..Self::new(Code::ServiceUnavailable, detail) }
                    .because(error)
            }
            StoreError::Corrupt(_) => {
                let detail = "The stored data is not consistent. Report it with the request id.";
                Self::new(Code::AssertionFailed, detail).because(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart_by_their_path() {
        let mut paths: Vec<_> = Code::ALL.iter().map(|code| code.path()).collect();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), Code::ALL.len());
    }

    #[test]
    fn a_refusal_names_what_would_have_sufficed() {
        use keyway_core::permission::Action;
        let problem = Problem::lacks(Action::CreateKey.on("api_x"));
        assert_eq!(problem.missing, ["api.*.create_key", "api.api_x.create_key"]);
        assert!(Problem::foreign().missing.is_empty());
    }
}
