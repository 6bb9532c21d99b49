"""apis.*"""

from harness import Results, World, client, plain, refused
from pages import items, pages


def run(results: Results, world: World) -> None:
    """Runs the cases of this group."""
    unkey = client(world.root_key)

    def create(name: str) -> str:
        return unkey.apis.create_api(name=name).data.api_id

    def names_repeat() -> None:
        answer = unkey.apis.create_api(name="payments")
        assert answer.meta.request_id.startswith("req_")
        assert answer.data.api_id.startswith("api_")
        assert create("payments") != answer.data.api_id

    results.check("apis.createApi", "two APIs may have one name", names_repeat)

    def read() -> None:
        api_id = create("named")
        data = unkey.apis.get_api(api_id=api_id).data
        assert (data.id, data.name) == (api_id, "named")

    results.check("apis.getApi", "answers with name and id", read)

    def delete() -> None:
        api_id = create("doomed")
        key = unkey.keys.create_key(api_id=api_id).data.key
        unkey.apis.delete_api(api_id=api_id)
        refused(lambda: unkey.apis.get_api(api_id=api_id), 404, "unkey/data/api_not_found")
        refused(lambda: unkey.apis.delete_api(api_id=api_id), 404, "unkey/data/api_not_found")
        assert unkey.keys.verify_key(key=key).data.code == "NOT_FOUND"

    results.check("apis.deleteApi", "a deleted API is gone, with its keys", delete)

    def protected() -> None:
        api_id = create("protected")
        plain(world.root_key, "apis.updateApi", {"apiId": api_id, "deleteProtection": True})
        code = "unkey/application/protected_resource"
        refused(lambda: unkey.apis.delete_api(api_id=api_id), 412, code)
        unkey.apis.get_api(api_id=api_id)

    results.check("apis.deleteApi", "412 delete protection", protected)

    def paged() -> None:
        api_id = create("listed")
        created = [unkey.keys.create_key(api_id=api_id).data.key_id for _ in range(5)]
        walked = pages(unkey.apis.list_keys(api_id=api_id, limit=2))
        assert [len(page.data) for page in walked] == [2, 2, 1]
        assert sorted(key.key_id for key in items(walked)) == sorted(created)

    results.check("apis.listKeys", "the pages hold every key once", paged)

    def filtered() -> None:
        api_id = create("filtered")
        unkey.keys.create_key(api_id=api_id)
        key_id = unkey.keys.create_key(api_id=api_id, external_id="user_7").data.key_id
        found = items(
            pages(
                unkey.apis.list_keys(
                    api_id=api_id, external_id="user_7", revalidate_keys_cache=True
                )
            )
        )
        assert [key.key_id for key in found] == [key_id]
        assert found[0].identity.external_id == "user_7"
        assert items(pages(unkey.apis.list_keys(api_id=api_id, external_id="nobody"))) == []

    results.check("apis.listKeys", "finds the keys of one user", filtered)

    def decrypted() -> None:
        api_id = create("recoverable")
        plain(world.root_key, "apis.updateApi", {"apiId": api_id, "storeEncryptedKeys": True})
        key = unkey.keys.create_key(api_id=api_id, recoverable=True).data.key
        assert unkey.apis.list_keys(api_id=api_id).result.data[0].plaintext is None
        assert unkey.apis.list_keys(api_id=api_id, decrypt=True).result.data[0].plaintext == key

    results.check("apis.listKeys", "shows the secrets of recoverable keys on request", decrypted)

    def unrecoverable() -> None:
        api_id = create("unrecoverable")
        code = "unkey/application/precondition_failed"
        call = lambda: unkey.apis.list_keys(api_id=api_id, decrypt=True)  # noqa: E731
        refused(call, 412, code, untyped=True)

    results.check("apis.listKeys", "412 decrypt where no secrets are stored", unrecoverable)
