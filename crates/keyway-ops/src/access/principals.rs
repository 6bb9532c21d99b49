//! Why a root key or a user may call an operation or not.

use keyway_core::id::{ApiId, IdentityId, KeyId, NamespaceId, RootKeyId, UserId};
use keyway_core::permission::{Action, PermissionSet, RootPermission};
use keyway_core::root_key::{Grant, RootKey};
use keyway_core::secret::KeyHash;
use keyway_core::user::UserRole;

use super::requirement::Requirement;
use super::{Checks, Decision, Explanation, GrantView, Remedy, RemedyKind, Subject, Via};
use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Code, Problem};
use crate::registry;

/// Somebody who calls operations.
pub(super) struct Holder {
    id: String,
    name: Option<String>,
    /// What a user is in the workspace; nothing for root keys.
    role: Option<UserRole>,
    /// The root key; nothing for users, and nothing for a secret that is none.
    root_key: Option<RootKey>,
    permissions: PermissionSet,
    enabled: bool,
    workspace_enabled: bool,
}

impl Holder {
    pub(super) fn of_caller(caller: &Caller) -> Self {
        let principal = &caller.principal;
        let root_key = principal.root_key.clone();
        let role = caller.person.is_some().then(|| role_like(&root_key.grant)).flatten();
        Self {
            id: root_key.id.to_string(),
            name: root_key.name.clone(),
            role,
            enabled: root_key.enabled,
            root_key: caller.person.is_none().then_some(root_key),
            permissions: principal.permissions.clone(),
            workspace_enabled: principal.workspace_enabled,
        }
    }

    fn of(root_key: RootKey, workspace_enabled: bool) -> Self {
        let permissions = root_key.grant.effective_permissions();
        Self {
            id: root_key.id.to_string(),
            name: root_key.name.clone(),
            role: None,
            permissions: PermissionSet::new(permissions.iter().map(String::as_str)),
            enabled: root_key.enabled,
            root_key: Some(root_key),
            workspace_enabled,
        }
    }

    pub(super) async fn of_root_key(
        app: &App,
        caller: &Caller,
        id: &RootKeyId,
    ) -> Result<Self, Problem> {
        let root_key = caller.open(app.store.find_root_key(id).await?, Code::KeyNotFound)?;
        Ok(Self::of(root_key, caller.principal.workspace_enabled))
    }

    /// The root key with a secret. One of another workspace is as unknown as none.
    pub(super) async fn of_secret(
        app: &App,
        caller: &Caller,
        secret: &str,
    ) -> Result<Self, Problem> {
        let found = app.store.find_principal(&KeyHash::of(secret.trim())).await?;
        let own = found.filter(|one| one.root_key.workspace_id == *caller.workspace());
        own.map(|one| Self::of(one.root_key.clone(), one.workspace_enabled)).ok_or_else(|| {
            Problem::new(Code::KeyNotFound, "There is no root key with this secret.")
        })
    }

    pub(super) async fn of_user(app: &App, caller: &Caller, id: &UserId) -> Result<Self, Problem> {
        let absent = || Problem::absent(Code::UserNotFound);
        let account = app.store.find_user(id).await?.ok_or_else(absent)?;
        let role = account.role_in(caller.workspace()).ok_or_else(absent)?;
        Ok(Self {
            id: account.user.id.to_string(),
            name: Some(account.user.email),
            role: Some(role),
            root_key: None,
            permissions: role.permission_set(),
            enabled: account.user.enabled,
            workspace_enabled: caller.principal.workspace_enabled,
        })
    }

    pub(super) fn subject(&self) -> Subject {
        let kind = if self.root_key.is_some() { "rootkey" } else { "user" };
        Subject { kind, id: self.id.clone(), name: self.name.clone(), api_id: None }
    }

    /// From where a permission is held: its own form or the one for everything.
    fn via(&self, permission: RootPermission<'_>) -> Option<(Via, Option<String>)> {
        if !self.permissions.allows(permission) {
            return None;
        }
        if let Some(role) = self.role {
            return Some((Via::Role, Some(role.name().to_owned())));
        }
        let grant = self.root_key.as_ref().map(|root_key| &root_key.grant)?;
        let forms = permission.alternatives();
        if grant.permissions.iter().any(|held| forms.contains(held)) {
            return Some((Via::Direct, None));
        }
        let role = grant
            .roles
            .iter()
            .find(|role| role.permissions(&grant.api_ids).iter().any(|held| forms.contains(held)));
        Some((Via::RootRole, role.map(|role| role.name().to_owned())))
    }
}

/// The role that a user's principal was made of.
fn role_like(grant: &Grant) -> Option<UserRole> {
    UserRole::ALL.into_iter().find(|role| role.permissions() == grant.permissions)
}

/// Where a resource stands.
enum Place {
    /// None was named.
    Anywhere,
    /// In the caller's workspace; with the id that permissions on it name.
    Here(String),
    /// Nothing has that id.
    Nowhere,
    /// In another workspace or environment.
    Elsewhere,
}

async fn place(app: &App, caller: &Caller, resource: Option<&str>) -> Result<Place, Problem> {
    let Some(id) = resource else { return Ok(Place::Anywhere) };
    let judge = |found: Result<String, Problem>| match found {
        Ok(id) => Ok(Place::Here(id)),
        Err(problem) if problem.code == Code::InsufficientPermissions => Ok(Place::Elsewhere),
        Err(problem) if problem.code.status() == 404 => Ok(Place::Nowhere),
        Err(problem) => Err(problem),
    };
    let kind = id.split('_').next().unwrap_or_default();
    judge(match kind {
        "api" => caller.open_api(app, &ApiId::from(id)).await.map(|api| api.id.to_string()),
        "key" => {
            caller.open_key(app, &KeyId::from(id), &[]).await.map(|key| key.api.id.to_string())
        }
        "rlns" => caller
            .open(app.store.find_namespace(&NamespaceId::from(id)).await?, Code::NamespaceNotFound)
            .map(|namespace| namespace.id.to_string()),
        "id" => caller
            .open(app.store.find_identity(&IdentityId::from(id)).await?, Code::IdentityNotFound)
            .map(|identity| identity.id.to_string()),
        _ => return Ok(Place::Here(id.to_owned())),
    })
}

/// Explains whether the holder may call an operation on a resource.
pub(super) async fn explain(
    app: &App,
    caller: &Caller,
    holder: &Holder,
    operation: &str,
    resource: Option<&str>,
) -> Result<Explanation, Problem> {
    let rows = registry::names_and_needs();
    let Some((_, needs)) = rows.iter().find(|(name, _)| *name == operation) else {
        return Err(Problem::invalid_field(
            "body.operation",
            "is not an operation",
            "Write group and operation, as in `keys.createKey`; /openapi.json lists them.",
        ));
    };
    let place = place(app, caller, resource).await?;
    Ok(decide(caller, holder, operation, needs, &place))
}

/// Explains a refusal that was remembered with what was missing then.
pub(super) async fn explain_denied(
    app: &App,
    caller: &Caller,
    holder: &Holder,
    operation: &str,
    missing: &[String],
) -> Result<Explanation, Problem> {
    let wanted: Vec<RootPermission<'_>> =
        missing.iter().filter_map(|text| RootPermission::parse(text)).collect();
    let resource = wanted.iter().find_map(|one| one.on);
    let place = if wanted.is_empty() {
        Place::Elsewhere
    } else {
        match resource {
            Some(id) => place(app, caller, Some(id)).await?,
            None => Place::Anywhere,
        }
    };
    let rows = registry::names_and_needs();
    let row = rows.iter().find(|(name, _)| *name == operation);
    let mut needs: Vec<Action> = row.map(|(_, needs)| needs.to_vec()).unwrap_or_default();
    for one in &wanted {
        if !needs.contains(&one.action) {
            needs.push(one.action);
        }
    }
    Ok(decide(caller, holder, operation, &needs, &place))
}

fn decide(
    caller: &Caller,
    holder: &Holder,
    operation: &str,
    needs: &[Action],
    place: &Place,
) -> Explanation {
    let mut checks = Checks::default();
    let expired = holder
        .root_key
        .as_ref()
        .and_then(|root_key| root_key.expires)
        .is_some_and(|expires| expires < caller.now);
    let what = if holder.root_key.is_some() { "root key" } else { "account" };
    checks.add("exists", true, format!("The {what} {} exists.", holder.id));
    let state = if holder.workspace_enabled { "on" } else { "switched off" };
    checks.add("workspace", holder.workspace_enabled, format!("The workspace is {state}."));
    let state = if holder.enabled { "enabled" } else { "switched off" };
    checks.add("enabled", holder.enabled, format!("The {what} is {state}."));
    let state = if expired { "has expired" } else { "has not expired" };
    checks.add("expiry", !expired, format!("The {what} {state}."));
    let on = match place {
        Place::Anywhere => None,
        Place::Here(id) => {
            checks.add("resource", true, format!("{id} is in this workspace."));
            Some(id.as_str())
        }
        Place::Nowhere => {
            checks.add("resource", false, "Nothing in this workspace has that id.");
            None
        }
        Place::Elsewhere => {
            let detail = "The resource is of another workspace, or of an environment that the \
                          caller may not enter. No permission of this workspace opens it.";
            checks.add("resource", false, detail);
            None
        }
    };
    let wanted: Vec<RootPermission<'_>> = needs
        .iter()
        .map(|action| match on {
            Some(id) if action.row().scoped => action.on(id),
            Some(_) | None => action.everywhere(),
        })
        .collect();
    let leaves = |permission: &RootPermission<'_>| {
        let via = holder.via(*permission);
        let forms = permission.alternatives();
        let leaf = |text: String| {
            let held =
                RootPermission::parse(&text).is_some_and(|one| holder.permissions.allows(one));
            let via = via.as_ref().filter(|_| held);
            Requirement::Leaf {
                permission: text,
                held,
                via: via.map(|(_, role)| role.clone().unwrap_or_else(|| "direct".to_owned())),
            }
        };
        Requirement::any(forms.into_iter().rev().map(leaf).collect())
    };
    let requirement = Requirement::all(wanted.iter().map(leaves).collect());
    let lacking: Vec<RootPermission<'_>> =
        wanted.iter().copied().filter(|one| !holder.permissions.allows(*one)).collect();
    let missing: Vec<String> = lacking.iter().map(ToString::to_string).collect();
    let detail = match (needs.is_empty(), missing.is_empty()) {
        (true, _) => "The operation needs no permission.".to_owned(),
        (false, true) => "Every permission that is needed is held.".to_owned(),
        (false, false) => format!("`{}` is missing.", missing.join("`, `")),
    };
    checks.add("permissions", missing.is_empty(), detail);

    let grants = wanted.iter().filter_map(|one| {
        let (via, role) = holder.via(*one)?;
        Some(GrantView { permission: one.to_string(), via, role, role_id: None })
    });
    let decision = checks.decision();
    let summary = match (decision, checks.fault()) {
        (Decision::Allowed, _) | (_, None) => format!("The {what} may call {operation}."),
        (Decision::Denied, Some(fault)) => {
            format!("The {what} may not call {operation}: {}", lower_first(fault))
        }
    };
    let code = match decision {
        Decision::Allowed => "allowed".to_owned(),
        Decision::Denied if !holder.workspace_enabled => Code::WorkspaceDisabled.path().to_owned(),
        Decision::Denied if !holder.enabled => Code::RootKeyDisabled.path().to_owned(),
        Decision::Denied if expired => Code::RootKeyExpired.path().to_owned(),
        Decision::Denied => Code::InsufficientPermissions.path().to_owned(),
    };
    let reachable = !matches!(place, Place::Elsewhere | Place::Nowhere);
    Explanation {
        decision,
        code,
        summary,
        request: None,
        subject: Some(holder.subject()),
        grants: grants.collect(),
        remedies: if reachable { remedies(holder, &lacking, expired) } else { Vec::new() },
        requirement: (!needs.is_empty()).then_some(requirement),
        missing,
        checks: checks.0,
        hints: Vec::new(),
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

fn remedy(kind: RemedyKind, target: &str, title: String, adds: Vec<String>) -> Remedy {
    Remedy {
        kind,
        target: target.to_owned(),
        title,
        adds,
        role_id: None,
        role: None,
        also_adds: Vec::new(),
        affects_keys: 0,
    }
}

fn remedies(holder: &Holder, lacking: &[RootPermission<'_>], expired: bool) -> Vec<Remedy> {
    let mut all = Vec::new();
    let id = holder.id.as_str();
    if !holder.enabled {
        let title = format!("Enable {id} again.");
        all.push(remedy(RemedyKind::Other, id, title, Vec::new()));
    }
    if expired {
        let title = format!("Give {id} a later end, or use another root key.");
        all.push(remedy(RemedyKind::Other, id, title, Vec::new()));
    }
    if lacking.is_empty() {
        return all;
    }
    if holder.root_key.is_none() {
        let role = UserRole::ALL
            .into_iter()
            .find(|role| lacking.iter().all(|one| role.contains(one.action)));
        if let Some(role) = role {
            let title = format!("Give {id} the role {}.", role.name());
            let adds = lacking.iter().map(ToString::to_string).collect();
            let role = Some(role.name().to_owned());
            all.push(Remedy { role, ..remedy(RemedyKind::Other, id, title, adds) });
        }
        return all;
    }
    let narrow: Vec<String> = lacking.iter().map(ToString::to_string).collect();
    let broad: Vec<String> =
        lacking.iter().map(|one| one.action.everywhere().to_string()).collect();
    let title = format!("Grant `{}` to {id}.", narrow.join("`, `"));
    all.push(remedy(RemedyKind::GrantRootPermission, id, title, narrow.clone()));
    if broad != narrow {
        let title =
            format!("Grant `{}` to {id}, which covers everything of the kind.", broad.join("`, `"));
        all.push(remedy(RemedyKind::GrantRootPermission, id, title, broad));
    }
    all
}
