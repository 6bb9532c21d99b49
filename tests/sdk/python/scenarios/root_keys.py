"""rootKeys.*"""

from typing import Any

from harness import FORBIDDEN, Results, World, client, refused
from pages import items, pages
from scenarios.keys import HOUR, now

UNKNOWN = "unkey/authentication/key_not_found"
READ = "api.*.read_api"


def run(results: Results, world: World) -> None:
    """Runs the cases of this group."""
    root_keys = client(world.root_key).root_keys
    api_id = world.values["apiId"]

    def create(**change: Any) -> Any:
        return root_keys.create_key(**{"permissions": [READ], **change}).data

    def use(key: str) -> Any:
        return client(key).apis.get_api(api_id=api_id)

    def listed() -> dict[str, Any]:
        return {key.key_id: key for key in items(pages(root_keys.list_keys()))}

    def creates() -> None:
        created = create(name="reader", expires=now() + HOUR)
        assert use(created.key).data.id == api_id
        call = lambda: client(created.key).apis.delete_api(api_id=api_id)  # noqa: E731
        refused(call, 403, FORBIDDEN)

    results.check("rootKeys.createKey", "the new key may do what it was given, no more", creates)

    def no_more_than_own() -> None:
        own = client(create(permissions=[READ, "root_key.*.create_root_key"]).key)
        own.root_keys.create_key(permissions=[READ])
        call = lambda: own.root_keys.create_key(permissions=["api.*.delete_api"])  # noqa: E731
        refused(call, 403, FORBIDDEN)

    results.check("rootKeys.createKey", "403 permission that the caller lacks", no_more_than_own)

    def resource_name() -> None:
        name = "unkey:v1:ws_1:keyspaces/*#create_key"
        for call in (
            lambda: create(permissions=[name]),
            lambda: root_keys.update_key(key_id=create().key_id, permissions=[name]),
        ):
            refused(call, 400, "unkey/application/invalid_input")

    name = "400 permission in the form of a resource name"
    results.check("rootKeys.createKey", name, resource_name, "permission-strings")
    results.check("rootKeys.updateKey", name, resource_name, "permission-strings")

    def lists() -> None:
        expires = now() + HOUR
        created = create(name="listed", expires=expires)
        fresh = listed()[created.key_id]
        assert (fresh.name, fresh.enabled, fresh.expires) == ("listed", True, expires)
        assert (fresh.permissions, fresh.last_used_at) == ([READ], 0)
        assert abs(fresh.created_at - now()) < HOUR
        assert created.key.startswith(fresh.start) and created.key.endswith(fresh.end)
        assert len(fresh.start) + len(fresh.end) < len(created.key) / 2
        bare_id = create().key_id
        bare = listed()[bare_id]
        assert (bare.name, bare.expires) == (None, None)

    results.check("rootKeys.listKeys", "shows every member of every key", lists)

    def paged() -> None:
        expected = {create().key_id for _ in range(3)}
        walked = pages(root_keys.list_keys(limit=2))
        found = [key.key_id for key in items(walked)]
        assert all(len(page.data) <= 2 for page in walked) and len(walked) > 1
        assert len(found) == len(set(found)) and expected <= set(found)

    results.check("rootKeys.listKeys", "the pages hold every root key once", paged)

    def updates() -> None:
        created = create(name="before")
        root_keys.update_key(key_id=created.key_id, name="after", permissions=["api.*.create_api"])
        after = listed()[created.key_id]
        assert (after.name, after.permissions) == ("after", ["api.*.create_api"])
        refused(lambda: use(created.key), 403, FORBIDDEN)
        root_keys.update_key(key_id=created.key_id, name=None)
        after = listed()[created.key_id]
        assert (after.name, after.permissions) == (None, ["api.*.create_api"])

    results.check("rootKeys.updateKey", "changes what is named, keeps what is not", updates)

    def disables() -> None:
        created = create()
        root_keys.update_key(key_id=created.key_id, enabled=False)
        refused(lambda: use(created.key), 403, "unkey/authorization/key_disabled")
        root_keys.update_key(key_id=created.key_id, enabled=True)
        use(created.key)

    results.check("rootKeys.updateKey", "a disabled key is refused at once", disables)

    def rerolls() -> None:
        old = create(name="rerolled")
        new = root_keys.reroll_key(key_id=old.key_id, expiration=0).data
        assert (new.key_id, new.key) != (old.key_id, old.key)
        refused(lambda: use(old.key), 403, "unkey/authorization/forbidden")
        use(new.key)
        after = listed()[new.key_id]
        assert (after.name, after.permissions) == ("rerolled", [READ])

    results.check("rootKeys.rerollKey", "the old key ends and the new one has all it had", rerolls)

    def grace() -> None:
        old = create()
        new = root_keys.reroll_key(key_id=old.key_id, expiration=HOUR).data
        use(old.key)
        use(new.key)
        assert now() < listed()[old.key_id].expires <= now() + HOUR + 60_000

    results.check("rootKeys.rerollKey", "within the grace both keys work", grace)

    def keeps_expiry() -> None:
        expires = now() + HOUR
        ending, lasting = create(expires=expires), create()
        for created, expected in ((ending, expires), (lasting, None)):
            root_keys.reroll_key(key_id=created.key_id, expiration=None)
            assert listed()[created.key_id].expires == expected

    results.check("rootKeys.rerollKey", "None leaves the old key its expiry", keeps_expiry)

    def no_prolonging() -> None:
        expires = now() + HOUR
        created = create(expires=expires)
        root_keys.reroll_key(key_id=created.key_id, expiration=48 * HOUR)
        assert listed()[created.key_id].expires == expires

    results.check("rootKeys.rerollKey", "the grace never prolongs the old key", no_prolonging)

    def deletes() -> None:
        created = create()
        use(created.key)
        root_keys.delete_key(key_id=created.key_id)
        refused(lambda: use(created.key), 401, UNKNOWN)
        assert created.key_id not in listed()
        again = lambda: root_keys.delete_key(key_id=created.key_id)  # noqa: E731
        refused(again, 404, "unkey/data/key_not_found")

    results.check("rootKeys.deleteKey", "a deleted key is refused at once", deletes)
