//! Writes to what keys share: APIs, permissions, roles and identities.

use serde_json::{Value, json};

use super::{Hand, Next, is};
use crate::model::{Api, Id, Identity, Role, State, limits};

impl Hand<'_> {
    pub(super) fn create_api(&mut self) -> Option<Next> {
        let api = State::Api(Api::default());
        self.make("apis.createApi", json!({ "name": "another" }), api, "apiId")
    }

    pub(super) fn change_api(&mut self) -> Option<Next> {
        let (id, mut api) = self.one(is::api)?;
        let mut body = if self.chance.one_in(2) {
            api.environment =
                self.chance.pick(&[None, Some("prod"), Some("test")])?.map(str::to_owned);
            json!({ "environment": api.environment })
        } else {
            let lists: [&[&str]; 4] =
                [&[], &["10.0.0.0/8"], &["172.0.0.0/8"], &["10.0.0.0/8", "172.0.0.0/8"]];
            api.allows = self.chance.pick(&lists)?.to_vec();
            json!({ "ipAllowlist": api.allows })
        };
        body["apiId"] = self.wire(id).into();
        self.write("apis.updateApi", body, vec![(id, State::Api(api))])
    }

    pub(super) fn delete_api(&mut self) -> Option<Next> {
        if self.all(is::api).len() < 2 {
            return None;
        }
        let (id, _) = self.one(is::api)?;
        self.write("apis.deleteApi", json!({ "apiId": self.wire(id) }), nothing(id))
    }

    fn slug(&mut self) -> String {
        let slug = format!("p{}", self.number());
        self.world.slugs.push(slug.clone());
        slug
    }

    pub(super) fn create_permission(&mut self) -> Option<Next> {
        let slug = self.slug();
        let body = json!({ "name": slug, "slug": slug });
        let state = State::Permission(slug);
        self.make("permissions.createPermission", body, state, "permissionId")
    }

    pub(super) fn rename_permission(&mut self) -> Option<Next> {
        let (id, _) = self.one(is::permission)?;
        let slug = self.slug();
        let body = json!({ "permission": self.wire(id), "slug": slug });
        self.write("permissions.updatePermission", body, vec![(id, State::Permission(slug))])
    }

    pub(super) fn delete_permission(&mut self) -> Option<Next> {
        let (id, _) = self.one(is::permission)?;
        let body = json!({ "permission": self.wire(id) });
        self.write("permissions.deletePermission", body, nothing(id))
    }

    pub(super) fn create_role(&mut self) -> Option<Next> {
        let permissions = self.some_of(is::permission);
        let role = Role { name: format!("r{}", self.number()), permissions };
        let body = json!({ "name": role.name, "permissions": self.wires(&role.permissions) });
        self.make("permissions.createRole", body, State::Role(role), "roleId")
    }

    pub(super) fn rename_role(&mut self) -> Option<Next> {
        let (id, role) = self.one(is::role)?;
        let role = Role { name: format!("r{}", self.number()), ..role };
        let body = json!({ "role": self.wire(id), "name": role.name });
        self.write("permissions.updateRole", body, vec![(id, State::Role(role))])
    }

    pub(super) fn set_role(&mut self) -> Option<Next> {
        let (id, role) = self.one(is::role)?;
        let permissions = self.some_of(is::permission);
        let body = json!({ "role": self.wire(id), "permissions": self.wires(&permissions) });
        let state = State::Role(Role { permissions, ..role });
        self.write("permissions.setRolePermissions", body, vec![(id, state)])
    }

    pub(super) fn delete_role(&mut self) -> Option<Next> {
        let (id, _) = self.one(is::role)?;
        self.write("permissions.deleteRole", json!({ "role": self.wire(id) }), nothing(id))
    }

    pub(super) fn create_identity(&mut self) -> Option<Next> {
        let external = format!("u{}", self.number());
        let identity = Identity { meta: None, limits: self.limits() };
        let body = json!({ "externalId": external, "ratelimits": limits(&identity.limits) });
        let state = State::Identity(identity);
        let next = self.make("identities.createIdentity", body, state, "identityId")?;
        let Next::Write(write) = next else { return None };
        let (id, ..) = write.made?;
        self.world.objects[id].secret = external;
        Some(Next::Write(write))
    }

    fn update_identity(&self, id: Id, identity: Identity, mut body: Value) -> Option<Next> {
        body["identity"] = self.wire(id).into();
        self.write("identities.updateIdentity", body, vec![(id, State::Identity(identity))])
    }

    pub(super) fn change_identity(&mut self) -> Option<Next> {
        let (id, identity) = self.one(is::identity)?;
        let (meta, body) = self.meta();
        self.update_identity(id, Identity { meta, ..identity }, json!({ "meta": body }))
    }

    pub(super) fn limit_identity(&mut self) -> Option<Next> {
        let (id, mut identity) = self.one(is::identity)?;
        if self.chance.one_in(2) && 1 < identity.limits.len() {
            identity.limits.reverse();
        } else {
            identity.limits = self.limits();
        }
        let body = json!({ "ratelimits": limits(&identity.limits) });
        self.update_identity(id, identity, body)
    }

    pub(super) fn delete_identity(&mut self) -> Option<Next> {
        let (id, _) = self.one(is::identity)?;
        self.write("identities.deleteIdentity", json!({ "identity": self.wire(id) }), nothing(id))
    }
}

fn nothing(id: Id) -> Vec<(Id, State)> {
    vec![(id, State::Nothing)]
}
