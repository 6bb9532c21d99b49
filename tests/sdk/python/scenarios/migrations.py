"""keys.migrateKeys, and keys.verifyKey of what was imported"""

import hashlib
import secrets

from harness import Results, World, client, plain, sha256


def run(results: Results, world: World) -> None:
    """Runs the cases of this group."""
    unkey = client(world.root_key)
    api_id = unkey.apis.create_api(name="imported").data.api_id

    def migration(name: str, hash: dict[str, str]) -> str:
        body = {"name": name, "hash": hash}
        return plain(world.root_key, "migrations.createMigration", body)["migrationId"]

    def imports() -> None:
        hashing = {"algorithm": "sha256", "encoding": "base64"}
        migration_id = migration("from the old database", hashing)
        one, two = secrets.token_hex(16), secrets.token_hex(16)
        imported = {
            "hash": sha256(one),
            "name": "imported",
            "external_id": "user_imported",
            "meta": {"old": True},
            "permissions": ["imported.read"],
            "roles": ["imported role"],
            "credits": {"remaining": 2},
        }
        first = unkey.keys.migrate_keys(migration_id=migration_id, api_id=api_id, keys=[imported])
        assert first.data.failed == []
        assert [key.hash for key in first.data.migrated] == [sha256(one)]
        both = [imported, {"hash": sha256(two)}]
        again = unkey.keys.migrate_keys(migration_id=migration_id, api_id=api_id, keys=both)
        assert again.data.failed == [sha256(one)]
        assert [key.hash for key in again.data.migrated] == [sha256(two)]

        data = unkey.keys.verify_key(key=one, permissions="imported.read").data
        assert (data.code, data.key_id, data.credits) == ("VALID", first.data.migrated[0].key_id, 1)
        assert (data.name, data.meta, data.roles) == ("imported", {"old": True}, ["imported role"])
        assert data.identity.external_id == "user_imported"

    results.check("keys.migrateKeys", "imports hashes and names those it has already", imports)

    def converts() -> None:
        migration_id = migration("from prefixed keys", {"algorithm": "prefixed-api-key"})
        long = secrets.token_hex(16)
        key = f"old_company_BRTRKFsL_{long}"
        hashed = [{"hash": hashlib.sha256(long.encode()).hexdigest()}]
        answer = unkey.keys.migrate_keys(migration_id=migration_id, api_id=api_id, keys=hashed)
        assert unkey.keys.verify_key(key=key).data.code == "NOT_FOUND"
        converted = unkey.keys.verify_key(key=key, migration_id=migration_id).data
        assert (converted.code, converted.key_id) == ("VALID", answer.data.migrated[0].key_id)
        assert unkey.keys.verify_key(key=key).data.code == "VALID"

    name = "a key imported by its long token is converted at first use"
    results.check("keys.verifyKey", name, converts)
