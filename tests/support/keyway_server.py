"""A Keyway server for one run of a test program."""

import base64
import os
import queue
import re
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
START_SECONDS = 60


@contextmanager
def server() -> Iterator[tuple[str, str]]:
    """A server of its own, and the root key that may do everything on it."""
    binary = os.environ.get("KEYWAY_BIN", str(TARGET / "debug" / "keyway"))
    root_key = f"unkey_{secrets.token_hex(20)}"
    environment = os.environ | {
        "KEYWAY_BOOTSTRAP_ROOT_KEY": root_key,
        "KEYWAY_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    with tempfile.TemporaryDirectory(prefix="keyway-test-") as data:
        command = [binary, "serve", "--listen", "127.0.0.1:0", "--data-dir", data]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        said: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=listen, args=(process, said), daemon=True).start()
        try:
            yield address(said), root_key
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def listen(process: subprocess.Popen[str], said: queue.Queue[str | None]) -> None:
    """Takes all that the server says, so that it never waits for a reader, and keeps it."""
    with open(TARGET / "test-server.log", "w", encoding="utf-8") as log:
        for line in process.stderr or ():
            log.write(line)
            log.flush()
            said.put(line)
    said.put(None)


def address(said: queue.Queue[str | None]) -> str:
    """The address that the server says it listens on."""
    log = []
    while True:
        try:
            line = said.get(timeout=START_SECONDS)
        except queue.Empty:
            line = None
        if line is None:
            sys.exit(f"The server did not start:\n{''.join(log)}")
        log.append(line)
        if found := re.search(r"listening on (http://\S+)", line):
            return found[1]
