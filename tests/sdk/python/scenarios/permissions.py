"""permissions.*"""

from typing import Any

from harness import Results, World, client, refused
from pages import items, pages


def run(results: Results, world: World) -> None:
    """Runs the cases of this group."""
    unkey = client(world.root_key)
    permissions = unkey.permissions

    def slugs(permissions: Any) -> list[str]:
        return [permission.slug for permission in permissions]

    def create_permission() -> None:
        given = {"name": "Delete documents", "slug": "docs:delete.*", "description": "For ever"}
        permission_id = permissions.create_permission(**given).data.permission_id
        assert permission_id.startswith("perm_")
        for named in (permission_id, given["slug"]):
            data = permissions.get_permission(permission=named).data
            assert data.model_dump() == {"id": permission_id, **given}

    results.check("permissions.createPermission", "creates what getPermission reads", create_permission)

    def bare() -> None:
        permissions.create_permission(name="Bare", slug="bare")
        assert permissions.get_permission(permission="bare").data.description is None

    results.check("permissions.getPermission", "has no description if none was given", bare)

    def paged_permissions() -> None:
        expected = ["paged.a", "paged.b", "paged.c"]
        for slug in expected:
            permissions.create_permission(name=f"Paged {slug}", slug=slug)
        walked = pages(permissions.list_permissions(limit=2, search="PAGED."))
        assert (len(walked), sorted(slugs(items(walked)))) == (2, expected)

    results.check("permissions.listPermissions", "the pages hold every permission once", paged_permissions)

    def update_permission() -> None:
        created = permissions.create_permission(name="Old", slug="old.slug", description="Old").data
        changed = permissions.update_permission(
            permission="old.slug", name="New", slug="new.slug", description=None
        ).data
        assert (changed.id, changed.name, changed.slug) == (created.permission_id, "New", "new.slug")
        assert changed.description is None
        assert permissions.get_permission(permission="new.slug").data == changed
        gone = lambda: permissions.get_permission(permission="old.slug")  # noqa: E731
        refused(gone, 404, "unkey/data/permission_not_found")

    results.check("permissions.updatePermission", "changes what is named", update_permission)

    def renamed_slug() -> None:
        api_id = unkey.apis.create_api(name="renamed slugs").data.api_id
        key = unkey.keys.create_key(api_id=api_id, permissions=["before.it"]).data.key
        permissions.update_permission(permission="before.it", slug="after.it")
        codes = [
            unkey.keys.verify_key(key=key, permissions=slug).data.code
            for slug in ("before.it", "after.it")
        ]
        assert codes == ["INSUFFICIENT_PERMISSIONS", "VALID"]

    results.check("permissions.updatePermission", "a new slug holds for the keys at once", renamed_slug)

    def delete_permission() -> None:
        api_id = unkey.apis.create_api(name="permissions").data.api_id
        key = unkey.keys.create_key(api_id=api_id, permissions=["doomed"]).data.key
        assert unkey.keys.verify_key(key=key, permissions="doomed").data.code == "VALID"
        permissions.delete_permission(permission="doomed")
        code = unkey.keys.verify_key(key=key, permissions="doomed").data.code
        assert code == "INSUFFICIENT_PERMISSIONS"
        again = lambda: permissions.delete_permission(permission="doomed")  # noqa: E731
        refused(again, 404, "unkey/data/permission_not_found")

    results.check("permissions.deletePermission", "takes it from the keys that had it", delete_permission)

    def create_role() -> None:
        created = permissions.create_role(
            name="editor of docs", description="Both", permissions=["docs.write", "docs.read"]
        ).data
        assert created.role_id.startswith("role_")
        for role in (created.role_id, "Editor of docs"):
            data = permissions.get_role(role=role).data
            assert (data.id, data.name, data.description) == (created.role_id, "editor of docs", "Both")
            assert sorted(slugs(data.permissions)) == ["docs.read", "docs.write"]

    results.check("permissions.createRole", "creates what getRole reads, with new permissions", create_role)

    def empty_role() -> None:
        permissions.create_role(name="empty role")
        data = permissions.get_role(role="empty role").data
        assert (data.permissions, data.description) == ([], None)

    name = "a role without permissions has an empty list"
    results.check("permissions.getRole", name, empty_role, "role-permissions")

    def paged_roles() -> None:
        expected = ["paged role a", "paged role b", "paged role c"]
        for name in expected:
            permissions.create_role(name=name, permissions=["paged.a"])
        walked = pages(permissions.list_roles(limit=2, search="paged role"))
        assert (len(walked), sorted(role.name for role in items(walked))) == (2, expected)
        assert all(slugs(role.permissions) == ["paged.a"] for role in items(walked))

    results.check("permissions.listRoles", "the pages hold every role once", paged_roles)

    def update_role() -> None:
        role_id = permissions.create_role(name="old role", description="Old").data.role_id
        changed = permissions.update_role(role="old role", name="new role", description=None).data
        assert (changed.id, changed.name, changed.description) == (role_id, "new role", None)
        assert permissions.get_role(role="new role").data.id == role_id
        gone = lambda: permissions.get_role(role="old role")  # noqa: E731
        refused(gone, 404, "unkey/data/role_not_found")

    results.check("permissions.updateRole", "changes what is named", update_role)

    def set_role_permissions() -> None:
        created = permissions.create_role(name="changing", permissions=["old.one"]).data
        api_id = unkey.apis.create_api(name="roles").data.api_id
        key = unkey.keys.create_key(api_id=api_id, roles=["changing"]).data.key

        def codes() -> list[str]:
            queries = ("old.one", "new.one")
            return [unkey.keys.verify_key(key=key, permissions=query).data.code for query in queries]

        assert codes() == ["VALID", "INSUFFICIENT_PERMISSIONS"]
        body = {"role_id": created.role_id, "permissions": ["new.one"]}
        assert slugs(permissions.set_role_permissions(request=body).data) == ["new.one"]
        assert codes() == ["INSUFFICIENT_PERMISSIONS", "VALID"]
        none = {"role_id": created.role_id, "permissions": []}
        assert permissions.set_role_permissions(request=none).data == []

    results.check(
        "permissions.setRolePermissions", "replaces them all, for the keys at once", set_role_permissions
    )

    def set_role_permissions_by_role() -> None:
        role_id = permissions.create_role(name="by its name").data.role_id
        for role in (role_id, "by its name"):
            body = {"role": role, "permissions": ["given.by.role"]}
            answer = permissions.set_role_permissions(request=body)
            assert slugs(answer.data) == ["given.by.role"]

    results.check(
        "permissions.setRolePermissions", "takes the role as `role`, id or name", set_role_permissions_by_role
    )

    def delete_role() -> None:
        permissions.create_role(name="doomed role", permissions=["survivor"])
        permissions.delete_role(role="doomed role")
        gone = lambda: permissions.get_role(role="doomed role")  # noqa: E731
        refused(gone, 404, "unkey/data/role_not_found")
        permissions.get_permission(permission="survivor")

    results.check("permissions.deleteRole", "the role is gone, its permissions stay", delete_role)
