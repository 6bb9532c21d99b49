//! `UserStore` and `SessionStore`

use keyway_core::audit::Event;
use keyway_core::backend::accounts::EndSessions;
use keyway_core::backend::store::{Entity, StoreError};
use keyway_core::id::{SessionId, UserId};
use keyway_core::secret::KeyHash;
use keyway_core::time::{DAY, MINUTE, Timestamp};
use keyway_core::user::{Link, LinkKind, Session, SessionHolder, User, UserChange, UserRole};

use crate::fixture::{Fixture, NOW, events, with_store};

fn user(t: &Fixture, email: &str, owner: bool) -> User {
    User {
        id: UserId::generate(&t.entropy),
        email: email.to_owned(),
        password_hash: Some("$argon2id$first".to_owned()),
        owner,
        enabled: true,
        created_at: NOW,
        updated_at: None,
        last_sign_in_at: None,
    }
}

fn link(kind: LinkKind, token: &str, user_id: Option<UserId>) -> Link {
    let expires = NOW.plus(30 * MINUTE);
    Link { hash: KeyHash::of(token), kind, user_id, created_at: NOW, expires, used_at: None }
}

fn session(t: &Fixture, holder: SessionHolder) -> Session {
    Session {
        id: SessionId::generate(&t.entropy),
        holder,
        created_at: NOW,
        seen_at: NOW,
        expires: NOW.plus(7 * DAY),
        stepped_up_at: NOW,
        remote_ip: Some("192.0.2.1".to_owned()),
        user_agent: None,
    }
}

#[tokio::test]
async fn the_first_owner_is_made_once_by_a_link_that_can_be_used_once() {
    with_store(async |t| {
        let (anna, ben) = (user(t, "Anna@example.com", true), user(t, "ben@example.com", true));
        let hash = KeyHash::of("token");
        assert!(!t.store.has_owner().await.unwrap());
        assert_eq!(t.store.home_workspace().await.unwrap(), Some(t.workspace.id.clone()));
        assert!(!t.store.insert_first_owner(&anna, Some(&hash), &t.trail()).await.unwrap());
        let setup = link(LinkKind::Setup, "token", None);
        t.store.insert_link(&setup, &t.trail()).await.unwrap();
        let mut late = t.trail();
        late.now = setup.expires;
        assert!(!t.store.insert_first_owner(&anna, Some(&hash), &late).await.unwrap());
        assert!(t.store.insert_first_owner(&anna, Some(&hash), &t.trail()).await.unwrap());
        assert!(t.store.has_owner().await.unwrap());
        assert!(!t.store.insert_first_owner(&ben, None, &t.trail()).await.unwrap());
        assert_eq!(t.store.find_link(&hash).await.unwrap().unwrap().used_at, Some(NOW));
        let found = t.store.find_user_by_email(" ANNA@EXAMPLE.COM").await.unwrap().unwrap();
        assert_eq!(found.user.email, "Anna@example.com");
        assert_eq!(found.role_in(&t.workspace.id), Some(UserRole::Owner));
        assert!(t.store.find_user_by_email("ben@example.com").await.unwrap().is_none());
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn an_address_is_taken_whatever_its_case() {
    with_store(async |t| {
        let role = Some(UserRole::Viewer);
        t.store.insert_user(&user(t, "a@example.com", false), role, &t.trail()).await.unwrap();
        let again = t.store.insert_user(&user(t, "A@Example.com", false), role, &t.trail()).await;
        assert!(matches!(again, Err(StoreError::Conflict(Entity::User))), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn roles_are_by_workspace_and_end_with_it() {
    with_store(async |t| {
        let anna = user(t, "anna@example.com", false);
        t.store.insert_user(&anna, Some(UserRole::Viewer), &t.trail()).await.unwrap();
        let other = t.another_workspace("other").await;
        let theirs = t.trail_of(&other.id);
        t.store.set_user_role(&anna.id, Some(UserRole::Admin), &theirs).await.unwrap();
        t.store.set_user_role(&anna.id, Some(UserRole::Editor), &t.trail()).await.unwrap();
        let found = t.store.find_user(&anna.id).await.unwrap().unwrap();
        assert_eq!(found.role_in(&t.workspace.id), Some(UserRole::Editor));
        assert_eq!(found.role_in(&other.id), Some(UserRole::Admin));
        let listed = t.store.list_users(&t.workspace.id).await.unwrap();
        assert_eq!(listed.iter().map(|(_, role)| *role).collect::<Vec<_>>(), [UserRole::Editor]);

        t.store.delete_workspace(&other.id, Timestamp(50), &t.trail()).await.unwrap();
        let found = t.store.find_user(&anna.id).await.unwrap().unwrap();
        assert_eq!(found.role_in(&other.id), None);
        assert_eq!(t.store.purge_workspaces(Timestamp(50)).await.unwrap(), 1);
        let slug = t.store.find_workspace_named(&t.workspace.slug).await.unwrap().unwrap();
        assert_eq!(slug.id, t.workspace.id);
        let gone = t.store.workspaces_among(Some(std::slice::from_ref(&other.id))).await.unwrap();
        assert!(gone.is_empty());
        assert_eq!(t.store.workspaces_among(None).await.unwrap().len(), 1);
        t.store.set_user_role(&anna.id, None, &t.trail()).await.unwrap();
        assert!(t.store.find_user(&anna.id).await.unwrap().unwrap().roles.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_instance_keeps_an_owner() {
    with_store(async |t| {
        let anna = user(t, "anna@example.com", true);
        t.store.insert_first_owner(&anna, None, &t.trail()).await.unwrap();
        let off = UserChange { enabled: Some(false), ..UserChange::default() };
        let less = UserChange { owner: Some(false), ..UserChange::default() };
        for change in [&off, &less] {
            let refused = t.store.update_user(&anna.id, change, &t.trail()).await;
            assert!(matches!(refused, Err(StoreError::Unfit(_))), "{refused:?}");
        }
        let refused = t.store.delete_user(&anna.id, &t.trail()).await;
        assert!(matches!(refused, Err(StoreError::Unfit(_))), "{refused:?}");
        t.store.insert_user(&user(t, "ben@example.com", true), None, &t.trail()).await.unwrap();
        t.store.delete_user(&anna.id, &t.trail()).await.unwrap();
        assert!(t.store.find_user(&anna.id).await.unwrap().is_none());
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn sessions_are_found_by_hash_and_end_together() {
    with_store(async |t| {
        let anna = user(t, "anna@example.com", true);
        t.store.insert_first_owner(&anna, None, &t.trail()).await.unwrap();
        let holder = SessionHolder::User(anna.id.clone());
        let all =
            [session(t, holder.clone()), session(t, holder.clone()), session(t, holder.clone())];
        for (one, token) in all.iter().zip(["one", "two", "three"]) {
            t.store.insert_session(one, KeyHash::of(token), &t.trail()).await.unwrap();
        }
        let key = SessionHolder::RootKey(KeyHash::of("first"));
        let of_key = session(t, key.clone());
        t.store.insert_session(&of_key, KeyHash::of("four"), &t.trail()).await.unwrap();
        assert_eq!(t.store.find_session(&KeyHash::of("four")).await.unwrap().unwrap().holder, key);
        let seen = t.store.find_user(&anna.id).await.unwrap().unwrap();
        assert_eq!(seen.user.last_sign_in_at, Some(NOW));

        t.store.touch_session(&all[0].id, NOW.plus(5)).await.unwrap();
        t.store.touch_session(&all[0].id, NOW).await.unwrap();
        let mut later = t.trail();
        later.now = NOW.plus(9);
        t.store.step_up_session(&all[0].id, &later).await.unwrap();
        let found = t.store.find_session(&KeyHash::of("one")).await.unwrap().unwrap();
        assert_eq!((found.seen_at, found.stepped_up_at), (NOW.plus(5), NOW.plus(9)));

        let end = async |which, event| {
            t.store.end_sessions(&holder, which, event, &t.trail()).await.unwrap()
        };
        assert_eq!(end(EndSessions::One(&of_key.id), Event::SessionRevoked).await, 0);
        assert_eq!(end(EndSessions::One(&all[2].id), Event::SessionEnded).await, 1);
        assert_eq!(end(EndSessions::AllBut(&all[0].id), Event::SessionRevoked).await, 1);
        assert_eq!(t.store.list_sessions(&holder).await.unwrap().len(), 1);
        assert_eq!(t.store.list_sessions(&key).await.unwrap().len(), 1);
        let log = t.log().await;
        assert_eq!(events(&log)[..3], ["session.revoke", "session.sign_out", "session.step_up"]);

        let change = UserChange {
            password_hash: Some("$argon2id$second".to_owned()),
            ..UserChange::default()
        };
        t.store.update_user(&anna.id, &change, &t.trail()).await.unwrap();
        assert!(t.store.find_session(&KeyHash::of("one")).await.unwrap().is_none());
        t.store.purge_sessions(NOW.plus(15 * DAY)).await.unwrap();
        assert!(t.store.find_session(&KeyHash::of("four")).await.unwrap().is_none());
        t.assert_chains().await;
    })
    .await;
}

#[tokio::test]
async fn a_link_gives_its_user_a_password_once_and_the_newest_counts() {
    with_store(async |t| {
        let anna = user(t, "anna@example.com", false);
        t.store.insert_user(&anna, Some(UserRole::Viewer), &t.trail()).await.unwrap();
        let holder = SessionHolder::User(anna.id.clone());
        let open = session(t, holder.clone());
        t.store.insert_session(&open, KeyHash::of("open"), &t.trail()).await.unwrap();
        for token in ["old", "new"] {
            let reset = link(LinkKind::Reset, token, Some(anna.id.clone()));
            t.store.insert_link(&reset, &t.trail()).await.unwrap();
        }
        let accept = async |token: &str| {
            let hash = KeyHash::of(token);
            t.store.accept_link(&hash, "$argon2id$second", &t.trail()).await.unwrap()
        };
        assert_eq!(accept("old").await, None);
        assert_eq!(accept("never").await, None);
        assert_eq!(accept("new").await, Some(anna.id.clone()));
        assert_eq!(accept("new").await, None);
        let found = t.store.find_user(&anna.id).await.unwrap().unwrap();
        assert_eq!(found.user.password_hash.as_deref(), Some("$argon2id$second"));
        assert!(t.store.list_sessions(&holder).await.unwrap().is_empty());
    })
    .await;
}
