"""The embedded PostgreSQL: the default where no DATABASE_URL is given.

Settings name the backend `ocrlab.embedded.backend`, which calls `ensure(DATA_DIR)` before
it connects: commands that need no database start none, and a server that was lost is started again
by the next connection. Tests and scripts may call `ensure` themselves.

Life: `ensure` leaves this process holding a shared lock until it ends (forks inherit it). A keeper
process stops the server LINGER_S after the last holder is gone, whatever ended it; within that time
the next command finds it up (a start costs about 0.6 s). `stop_if_idle` stops it without waiting.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from ocrlab.embedded import keeper, server
from ocrlab.embedded.home import EmbeddedError, Home, find

__all__ = ["EmbeddedError", "ensure", "release", "stop_if_idle"]

LINGER_S = 3  # longer than the gap between two commands of a script, shorter than patience
_held: dict[Path, int] = {}


def ensure(data_dir: Path) -> dict[str, str]:
    """Return psycopg's parameters (host, port, user, password) of a running server.

    Starts it when needed; safe for racing processes. The database is called `ocrlab`.
    Raises EmbeddedError with the cure.
    """
    home = _home(data_dir)
    if home.root not in _held:
        _held[home.root] = _open(home, "lock", fcntl.LOCK_SH)
    if not server.is_ready(home):
        with _starting(home):
            if not server.is_ready(home):
                server.start(home)
    _ensure_keeper(home)
    return server.parameters(home)


def release(data_dir: Path) -> None:
    """Let go before this process ends; the server may stop at any time from now on."""
    descriptor = _held.pop(_home(data_dir).root, None)
    if descriptor is not None:
        os.close(descriptor)


def stop_if_idle(data_dir: Path) -> bool:
    """Let go, and stop the server now when nobody else uses it. Tell whether it is stopped."""
    home = _home(data_dir)
    release(data_dir)
    try:
        alone = _open(home, "lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    keeper.stop(home.data)
    os.close(alone)
    return True


@lru_cache
def _home(data_dir: Path) -> Home:
    return find(data_dir)


def _open(home: Home, name: str, operation: int) -> int:
    descriptor = os.open(home.root / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, operation)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def _starting(home: Home) -> Iterator[None]:
    descriptor = _open(home, "start.lock", fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def _ensure_keeper(home: Home) -> None:
    try:
        os.close(_open(home, "keeper.lock", fcntl.LOCK_SH | fcntl.LOCK_NB))
    except BlockingIOError:
        return  # it lives
    # It leaves at once a child in a session of its own, which outlives whoever started it.
    subprocess.run(
        [sys.executable, "-I", "-S", keeper.__file__, str(home.root), str(LINGER_S)],
        check=True,
        cwd="/",
        env={"PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
