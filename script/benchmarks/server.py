"""The web server of the bench: gunicorn as in production, on a free port."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

WORKERS, THREADS = 2, 4  # as the baseline in docs/performance.md was served
START_WAIT_S = 60


@contextmanager
def serving(database_url: str) -> Iterator[str]:
    """Serve the bench's database; give `host:port`, and end the server afterwards."""
    address = f"127.0.0.1:{_free_port()}"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "DEBUG": "0",
        "OCRLAB_PLAIN_HTTP": "1",
        "OCRLAB_WEB_THREADS": str(THREADS),
        "SECRET_KEY": secrets.token_urlsafe(50),
    }
    command = [
        sys.executable, "-m", "gunicorn", "ocrlab.wsgi", "--bind", address,
        "--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "60",
        "--log-level", "warning",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment)
    try:
        _wait_until_up(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(START_WAIT_S)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_WAIT_S
    while time.monotonic() < deadline and process.poll() is None:
        connection = HTTPConnection(address, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:  # noqa: PLR2004 - HTTP
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise SystemExit("The web server did not start; its own lines above say why.")
