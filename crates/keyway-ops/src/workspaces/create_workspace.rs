//! `workspaces.createWorkspace`

use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::id::{Entropy, RootKeyId, WorkspaceId};
use keyway_core::permission::Action;
use keyway_core::root_key::Grant;
use keyway_core::workspace::Workspace;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::caller::Caller;
use crate::fields::{WorkspaceName, WorkspaceSlug};
use crate::reply::{Outcome, Reply};
use crate::root_keys::{Blank, mint};

/// How long a slug is that is made from a name, so that a hyphen and four characters still fit.
const DERIVED_SLUG_LENGTH: usize = 59;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    name: WorkspaceName,
    /// Its name in URLs; made from the name if absent.
    slug: Option<WorkspaceSlug>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    workspace_id: WorkspaceId,
    root_key_id: RootKeyId,
    /// The workspace's first root key itself. It is not stored and can't be shown again.
    root_key: String,
}

/// Creates a workspace with a first root key, which may do everything in it. Its permissions are
/// listed one by one, so that later versions don't widen it.
pub async fn run(app: App, caller: Caller, request: Request) -> Outcome<Response> {
    caller.require(Action::ManageWorkspaces.everywhere())?;

    let is_derived = request.slug.is_none();
    let slug = request.slug.map_or_else(|| slug_of(&request.name), |slug| slug.0);
    let mut workspace = Workspace {
        id: WorkspaceId::generate(&app.entropy),
        name: request.name.0,
        slug,
        enabled: true,
        requests_per_minute: None,
        created_at: caller.now,
        purge_at: None,
    };
    let (root_key, secret) = mint(
        &app,
        caller.now,
        Blank {
            workspace_id: workspace.id.clone(),
            name: Some("first root key".to_owned()),
            grant: Grant { permissions: all_of_a_workspace(), ..Grant::default() },
            expires: None,
            created_by: None,
        },
    );
    let (hash, trail) = (secret.hash(), caller.trail(&app));
    let mut stored = app.store.insert_workspace(&workspace, &root_key, hash, &trail).await;
    if is_derived && matches!(stored, Err(StoreError::Conflict(Entity::Workspace))) {
        workspace.slug = format!("{}-{}", workspace.slug, four_characters(&app.entropy));
        stored = app.store.insert_workspace(&workspace, &root_key, hash, &trail).await;
    }
    stored?;

    Reply::new(Response {
        workspace_id: workspace.id,
        root_key_id: root_key.id,
        root_key: secret.reveal_once(),
    })
}

fn all_of_a_workspace() -> Vec<String> {
    Action::ALL
        .into_iter()
        .filter(|action| !action.is_instance_wide())
        .map(|action| action.everywhere().to_string())
        .collect()
}

/// The name in lower case, with hyphens for all that isn't an ASCII letter or digit.
fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for character in name.chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(DERIVED_SLUG_LENGTH);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "workspace".to_owned() } else { slug.to_owned() }
}

fn four_characters(entropy: &Entropy) -> String {
    const CHARACTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 4];
    entropy.fill(&mut bytes);
    bytes.iter().map(|byte| char::from(CHARACTERS[usize::from(byte % 32)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_made_of_names() {
        for (name, slug) in [
            ("Acme", "acme"),
            ("  Acme, Inc. (Europe) ", "acme-inc-europe"),
            ("Zürich 2", "z-rich-2"),
            ("東京", "workspace"),
            ("---", "workspace"),
        ] {
            assert_eq!(slug_of(name), slug);
        }
        assert_eq!(slug_of(&"x".repeat(128)).len(), DERIVED_SLUG_LENGTH);
        let cut_at_a_hyphen = format!("{} b", "a".repeat(DERIVED_SLUG_LENGTH - 1));
        assert!(!slug_of(&cut_at_a_hyphen).ends_with('-'));
    }

    #[test]
    fn the_characters_after_a_taken_slug_fit_a_slug() {
        for seed in 0..50 {
            let text = four_characters(&Entropy::seeded(seed));
            assert_eq!(text.len(), 4);
            assert!(text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
        }
    }

    #[test]
    fn the_first_root_key_reaches_no_other_workspace() {
        assert_eq!(all_of_a_workspace().len(), Action::ALL.len() - 2);
        assert!(all_of_a_workspace().iter().all(|text| !text.starts_with("instance.")));
    }
}
