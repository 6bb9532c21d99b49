"""keys.createKey, getKey, whoami, updateKey, updateCredits, deleteKey, rerollKey"""

import re
import time
from typing import Any

from harness import Results, World, client, plain, refused

HOUR = 3_600_000
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BASE58 = f"[{ALPHABET}]+"


def now() -> int:
    """Milliseconds since 1970."""
    return int(time.time() * 1000)


def run(results: Results, world: World) -> None:
    """Runs the cases of this group."""
    unkey = client(world.root_key)
    api_id = unkey.apis.create_api(name="keys").data.api_id
    role, slug = world.values["role"], world.values["slug"]

    def create(**change: Any) -> Any:
        return unkey.keys.create_key(**{"api_id": api_id, **change}).data

    def read(key_id: str) -> Any:
        return unkey.keys.get_key(key_id=key_id).data

    def code(key: str) -> str:
        return unkey.keys.verify_key(key=key).data.code

    expires = now() + HOUR
    limit = {"name": "requests", "limit": 100, "duration": 60_000, "autoApply": True}
    credits = {
        "remaining": 10,
        "refill": {"interval": "monthly", "amount": 50, "refillDay": 31},
    }
    full: dict[str, Any] = {
        "prefix": "test_live",
        "name": "All of it",
        "external_id": "user_full",
        "meta": {"plan": "pro", "nested": {"list": [1, "two", None, True]}},
        "roles": [role],
        "permissions": [slug, "created.on.the.fly"],
        "expires": expires,
        "credits": credits,
        "ratelimits": [limit],
    }

    def wire(model: Any) -> dict[str, Any]:
        return model.model_dump(by_alias=True, exclude_none=True, mode="json")

    def without_id(limits: Any) -> list[dict[str, Any]]:
        return [{name: value for name, value in wire(each).items() if name != "id"} for each in limits]

    def stored() -> None:
        created = create(**full)
        assert created.key_id.startswith("key_")
        assert re.fullmatch(f"test_live_{BASE58}", created.key), created.key
        data = wire(read(created.key_id))
        assert abs(data.pop("createdAt") - now()) < HOUR
        identity = data.pop("identity")
        assert identity["id"].startswith("id_") and identity["externalId"] == "user_full"
        limits = data.pop("ratelimits")
        assert limits[0].pop("id").startswith("rl_") and limits == [limit]
        assert data == {
            "keyId": created.key_id,
            "start": created.key[: len("test_live_") + 4],
            "enabled": True,
            "name": full["name"],
            "meta": full["meta"],
            "expires": expires,
            "permissions": sorted(full["permissions"]),
            "roles": [role],
            "credits": credits,
        }, data

    results.check("keys.createKey", "every option is stored", stored)

    def bare() -> None:
        created = create()
        assert re.fullmatch(BASE58, created.key), created.key
        data = read(created.key_id)
        assert (data.key_id, data.start, data.enabled) == (created.key_id, created.key[:4], True)
        absent = (data.name, data.expires, data.credits, data.identity, data.plaintext)
        assert absent == (None,) * 5

    results.check("keys.createKey", "a key without options has only what every key has", bare)

    def checksum() -> None:
        assert 22 < len(create().key) <= 28

    results.check("keys.createKey", "it ends in a checksum", checksum, "checksum")

    def exact_bytes() -> None:
        plain_api = unkey.apis.create_api(name="no checksums").data.api_id
        plain(world.root_key, "apis.updateApi", {"apiId": plain_api, "checksum": False})
        for byte_length in (16, 32, 255):
            key = create(api_id=plain_api, byte_length=byte_length).key
            assert bytes_of_base58(key) == byte_length, key

    name = "without checksums it has exactly the bytes that were asked for"
    results.check("keys.createKey", name, exact_bytes)

    def disabled() -> None:
        assert code(create(enabled=False).key) == "DISABLED"

    results.check("keys.createKey", "a disabled key does not verify", disabled)

    def refill_of_unlimited() -> None:
        wrong = {"remaining": None, "refill": {"interval": "daily", "amount": 1}}
        refused(lambda: create(credits=wrong), 400, "unkey/application/invalid_input")

    results.check("keys.createKey", "400 refill of unlimited credits", refill_of_unlimited)

    def unrecoverable() -> None:
        failed = "unkey/application/precondition_failed"
        refused(lambda: create(recoverable=True), 412, failed, untyped=True)

    results.check("keys.createKey", "412 recoverable where no secrets are stored", unrecoverable)

    def decrypted() -> None:
        secret_api = unkey.apis.create_api(name="stored secrets").data.api_id
        plain(world.root_key, "apis.updateApi", {"apiId": secret_api, "storeEncryptedKeys": True})
        created = create(api_id=secret_api, recoverable=True)
        assert read(created.key_id).plaintext is None
        assert unkey.keys.get_key(key_id=created.key_id, decrypt=True).data.plaintext == created.key

    results.check("keys.getKey", "shows the secret of a recoverable key on request", decrypted)

    def undecryptable() -> None:
        key_id = create().key_id
        failed = "unkey/application/precondition_failed"
        call = lambda: unkey.keys.get_key(key_id=key_id, decrypt=True)  # noqa: E731
        refused(call, 412, failed, untyped=True)

    results.check("keys.getKey", "412 decrypt where no secrets are stored", undecryptable)

    def root_key_id() -> None:
        refused(lambda: read(world.values["rootKeyId"]), 404, "unkey/data/key_not_found")

    results.check("keys.getKey", "404 id of a root key", root_key_id)

    def whoami() -> None:
        created = create(**{**full, "external_id": "user_whoami"})
        data = unkey.keys.whoami(key=created.key).data
        assert data == read(created.key_id)
        assert data.credits.remaining == 10

    results.check("keys.whoami", "answers as getKey, and spends nothing", whoami)

    def update() -> None:
        key_id = create(**full).key_id
        before = read(key_id)
        changed = {"name": "requests", "limit": 5, "duration": 60_000, "autoApply": False}
        unkey.keys.update_key(
            key_id=key_id,
            name="Renamed",
            meta={"plan": "free"},
            enabled=False,
            permissions=["only.this"],
            roles=[],
            ratelimits=[changed],
            credits={"remaining": 3},
        )
        after = read(key_id)
        assert (after.name, after.meta, after.enabled) == ("Renamed", {"plan": "free"}, False)
        assert (after.permissions, after.roles or []) == (["only.this"], [])
        assert wire(after.ratelimits[0]) == {"id": before.ratelimits[0].id, **changed}
        assert wire(after.credits) == {**credits, "remaining": 3}
        assert (after.expires, after.identity.external_id) == (expires, "user_full")
        assert after.updated_at >= after.created_at

    results.check("keys.updateKey", "changes what is named, keeps what is not", update)

    def clear() -> None:
        key_id = create(**full).key_id
        unkey.keys.update_key(
            key_id=key_id, name=None, external_id=None, meta=None, expires=None, credits=None
        )
        after = read(key_id)
        assert (after.name, after.identity, after.expires, after.credits) == (None,) * 4
        assert not after.meta
        unkey.identities.get_identity(identity="user_full")

    results.check("keys.updateKey", "None takes away", clear)

    def expire() -> None:
        created = create()
        assert code(created.key) == "VALID"
        unkey.keys.update_key(key_id=created.key_id, expires=now() - 1000)
        assert code(created.key) == "EXPIRED"

    results.check("keys.updateKey", "an expiry in the past ends the key at once", expire)

    def no_refill() -> None:
        key_id = create(**full).key_id
        unkey.keys.update_key(key_id=key_id, credits={"refill": None})
        assert wire(read(key_id).credits) == {"remaining": 10}

    results.check("keys.updateKey", "a refill can be taken away alone", no_refill)

    def arithmetic() -> None:
        key_id = create(credits={"remaining": 5}).key_id
        steps = [("increment", 7, 12), ("decrement", 2, 10), ("decrement", 100, 0), ("set", 8, 8)]
        for operation, value, remaining in steps:
            data = unkey.keys.update_credits(key_id=key_id, operation=operation, value=value).data
            assert data.remaining == remaining
        assert read(key_id).credits.remaining == 8

    results.check("keys.updateCredits", "sets, adds, takes, and stops at zero", arithmetic)

    def unlimited() -> None:
        key_id = create(**full).key_id
        data = unkey.keys.update_credits(key_id=key_id, operation="set", value=None).data
        assert (data.remaining, data.refill) == (None, None)
        assert read(key_id).credits is None

    results.check("keys.updateCredits", "None makes the key unlimited and ends its refill", unlimited)

    def arithmetic_on_unlimited() -> None:
        key_id = create().key_id
        call = lambda: unkey.keys.update_credits(key_id=key_id, operation="increment", value=1)  # noqa: E731
        refused(call, 400, "unkey/application/invalid_input")

    results.check("keys.updateCredits", "400 arithmetic on an unlimited key", arithmetic_on_unlimited)

    def delete() -> None:
        for permanent in (False, True):
            created = create()
            assert code(created.key) == "VALID"
            unkey.keys.delete_key(key_id=created.key_id, permanent=permanent)
            assert code(created.key) == "NOT_FOUND"
            refused(lambda: read(created.key_id), 404, "unkey/data/key_not_found")
            again = lambda: unkey.keys.delete_key(key_id=created.key_id)  # noqa: E731
            refused(again, 404, "unkey/data/key_not_found")

    results.check("keys.deleteKey", "a deleted key is gone at once", delete)

    def reroll() -> None:
        old = create(**full)
        new = unkey.keys.reroll_key(key_id=old.key_id, expiration=0).data
        assert (new.key_id, new.key) != (old.key_id, old.key)
        assert (code(old.key), code(new.key)) == ("EXPIRED", "VALID")
        before, after = read(old.key_id), read(new.key_id)
        assert (after.name, after.meta, after.expires) == (full["name"], full["meta"], expires)
        assert (after.permissions, after.roles) == (before.permissions, before.roles)
        assert after.identity.id == before.identity.id
        assert wire(after.credits) == {**credits, "remaining": 9}
        assert without_id(after.ratelimits) == [limit]

    results.check("keys.rerollKey", "the old key ends and the new one has all it had", reroll)

    def grace() -> None:
        old = create()
        new = unkey.keys.reroll_key(key_id=old.key_id, expiration=HOUR).data
        assert (code(old.key), code(new.key)) == ("VALID", "VALID")
        assert now() < read(old.key_id).expires <= now() + HOUR + 60_000

    results.check("keys.rerollKey", "within the grace both keys verify", grace)

    def no_prolonging() -> None:
        old = create(expires=expires)
        unkey.keys.reroll_key(key_id=old.key_id, expiration=48 * HOUR)
        assert read(old.key_id).expires == expires

    name = "the grace never prolongs the old key"
    results.check("keys.rerollKey", name, no_prolonging, "reroll-expiry")

    def keep_expiry() -> None:
        old, lasting = create(expires=expires), create()
        for key_id, expected in ((old.key_id, expires), (lasting.key_id, None)):
            unkey.keys.reroll_key(key_id=key_id, expiration=None)
            assert read(key_id).expires == expected

    results.check("keys.rerollKey", "None leaves the old key its expiry", keep_expiry)

    def shape() -> None:
        old = create(prefix="my_app", byte_length=64)
        new = unkey.keys.reroll_key(key_id=old.key_id, expiration=0).data
        assert new.key.startswith("my_app_")
        assert abs(len(new.key) - len(old.key)) <= 2

    results.check("keys.rerollKey", "prefix and length stay", shape, "reroll-shape")


def bytes_of_base58(text: str) -> int:
    """How many bytes a text stands for."""
    value = 0
    for character in text:
        value = value * 58 + ALPHABET.index(character)
    zeros = len(text) - len(text.lstrip("1"))
    return zeros + (value.bit_length() + 7) // 8
