"""ratelimit.*"""

import asyncio
from typing import Any

from harness import MONTH, Results, World, client, plain, refused
from pages import items, pages
from scenarios.keys import now

GONE = "unkey/data/ratelimit_namespace_gone"


def run(results: Results, world: World) -> None:
    """Runs the cases of this group."""
    ratelimit = client(world.root_key).ratelimit

    def limit(namespace: str, identifier: str, **change: Any) -> Any:
        question = {"limit": 3, "duration": MONTH, **change}
        return ratelimit.limit(namespace=namespace, identifier=identifier, **question).data

    def delete_namespace(namespace: str) -> None:
        plain(world.root_key, "ratelimit.deleteNamespace", {"namespace": namespace})

    def counts() -> None:
        answers = [limit("api.limit", "visitor") for _ in range(4)]
        outcome = [(answer.success, answer.remaining) for answer in answers]
        assert outcome == [(True, 2), (True, 1), (True, 0), (False, 0)]
        for answer in answers:
            assert (answer.limit, answer.override_id) == (3, None)
            assert now() < answer.reset <= now() + MONTH

    results.check("ratelimit.limit", "counts down, refuses, and creates its namespace", counts)

    def costs() -> None:
        assert limit("api.limit", "spender", cost=2).remaining == 1
        assert limit("api.limit", "spender", cost=2).success is False
        assert limit("api.limit", "spender", cost=0).remaining == 1

    results.check("ratelimit.limit", "takes the cost, and zero only looks", costs)

    def at_once() -> None:
        question = {"namespace": "api.burst", "identifier": "visitor", "limit": 10, "duration": MONTH}

        async def thirty() -> list[Any]:
            async with client(world.root_key) as unkey:
                calls = [unkey.ratelimit.limit_async(**question) for _ in range(30)]
                return [answer.data for answer in await asyncio.gather(*calls)]

        left = sorted(data.remaining for data in asyncio.run(thirty()) if data.success)
        assert left == list(range(10)), left

    results.check("ratelimit.limit", "ten of thirty at once pass a limit of ten", at_once)

    def gone() -> None:
        limit("api.deleted", "visitor")
        delete_namespace("api.deleted")
        refused(lambda: limit("api.deleted", "visitor"), 410, GONE)

    results.check("ratelimit.limit", "410 deleted namespace", gone)

    def entry(identifier: str, most: int, namespace: str = "api.multi") -> dict[str, Any]:
        return {"namespace": namespace, "identifier": identifier, "limit": most, "duration": MONTH}

    def multi() -> None:
        both = [entry("user", 1), entry("team", 5)]
        passed = ratelimit.multi_limit(request=both).data
        assert passed.passed is True
        seen = [(each.namespace, each.identifier, each.passed, each.limit, each.remaining) for each in passed.limits]
        assert seen == [("api.multi", "user", True, 1, 0), ("api.multi", "team", True, 5, 4)]
        failed = ratelimit.multi_limit(request=both).data
        assert failed.passed is False
        assert [(each.passed, each.remaining) for each in failed.limits] == [(False, 0), (True, 4)]

    results.check("ratelimit.multiLimit", "all pass or none is counted", multi)

    def multi_gone() -> None:
        limit("api.deleted.too", "visitor")
        delete_namespace("api.deleted.too")
        both = [entry("beside", 3), entry("visitor", 3, "api.deleted.too")]
        refused(lambda: ratelimit.multi_limit(request=both), 410, GONE)
        assert limit("api.multi", "beside").remaining == 2

    results.check("ratelimit.multiLimit", "410 deleted namespace, and nothing is counted", multi_gone)

    namespace = "api.overrides"

    def set_override(identifier: str, most: int) -> str:
        return ratelimit.set_override(
            namespace=namespace, identifier=identifier, limit=most, duration=MONTH
        ).data.override_id

    def wins() -> None:
        limit(namespace, "first")
        pattern, exact = set_override("*@example.com", 50), set_override("ceo@example.com", 500)
        assert pattern.startswith("rlor_")
        anyone = limit(namespace, "anyone@example.com")
        assert (anyone.limit, anyone.remaining, anyone.override_id) == (50, 49, pattern)
        boss = limit(namespace, "ceo@example.com")
        assert (boss.limit, boss.override_id) == (500, exact)
        assert set_override("*@example.com", 60) == pattern
        question = {**entry("anyone@example.com", 1, namespace), "duration": 1000}
        (many,) = ratelimit.multi_limit(request=[question]).data.limits
        assert (many.limit, many.remaining, many.override_id) == (60, 58, pattern)

    name = "wins over the request, the exact one over the pattern"
    results.check("ratelimit.setOverride", name, wins)

    def blocks() -> None:
        set_override("blocked", 0)
        answer = limit(namespace, "blocked")
        assert (answer.success, answer.limit, answer.remaining) == (False, 0, 0)

    results.check("ratelimit.setOverride", "a limit of zero blocks", blocks, "override-zero")

    def again() -> None:
        set_override("again", 9)
        ratelimit.delete_override(namespace=namespace, identifier="again")
        set_override("again", 8)
        assert limit(namespace, "again").limit == 8

    name = "counts again after it was deleted"
    results.check("ratelimit.setOverride", name, again, "override-again")

    def read() -> None:
        override_id = set_override("read", 7)
        data = ratelimit.get_override(namespace=namespace, identifier="read").data
        assert (data.override_id, data.identifier) == (override_id, "read")
        assert (data.limit, data.duration) == (7, MONTH)

    results.check("ratelimit.getOverride", "reads what was set", read)

    def paged() -> None:
        limit("api.listed", "first")
        for identifier in "abcde":
            ratelimit.set_override(
                namespace="api.listed", identifier=identifier, limit=1, duration=MONTH
            )
        walked = pages(ratelimit.list_overrides(namespace="api.listed", limit=2))
        assert [len(page.data) for page in walked] == [2, 2, 1]
        assert sorted(override.identifier for override in items(walked)) == list("abcde")

    results.check("ratelimit.listOverrides", "the pages hold every override once", paged)

    def delete() -> None:
        set_override("freed", 1)
        ratelimit.delete_override(namespace=namespace, identifier="freed")
        answer = limit(namespace, "freed")
        assert (answer.limit, answer.override_id) == (3, None)
        call = lambda: ratelimit.get_override(namespace=namespace, identifier="freed")  # noqa: E731
        refused(call, 404, "unkey/data/ratelimit_override_not_found")

    results.check("ratelimit.deleteOverride", "the limit of the request holds again", delete)
