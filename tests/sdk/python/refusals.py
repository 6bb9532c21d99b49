"""Every method of the client, as a call and as a coroutine, against every refusal of its
operation that can be reached."""

import asyncio
import inspect
import json
import re
from typing import Any, Callable

from unkey.py import Unkey

from harness import FORBIDDEN, OPERATIONS, Results, World, client, refused

# Methods whose whole body is one argument named `request`.
WHOLE_BODY = {"permissions.setRolePermissions", "ratelimit.multiLimit"}


def snake(name: str) -> str:
    """`rootKeys` as Python spells it."""
    return re.sub(r"[A-Z]", lambda capital: f"_{capital[0].lower()}", name)


def method(unkey: Unkey, operation: str, suffix: str = "") -> Callable[..., Any] | None:
    """The client's method for an operation, if it has one."""
    group, _, name = operation.partition(".")
    if not name or snake(group) not in Unkey._sub_sdk_map:
        return None
    return getattr(getattr(unkey, snake(group)), snake(name) + suffix, None)


def arguments(operation: str, body: Any) -> dict[str, Any]:
    """The body of a request as the arguments of a method."""
    if operation in WHOLE_BODY:
        return {"request": body}
    return {snake(name): value for name, value in body.items()}


def refusals(results: Results, world: World) -> None:
    """Runs the table."""
    own, other = client(world.root_key), client(world.other_root_key)
    powerless, throttled = client(world.powerless_root_key), client(world.throttled_root_key)
    unknown = client("unkey_this_root_key_was_never_issued_00")

    for row in OPERATIONS:
        operation = row["operation"]
        if method(own, operation) is None:
            results.absent(operation)
            continue

        def check(
            name: str, unkey: Unkey, body: Any, status: int, code: str, *differs: str, row: Any = row
        ) -> None:
            operation, untyped = row["operation"], status in row.get("untyped", [])

            def call() -> Any:
                return method(unkey, operation)(**arguments(operation, world.fill(body)))

            def run() -> None:
                error = refused(call, status, code, untyped=untyped)
                if status == 400:
                    assert json.loads(error.body)["error"]["errors"]

            results.check(operation, f"{status} {name}", run, *differs)

        not_found = "unkey/authentication/key_not_found"
        check("unknown root key", unknown, row["valid"], 401, not_found, "error-urls")
        results.check(operation, "401 in a coroutine", lambda: in_coroutine(operation, row, world))
        lacking = ["titles"] + ([row["differs"]] if "differs" in row else [])
        check("root key without permission", powerless, row["valid"], 403, FORBIDDEN, *lacking)
        throttle = "user/too_many_requests/workspace_rate_limited"
        check("workspace over its limit", throttled, row["valid"], 429, throttle)
        if "invalid" in row:
            code = "unkey/application/invalid_input"
            check("request off its schema", own, row["invalid"], 400, code)
        for missing in row.get("missing", []):
            check(missing["code"], own, missing["body"], 404, missing["code"])
        if "conflict" in row:
            code = row["conflict"]["code"]
            check(code, own, row["conflict"]["body"], 409, code)
        if row.get("foreign"):
            check("id of another workspace", other, row["valid"], 403, FORBIDDEN, "foreign")


def in_coroutine(operation: str, row: dict[str, Any], world: World) -> None:
    """The same method as a coroutine, with an unknown root key."""

    async def call() -> None:
        async with client("unkey_this_root_key_was_never_issued_00") as unkey:
            await method(unkey, operation, "_async")(**arguments(operation, world.fill(row["valid"])))

    refused(lambda: asyncio.run(call()), 401, "unkey/authentication/key_not_found")


def outside(results: Results) -> None:
    """Every method of the client that is in no row of the table, so that a new one is noticed."""
    unkey = client("unused")
    known = {row["operation"] for row in OPERATIONS}
    for group in Unkey._sub_sdk_map:
        for name, _ in inspect.getmembers(getattr(unkey, group), inspect.ismethod):
            if name.startswith("_") or name.endswith("_async") or name in BASE:
                continue
            operation = f"{camel(group)}.{camel(name)}"
            if operation not in known:
                results.outside(operation)


def camel(name: str) -> str:
    """`root_keys` as the wire spells it."""
    return re.sub(r"_(\w)", lambda letter: letter[1].upper(), name)


BASE = {name for name, _ in inspect.getmembers(Unkey.__mro__[1], inspect.isfunction)}
