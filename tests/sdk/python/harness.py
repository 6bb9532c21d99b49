"""What the program shares: the record of results, plain requests for what the client can't do,
and a world of two workspaces to work in."""

import base64
import hashlib
import json
import os
import re
import secrets
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

import httpx
from unkey.py import Unkey, errors

SERVER_URL = os.environ["KEYWAY_URL"]
BOOTSTRAP_ROOT_KEY = os.environ["KEYWAY_ROOT_KEY"]
OPERATIONS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "operations.json").read_text(encoding="utf-8")
)

# A window that is longer than any run, so that counts don't depend on the time of day.
MONTH = 2_592_000_000

FORBIDDEN = "unkey/authorization/insufficient_permissions"
FORBIDDEN_DETAIL = (
    "The authenticated API key does not have permission to perform this operation"
)
CLASSES: dict[int, type[errors.UnkeyError]] = {
    400: errors.BadRequestErrorResponse,
    401: errors.UnauthorizedErrorResponse,
    403: errors.ForbiddenErrorResponse,
    404: errors.NotFoundErrorResponse,
    409: errors.ConflictErrorResponse,
    410: errors.GoneErrorResponse,
    412: errors.PreconditionFailedErrorResponse,
    429: errors.TooManyRequestsErrorResponse,
}


class Results:
    """Runs cases of one client and records each as a line of the results file."""

    def __init__(self, client: str) -> None:
        self.client = client
        self.failed = 0

    def check(self, operation: str, name: str, run: Callable[[], Any], *differs: str) -> None:
        """Runs one case. `differs` are ids of reasons.json that the case shows."""
        row = {"operation": operation, "case": name, "result": "ok", "differs": list(differs)}
        try:
            run()
        except Exception as error:  # a case may fail in any way, and the others still count
            self.failed += 1
            row["result"] = "failed"
            row["detail"] = describe(error)
            detail = row["detail"].replace("\n", "\n  ")
            print(f"FAILED {self.client} {operation}: {name}\n  {detail}", file=sys.stderr)
        self.line(row)

    def absent(self, operation: str) -> None:
        """Records that the client can't call the operation."""
        self.line({"operation": operation, "case": "the client has the method", "result": "absent"})

    def outside(self, operation: str) -> None:
        """Records what the client offers and Keyway does not."""
        self.line({"operation": operation, "case": "the client has the method", "result": "outside"})

    def line(self, row: dict[str, Any]) -> None:
        """Appends one result."""
        with open(os.environ["KEYWAY_RESULTS"], "a", encoding="utf-8") as results:
            results.write(json.dumps({"client": self.client, **row}) + "\n")


def describe(error: Exception) -> str:
    """What went wrong, where, and what the server had answered."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename]
    place = "".join(f"\nat {Path(f.filename).name}:{f.lineno}: {f.line}" for f in frames[1:])
    return f"{type(error).__name__}: {error}{place}"


def plain(root_key: str, operation: str, body: dict[str, Any]) -> Any:
    """Sends a request without any client, for what no client offers."""
    headers = {"authorization": f"Bearer {root_key}"}
    answer = httpx.post(f"{SERVER_URL}/v2/{operation}", json=body, headers=headers)
    assert answer.status_code == 200, f"{operation} {json.dumps(body)} answered {answer.text}"
    return answer.json()["data"]


def client(root_key: str) -> Unkey:
    """The official client, pointed at the server under test. It doesn't retry."""
    return Unkey(root_key=root_key, server_url=SERVER_URL, retry_config=None)


@dataclass
class World:
    """Two workspaces, one that may send no requests, and things in the first."""

    root_key: str
    other_root_key: str
    throttled_root_key: str
    powerless_root_key: str
    values: dict[str, str] = field(default_factory=dict)

    def fill(self, body: Any) -> Any:
        """The body of a table row with its `{names}` replaced."""
        return json.loads(re.sub(r"\{(\w+)\}", lambda name: self.values[name[1]], json.dumps(body)))


def world(name: str) -> World:
    """Makes the world anew."""
    main = workspace(f"{name} main")
    other = workspace(f"{name} other")

    def own(operation: str, body: dict[str, Any]) -> Any:
        return plain(main["rootKey"], operation, body)

    api_id = own("apis.createApi", {"name": "fixtures"})["apiId"]
    key = own("keys.createKey", {"apiId": api_id, "externalId": "fixture.user"})
    identity = own("keys.getKey", {"keyId": key["keyId"]})["identity"]
    permission = own(
        "permissions.createPermission", {"name": "Read fixtures", "slug": "fixtures.read"}
    )
    own("permissions.createPermission", {"name": "Taken", "slug": "fixtures.taken"})
    role = own("permissions.createRole", {"name": "fixture reader"})
    own("permissions.createRole", {"name": "fixture taken"})
    spare = own("rootKeys.createKey", {"permissions": ["api.*.read_api"]})
    powerless = own("rootKeys.createKey", {"permissions": ["audit_log.*.read_audit_log"]})
    namespace = own("ratelimit.createNamespace", {"name": "fixtures"})["namespaceId"]
    rule = {"namespace": namespace, "identifier": "visitor", "limit": 10, "duration": MONTH}
    own("ratelimit.setOverride", rule)

    return World(
        root_key=main["rootKey"],
        other_root_key=other["rootKey"],
        throttled_root_key=throttled_root_key(0),
        powerless_root_key=powerless["key"],
        values={
            "apiId": api_id,
            "keyId": key["keyId"],
            "key": key["key"],
            "identityId": identity["id"],
            "externalId": "fixture.user",
            "permissionId": permission["permissionId"],
            "slug": "fixtures.read",
            "takenSlug": "fixtures.taken",
            "roleId": role["roleId"],
            "role": "fixture reader",
            "takenRole": "fixture taken",
            "rootKeyId": spare["keyId"],
            "namespaceId": namespace,
            "hash": sha256(secrets.token_hex(16)),
        },
    )


def workspace(name: str) -> Any:
    """A new workspace and its first root key."""
    return plain(BOOTSTRAP_ROOT_KEY, "workspaces.createWorkspace", {"name": name})


def throttled_root_key(requests_per_minute: int) -> str:
    """A root key of a workspace with a limit of its own on requests a minute."""
    made = workspace(f"at most {requests_per_minute}")
    change = {"workspaceId": made["workspaceId"], "requestsPerMinute": requests_per_minute}
    plain(BOOTSTRAP_ROOT_KEY, "workspaces.updateWorkspace", change)
    return made["rootKey"]


def sha256(text: str) -> str:
    """The hash under which a key is stored."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def refused(
    run: Callable[[], Any], status: int, code: str, *, untyped: bool = False
) -> errors.UnkeyError:
    """Asserts that the run raises the class of the status, or, if the client has none for that
    status of the operation, its fallback with the same content."""
    expected = errors.APIError if untyped else CLASSES[status]
    try:
        run()
    except expected as error:
        assert error.status_code == status
        assert re.match(r"application/(problem\+)?json\b", error.headers["content-type"])
        assert_envelope(json.loads(error.body), status, code)
        if code == FORBIDDEN:
            challenge = error.headers["www-authenticate"]
            assert challenge.startswith('Bearer error="insufficient_scope"'), challenge
        if not untyped:
            assert_envelope(error.data.model_dump(by_alias=True), status, code)
        return error
    raise AssertionError("The call was expected to be refused, and succeeded.")


def assert_envelope(body: dict[str, Any], status: int, code: str) -> None:
    """Asserts what every refusal says, whatever class carries it."""
    assert re.fullmatch(r"req_\w+", body["meta"]["requestId"])
    error = body["error"]
    assert error["status"] == status
    assert error["type"].startswith("http"), error["type"]
    assert error["type"].endswith(f"/docs/api-reference/errors-v2/{code}"), error["type"]
    assert error["title"] and error["detail"]
    if status == 400:
        assert isinstance(error["errors"], list)
    if code == FORBIDDEN:
        assert error["title"] == "Forbidden"
        assert error["detail"] == FORBIDDEN_DETAIL
