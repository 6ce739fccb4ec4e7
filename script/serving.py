"""Run web and workers side by side, start again what dies, and end all of them in order."""

import argparse
import ctypes
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import psycopg

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from ocrlab import embedded  # noqa: E402
from ocrlab.env import Env, EnvError, kept_secret, read  # noqa: E402

WEB_PROCESSES = 2
WEB_THREADS = 4  # a process; each may hold one database connection
MAX_CHILDREN = 16  # of the CPU worker: with two connections each, well below the server's 100
OTHER_CONNECTIONS = 16  # sweepers, chores, a gpu worker, a few commands, the server's reserve
STOP_S = 20  # a worker hands its batch back within 8 s
RESTART_S = 1.0
BOOT_S = 15  # a web server that ends this early would end again
PR_SET_PDEATHSIG = 1  # linux/prctl.h
CELERY = (
    sys.executable, "-W", "ignore:You're running the worker with superuser", "-m",
    "celery", "--quiet", "-A", "ocrlab", "worker", "--loglevel", "WARNING",
)  # fmt: skip


@dataclass
class Service:
    """One child process, started again when it ends by itself."""

    name: str
    command: list[str]
    environ: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=CHECKOUT,
            env={**os.environ, **self.environ},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches this script alone, which ends all in order
            preexec_fn=_end_with_parent,  # noqa: PLW1509  no thread runs in this script
        )

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        if self.process is None or self.has_ended():
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def main() -> None:
    """Prepare, run until told to end, and leave no process behind."""
    parser = argparse.ArgumentParser("script/server", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    env = _environment(port)
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    services: list[Service] = []
    try:
        _prepare()
        _require_connections(env)
        services += _services(port)
        for service in services:
            service.start()
        _announce(port, services[0])
        _watch(services)
    finally:
        # A second signal must not leave half of them running.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for service in services:  # web first: nothing new arrives while workers end
            service.stop()
        if env.database_url is None:
            embedded.stop_if_idle(env.data_dir)


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _environment(port: int) -> Env:
    """Complete the environment of a one-machine installation and judge it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            sys.exit(f"--port: {port} cannot be used on this machine")
    try:
        if not os.environ.get("SECRET_KEY"):
            data_dir = read({**os.environ, "DEBUG": "1"}).data_dir
            os.environ["SECRET_KEY"] = kept_secret(data_dir)
        # It listens on this machine alone; before TLS stands a proxy with its own settings.
        os.environ.setdefault("OCRLAB_PLAIN_HTTP", "1")
        return read(os.environ)
    except EnvError as error:
        sys.exit(str(error))


def _prepare() -> None:
    manage = [sys.executable, "manage.py"]
    for arguments in (["migrate", "--noinput"], ["collectstatic", "--noinput"]):
        command = [*manage, *arguments, "--verbosity", "0"]
        if subprocess.run(command, cwd=CHECKOUT, check=False).returncode:
            sys.exit(f"manage.py {arguments[0]} failed")


def _require_connections(env: Env) -> None:
    """Refuse to start what the database server could not serve; better now than under load."""
    if env.database_url is None:
        found = {"dbname": "ocrlab", **embedded.ensure(env.data_dir)}
        connection = psycopg.connect(**found)
    else:
        connection = psycopg.connect(env.database_url)
    with connection:
        row = connection.execute("SHOW max_connections").fetchone()
    allowed = int(row[0]) if row else 0
    needed = WEB_PROCESSES * WEB_THREADS + 2 * _children() + OTHER_CONNECTIONS
    if needed > allowed:
        sys.exit(f"DATABASE_URL: the server allows {allowed} connections, {needed} may be needed")


def _children() -> int:
    return min(os.cpu_count() or 1, MAX_CHILDREN)


def _services(port: int) -> list[Service]:
    gunicorn = [
        sys.executable, "-m", "gunicorn", "ocrlab.wsgi", "--worker-class", "gthread",
        "--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS),
        "--bind", f"127.0.0.1:{port}", "--graceful-timeout", "10", "--log-level", "warning",
        "--limit-request-line", "8190",  # a cursor of 500 characters is refused by us, in words
    ]  # fmt: skip
    children = str(_children())
    found = [
        Service("web", gunicorn, {"OCRLAB_WEB_THREADS": str(WEB_THREADS)}),
        Service("cpu worker", [*CELERY, "-Q", "cpu", "-c", children, "-n", "cpu@%h"]),
    ]
    if importlib.util.find_spec("torch"):
        gpu = [*CELERY, "-Q", "gpu", "--pool", "solo", "-n", "gpu@%h"]
        found.append(Service("gpu worker", gpu))
    return found


def _announce(port: int, web: Service) -> None:
    while not web.has_ended():
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                print(f"OCRLab: http://127.0.0.1:{port}/", flush=True)
                return
        time.sleep(0.1)


def _watch(services: list[Service]) -> None:
    while True:
        time.sleep(RESTART_S)
        for service in services:
            if not service.has_ended():
                continue
            if service is services[0] and time.monotonic() - service.started < BOOT_S:
                sys.exit("the web server ended as it started; its last lines above say why")
            print(f"{service.name} ended; starting it again", file=sys.stderr, flush=True)
            service.start()


if __name__ == "__main__":
    main()
