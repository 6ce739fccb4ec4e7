"""Every test here kills something of its own."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from ocrlab import embedded
from ocrlab.embedded.home import find
from tests.faults import brokers
from tests.faults.installation import Installation

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def home_of_all() -> Iterator[Installation]:
    """Migrate one private database for all tests of this folder."""
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    made = Installation(folder)
    made.manage("migrate", "--run-syncdb", "--verbosity", "0")
    yield made
    made.end_workers()
    root = find(folder).root
    embedded.stop_if_idle(folder)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def installation(home_of_all: Installation) -> Iterator[Installation]:
    """Return the installation without work and without workers."""
    home_of_all.sql("TRUNCATE workshop_mark, workshop_piece")
    brokers.Files(home_of_all.data_dir / "broker").lose_everything()
    home_of_all.environ.clear()
    yield home_of_all
    home_of_all.end_workers()
    if checks_invariants(home_of_all):
        home_of_all.manage("check_invariants")


@cache
def checks_invariants(installation: Installation) -> bool:
    return "check_invariants" in installation.python("manage.py", "help", "--commands").stdout


@pytest.fixture(scope="session")
def started(home_of_all: Installation) -> Iterator[Callable[[str], brokers.Broker]]:
    """Return `started(name)`: that broker, started once for all tests."""
    running: dict[str, brokers.Broker] = {}

    def start(name: str) -> brokers.Broker:
        if name not in running:
            running[name] = brokers.make(name, home_of_all.data_dir / "broker")
        return running[name]

    yield start
    for broker in running.values():
        broker.stop()


@pytest.fixture(params=["files", "redis", "rabbitmq"])
def broker(
    request: pytest.FixtureRequest,
    installation: Installation,
    started: Callable[[str], brokers.Broker],
) -> brokers.Broker:
    """Return each broker in turn, empty and in use by the installation."""
    made = started(request.param)
    if made.url is not None:
        installation.environ["CELERY_BROKER_URL"] = made.url
    made.lose_everything()
    return made
