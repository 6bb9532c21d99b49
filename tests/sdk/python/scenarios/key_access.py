"""keys.addPermissions, removePermissions, setPermissions, addRoles, removeRoles, setRoles"""

from typing import Any

from harness import Results, World, client


def run(results: Results, world: World) -> None:
    """Runs the cases of this group."""
    unkey = client(world.root_key)
    keys = unkey.keys
    api_id = unkey.apis.create_api(name="key access").data.api_id
    role, role_id, taken = (world.values[name] for name in ("role", "roleId", "takenRole"))
    slug, permission_id = world.values["slug"], world.values["permissionId"]

    def create(**change: Any) -> Any:
        return keys.create_key(api_id=api_id, **change).data

    def code(key: str, permissions: str) -> str:
        return keys.verify_key(key=key, permissions=permissions).data.code

    def slugs(answer: Any) -> list[str]:
        return [permission.slug for permission in answer.data]

    def names(answer: Any) -> list[str]:
        return [role.name for role in answer.data]

    def add_permissions() -> None:
        created = create(permissions=[slug])
        answer = keys.add_permissions(key_id=created.key_id, permissions=["added.here", slug])
        assert slugs(answer) == ["added.here", slug]
        assert answer.data[1].id == permission_id
        assert code(created.key, "added.here") == "VALID"

    name = "adds to what is there, and creates what is not"
    results.check("keys.addPermissions", name, add_permissions)

    def remove_permissions() -> None:
        created = create(permissions=[slug, "left.alone"])
        answer = keys.remove_permissions(key_id=created.key_id, permissions=[slug])
        assert slugs(answer) == ["left.alone"]
        assert code(created.key, slug) == "INSUFFICIENT_PERMISSIONS"

    results.check("keys.removePermissions", "leaves the others", remove_permissions)

    def set_permissions() -> None:
        key_id = create(permissions=[slug]).key_id
        answer = keys.set_permissions(key_id=key_id, permissions=["set.b", "set.a"])
        assert slugs(answer) == ["set.a", "set.b"]
        assert slugs(keys.set_permissions(key_id=key_id, permissions=[])) == []

    results.check("keys.setPermissions", "replaces them all, and may leave none", set_permissions)

    def add_roles() -> None:
        granted = "granted.by.role"
        unkey.permissions.create_role(name="granting role", permissions=[granted])
        created = create(roles=[role])
        answer = keys.add_roles(key_id=created.key_id, roles=["granting role"])
        assert names(answer) == [role, "granting role"]
        assert [permission.slug for permission in answer.data[1].permissions] == [granted]
        assert code(created.key, granted) == "VALID"

    results.check("keys.addRoles", "adds, with what the role allows", add_roles)

    def remove_roles() -> None:
        key_id = create(roles=[role, taken]).key_id
        assert names(keys.remove_roles(key_id=key_id, roles=[role])) == [taken]

    results.check("keys.removeRoles", "leaves the others", remove_roles)

    def set_roles() -> None:
        key_id = create(roles=[role]).key_id
        assert names(keys.set_roles(key_id=key_id, roles=[taken])) == [taken]
        assert names(keys.set_roles(key_id=key_id, roles=[])) == []

    results.check("keys.setRoles", "replaces them all, and may leave none", set_roles)

    def permission_ids(method: Any, before: list[str], after: list[str]) -> None:
        key_id = create(permissions=before).key_id
        assert slugs(method(key_id=key_id, permissions=[permission_id])) == after

    def role_ids(method: Any, before: list[str], after: list[str]) -> None:
        key_id = create(roles=before).key_id
        assert names(method(key_id=key_id, roles=[role_id])) == after

    for operation, case, method, before, after in (
        ("keys.addPermissions", permission_ids, keys.add_permissions, [], [slug]),
        ("keys.removePermissions", permission_ids, keys.remove_permissions, [slug], []),
        ("keys.setPermissions", permission_ids, keys.set_permissions, [], [slug]),
        ("keys.addRoles", role_ids, keys.add_roles, [], [role]),
        ("keys.removeRoles", role_ids, keys.remove_roles, [role], []),
        ("keys.setRoles", role_ids, keys.set_roles, [], [role]),
    ):
        results.check(
            operation, "takes an id", lambda: case(method, before, after), "rbac-ids"
        )
