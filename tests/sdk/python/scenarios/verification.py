"""keys.verifyKey"""

import asyncio
from typing import Any, Callable

from harness import MONTH, Results, World, client, plain, refused, throttled_root_key
from scenarios.keys import HOUR, now


def run(results: Results, world: World) -> None:
    """Runs the cases of this group."""
    unkey = client(world.root_key)
    api_id = unkey.apis.create_api(name="verification").data.api_id

    def create(**change: Any) -> Any:
        return unkey.keys.create_key(**{"api_id": api_id, **change}).data

    def verify(key: str, **question: Any) -> Any:
        return unkey.keys.verify_key(key=key, **question).data

    def check(name: str, case: Callable[[], Any]) -> None:
        results.check("keys.verifyKey", name, case)

    def valid() -> None:
        expires = now() + HOUR
        created = create(
            name="verified",
            external_id="user_verified",
            meta={"plan": "pro"},
            expires=expires,
            permissions=["documents.read"],
            roles=[world.values["role"]],
            credits={"remaining": 3},
            ratelimits=[{"name": "requests", "limit": 10, "duration": MONTH, "auto_apply": True}],
        )
        data = verify(created.key, tags=["path=/v1/löschen", "a b"])
        assert (data.valid, data.code, data.key_id, data.enabled) == (True, "VALID", created.key_id, True)
        assert (data.name, data.meta, data.expires) == ("verified", {"plan": "pro"}, expires)
        assert (data.permissions, data.roles) == (["documents.read"], [world.values["role"]])
        assert data.identity.external_id == "user_verified"
        assert data.credits == 2
        (limit,) = data.ratelimits
        assert limit.id.startswith("rl_") and now() < limit.reset <= now() + MONTH
        assert (limit.name, limit.limit, limit.duration) == ("requests", 10, MONTH)
        assert (limit.remaining, limit.exceeded, limit.auto_apply) == (9, False, True)

    check("VALID carries all that the key has", valid)

    def not_found() -> None:
        other = client(world.other_root_key)
        elsewhere = other.apis.create_api(name="elsewhere").data.api_id
        foreign = other.keys.create_key(api_id=elsewhere).data.key
        for key in ("nobody_has_this_key", world.root_key, foreign):
            data = verify(key).model_dump(exclude_none=True, mode="json")
            assert data == {"valid": False, "code": "NOT_FOUND"}, data

    check("NOT_FOUND says nothing else", not_found)

    def disabled_and_expired() -> None:
        assert verify(create(enabled=False).key).code == "DISABLED"
        data = verify(create(expires=now() - 1000).key)
        assert (data.valid, data.code) == (False, "EXPIRED")

    check("DISABLED and EXPIRED", disabled_and_expired)

    def forbidden() -> None:
        closed = unkey.apis.create_api(name="closed").data.api_id
        key = create(api_id=closed).key
        for allowed, code in (("203.0.113.0/24", "FORBIDDEN"), ("127.0.0.0/8", "VALID")):
            plain(world.root_key, "apis.updateApi", {"apiId": closed, "ipAllowlist": [allowed]})
            assert verify(key).code == code

    check("FORBIDDEN outside the API's addresses", forbidden)

    def keyspaces() -> None:
        key = create(credits={"remaining": 2}).key
        keyspace = verify(key).keyspace_id
        assert keyspace
        missed = verify(key, keyspaces=["ks_elsewhere"])
        assert (missed.code, missed.keyspace_id) == ("NOT_FOUND", None)
        found = verify(key, keyspaces=["ks_elsewhere", keyspace])
        assert (found.code, found.credits, found.keyspace_id) == ("VALID", 0, keyspace)

    check("keys of other key spaces are NOT_FOUND and spend nothing", keyspaces)

    def query() -> None:
        key = create(permissions=["documents.read", "documents.write"]).key
        for permissions, code in (
            ("documents.read AND documents.write", "VALID"),
            ("documents.delete OR (documents.read AND documents.write)", "VALID"),
            ("documents.read AND documents.delete", "INSUFFICIENT_PERMISSIONS"),
            ("documents.*", "INSUFFICIENT_PERMISSIONS"),
        ):
            assert verify(key, permissions=permissions).code == code, permissions

    check("INSUFFICIENT_PERMISSIONS by a query", query)

    def syntax() -> None:
        key = create().key
        code = "user/bad_request/permissions_query_syntax_error"
        refused(lambda: verify(key, permissions="documents.read AND"), 400, code)

    check("400 query off its grammar", syntax)

    def credits() -> None:
        key = create(credits={"remaining": 5}).key
        for question, code, left in (
            ({}, "VALID", 4),
            ({"credits": {"cost": 3}}, "VALID", 1),
            ({"credits": {"cost": 2}}, "USAGE_EXCEEDED", 1),
            ({"credits": {"cost": 1}}, "VALID", 0),
            ({"credits": {"cost": 0}}, "VALID", 0),
            ({}, "USAGE_EXCEEDED", 0),
        ):
            data = verify(key, **question)
            assert (data.code, data.credits) == (code, left)

    check("USAGE_EXCEEDED when the credits are spent", credits)

    def at_once() -> None:
        key = create(credits={"remaining": 10}).key

        async def thirty() -> list[Any]:
            async with client(world.root_key) as unkey:
                calls = [unkey.keys.verify_key_async(key=key) for _ in range(30)]
                return [answer.data for answer in await asyncio.gather(*calls)]

        left = sorted(data.credits for data in asyncio.run(thirty()) if data.valid)
        assert left == list(range(10)), left

    check("ten credits give exactly ten of thirty at once", at_once)

    def limited() -> None:
        limit = {"name": "requests", "limit": 2, "duration": MONTH, "auto_apply": True}
        key = create(ratelimits=[limit]).key
        codes = [verify(key).code for _ in range(3)]
        assert codes == ["VALID", "VALID", "RATE_LIMITED"]
        (refusal,) = verify(key).ratelimits
        assert (refusal.exceeded, refusal.remaining) == (True, 0)

    check("RATE_LIMITED by a limit that applies itself", limited)

    def named() -> None:
        key = create(ratelimits=[{"name": "tokens", "limit": 10, "duration": MONTH}]).key
        eight = [{"name": "tokens", "cost": 8}]
        first = verify(key, ratelimits=eight)
        assert (first.code, first.ratelimits[0].remaining) == ("VALID", 2)
        assert verify(key, ratelimits=eight).code == "RATE_LIMITED"
        assert not verify(key).ratelimits
        once = [{"name": "ad hoc", "limit": 1, "duration": MONTH}]
        assert [verify(key, ratelimits=once).code for _ in range(2)] == ["VALID", "RATE_LIMITED"]

    check("RATE_LIMITED by a named and by an ad hoc limit", named)

    def shared() -> None:
        limits = [{"name": "shared", "limit": 2, "duration": MONTH, "auto_apply": True}]
        unkey.identities.create_identity(external_id="user_sharing", ratelimits=limits)
        one, two = (create(external_id="user_sharing").key for _ in range(2))
        assert [verify(key).code for key in (one, two, one)] == ["VALID", "VALID", "RATE_LIMITED"]

    check("keys of one identity share its limits", shared)

    def unheard_of() -> None:
        key = create().key
        call = lambda: verify(key, ratelimits=[{"name": "unheard of"}])  # noqa: E731
        refused(call, 412, "unkey/application/precondition_failed", untyped=True)

    check("412 limit that the key does not have", unheard_of)

    def throttled() -> None:
        limited = client(throttled_root_key(2))

        def six() -> None:
            for _ in range(6):
                limited.keys.verify_key(key="nobody_has_this_key")

        error = refused(six, 429, "user/too_many_requests/workspace_rate_limited")
        assert int(error.headers["retry-after"]) >= 1
        assert error.headers["ratelimit-limit"] == "2"
        assert error.headers["ratelimit-remaining"] == "0"

    check("429 says when to come back", throttled)
