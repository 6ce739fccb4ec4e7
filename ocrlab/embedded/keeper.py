"""Stop a server once nobody uses it. Also run as a script, so the standard library alone.

Every process that uses the server holds a shared lock on `lock`; the kernel takes it back however
the process ends, `kill -9` included. The keeper waits for the exclusive lock, and so wakes when
the last user is gone. It lingers, so that one short command after another finds the server up.
Arguments: the home folder and the seconds to linger.
"""

import fcntl
import os
import signal
import sys
import time
from pathlib import Path

STOP_WAIT_S = 60  # the last checkpoint of a busy server
POLL_S = 0.02


def server_pid(data: Path) -> int | None:
    """Return the process of the server in `data`, None when its pid file is missing or stale."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n")[0])
        os.kill(pid, 0)
        # A number may have passed to another process; a server's working directory is its data.
        known = Path("/proc/self").exists()
        return pid if not known or Path(f"/proc/{pid}/cwd").samefile(data) else None
    except (OSError, ValueError):
        return None


def stop(data: Path) -> None:
    """Ask for a fast shutdown (connections are cut, nothing committed is lost) and wait for it."""
    pid = server_pid(data)
    if pid is None:
        return
    os.kill(pid, signal.SIGINT)
    limit = time.monotonic() + STOP_WAIT_S
    while server_pid(data) == pid and time.monotonic() < limit:
        time.sleep(POLL_S)


def main(home: Path, linger_s: float) -> None:
    """Keep the server of `home` until its last user left `linger_s` ago; one keeper a home."""
    single = os.open(home / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(single, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if os.fork():
        os._exit(0)  # whoever started this goes on; the child holds the lock
    os.setsid()
    users = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_UN)
        time.sleep(linger_s)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue  # somebody came meanwhile
        stop(home / "data")
        os.close(single)  # before the other: a newcomer must see that it needs a new keeper
        os.close(users)
        return


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
