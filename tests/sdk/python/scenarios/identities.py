"""identities.*"""

from typing import Any

from harness import Results, World, client, refused
from pages import items, pages


def run(results: Results, world: World) -> None:
    """Runs the cases of this group."""
    unkey = client(world.root_key)
    identities = unkey.identities
    limit = {"name": "requests", "limit": 10, "duration": 60_000, "autoApply": True}

    def read(identity: str) -> Any:
        return identities.get_identity(identity=identity).data

    def wire(model: Any) -> dict[str, Any]:
        return model.model_dump(by_alias=True, exclude_none=True)

    def create() -> None:
        meta = {"plan": "pro", "nested": {"seats": 5}}
        identity_id = identities.create_identity(
            external_id="acme", meta=meta, ratelimits=[limit]
        ).data.identity_id
        assert identity_id.startswith("id_")
        for named in (identity_id, "acme"):
            identity = read(named)
            assert (identity.id, identity.external_id, identity.meta) == (identity_id, "acme", meta)
            (stored,) = (wire(each) for each in identity.ratelimits)
            assert stored.pop("id").startswith("rl_") and stored == limit

    results.check("identities.createIdentity", "creates what getIdentity reads", create)

    def twice() -> None:
        limits = [limit, {**limit, "limit": 5}]
        call = lambda: identities.create_identity(external_id="twice", ratelimits=limits)  # noqa: E731
        refused(call, 400, "unkey/application/invalid_input")

    results.check("identities.createIdentity", "400 two limits of one name", twice, "identity-limits")

    def bare() -> None:
        identities.create_identity(external_id="bare")
        identity = read("bare")
        assert (identity.meta, identity.ratelimits) == (None, None)

    results.check("identities.getIdentity", "leaves out what is empty", bare)

    def paged() -> None:
        expected = ["paged_a", "paged_b", "paged_c"]
        for external_id in expected:
            identities.create_identity(external_id=external_id)
        walked = pages(identities.list_identities(limit=2, search="Paged_"))
        found = sorted(identity.external_id for identity in items(walked))
        assert (len(walked), found) == (2, expected)

    results.check("identities.listIdentities", "the pages hold every identity once", paged)

    def update() -> None:
        meta = {"plan": "free"}
        created = identities.create_identity(external_id="changing", meta=meta, ratelimits=[limit])
        before = read("changing")
        added = {"name": "tokens", "limit": 1000, "duration": 60_000, "autoApply": False}
        updated = identities.update_identity(
            identity=created.data.identity_id,
            meta={"plan": "pro"},
            ratelimits=[{**limit, "limit": 20}, added],
        ).data
        assert updated.meta == {"plan": "pro"}
        kept, fresh = (wire(each) for each in updated.ratelimits)
        assert kept == {"id": before.ratelimits[0].id, **limit, "limit": 20}
        assert fresh == {"id": fresh["id"], **added}
        none = identities.update_identity(identity="changing", meta={}, ratelimits=[]).data
        assert (none.meta, none.ratelimits) == (None, None)

    name = "replaces what is named, and limits keep their ids"
    results.check("identities.updateIdentity", name, update)

    def kept_meta() -> None:
        identities.create_identity(external_id="keeping", meta={"plan": "free"})
        updated = identities.update_identity(identity="keeping", ratelimits=[limit]).data
        assert updated.meta == {"plan": "free"}

    name = "answers with the meta that it kept"
    results.check("identities.updateIdentity", name, kept_meta, "identity-meta")

    def delete() -> None:
        api_id = unkey.apis.create_api(name="identities").data.api_id
        limits = [{**limit, "limit": 1}]
        first = identities.create_identity(external_id="leaving", ratelimits=limits).data
        key = unkey.keys.create_key(api_id=api_id, external_id="leaving").data.key
        answer = identities.delete_identity(identity="leaving")
        assert answer.meta.request_id.startswith("req_")
        refused(lambda: read("leaving"), 404, "unkey/data/identity_not_found")
        for _ in range(2):
            data = unkey.keys.verify_key(key=key).data
            assert (data.code, data.identity) == ("VALID", None)
        again = identities.create_identity(external_id="leaving").data
        assert again.identity_id != first.identity_id

    results.check("identities.deleteIdentity", "its keys stay, without it", delete)
