"""Private brokers on free ports: each starts what it needs and ends it by its process id."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path

import pytest
from amqp.exceptions import NotFound
from kombu import Connection
from kombu.exceptions import OperationalError

START_S = 60
RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"  # Debian's wrapper in the PATH changes users


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Broker(ABC):
    """A message broker that can lose everything it holds."""

    url: str | None = None

    @abstractmethod
    def lose_everything(self) -> None: ...

    def stop(self) -> None:
        return None


class Files(Broker):
    """The embedded one; `folder` is that of the installation under test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def lose_everything(self) -> None:
        for message in self.folder.rglob("*.json"):
            message.unlink(missing_ok=True)


class Server(Broker):
    """A broker that is a process."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="broker-"))
        self.process = self.start()

    @abstractmethod
    def start(self) -> subprocess.Popen[bytes]: ...

    def await_answer(self) -> None:
        until = time.monotonic() + START_S
        while not self.answers():
            assert time.monotonic() < until, f"{self.url} did not start"
            assert self.process.poll() is None, f"{self.url} ended"
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            with Connection(self.url, connect_timeout=1) as connection:
                connection.connect()
        except (OSError, OperationalError):
            return False
        return True

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis(Server):
    def start(self) -> subprocess.Popen[bytes]:
        self.url = f"redis://127.0.0.1:{self.port}/0"
        command = ["redis-server", "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"]
        return subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def lose_everything(self) -> None:
        with Connection(self.url) as connection:
            connection.default_channel.client.flushall()


class RabbitMQ(Server):
    def start(self) -> subprocess.Popen[bytes]:
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self.environ = {
            **os.environ,
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(free_port()),
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(self.folder),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
        }
        return subprocess.Popen(
            [RABBITMQ],
            env=self.environ,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def lose_everything(self) -> None:
        with Connection(self.url) as connection, suppress(NotFound):  # no worker was there yet
            connection.default_channel.queue_purge("cpu")

    def stop(self) -> None:
        super().stop()
        # The node's name server, on its own port, does not end with it.
        subprocess.run(["epmd", "-kill"], env=self.environ, check=False, stdout=subprocess.DEVNULL)


def make(name: str, folder: Path) -> Broker:
    """Start the broker called `name`, or skip the test with the reason."""
    if name == "files":
        return Files(folder)
    if name == "redis":
        if shutil.which("redis-server") is None:
            pytest.skip("redis-server is not installed")
        made: Server = Redis()
    else:
        if not Path(RABBITMQ).exists():
            pytest.skip("rabbitmq-server is not installed")
        made = RabbitMQ()
    made.await_answer()
    return made
