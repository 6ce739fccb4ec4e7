"""Promises 2, 4, 5, 6 and 16: poison, crash, suspension, a restarted database, a polite stop."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.faults.brokers import free_port
from tests.faults.installation import Installation, Worker, pause, resume

RING = """
import django, time
django.setup()
from annotations.jobs import ring
begun = time.monotonic()
for _ in range(3):
    ring("cpu")
print(time.monotonic() - begun)
"""
ADD_AND_RING = """
import django
django.setup()
from django.db import transaction
from annotations.jobs import ring
from tests.faults.workshop.models import Piece
with transaction.atomic():
    Piece.objects.create()
    ring("cpu")
"""


def is_running(installation: Installation) -> bool:
    return installation.states().get("running", 0) > 0


def test_poison_pages_end_after_three_attempts_and_stop_nobody(
    installation: Installation,
) -> None:
    installation.add_pieces(25, seconds=0.01)
    installation.add_pieces(1, behaviour="memory")
    installation.add_pieces(1, behaviour="child")
    installation.add_pieces(25, seconds=0.01)
    installation.start_worker()
    installation.wait_for(lambda: installation.states() == {"done": 50, "dead": 2}, 60)
    dead = installation.sql(
        "SELECT errors, losses, error_code FROM workshop_piece WHERE state = 'dead' ORDER BY id"
    )
    assert dead == [(3, 0, "MemoryError"), (3, 0, "RuntimeError")]


def test_a_crash_between_commit_and_ring_delays_the_work_only(installation: Installation) -> None:
    installation.start_worker()
    crashed = installation.python("-c", ADD_AND_RING, WORKSHOP_RING="crash")
    assert crashed.returncode == 9, crashed.stderr
    assert installation.wait_for(installation.all_done, 60) < 60


def test_a_suspended_worker_cannot_write_when_it_wakes(installation: Installation) -> None:
    installation.add_pieces(1, seconds=2)
    sleeper = installation.start_worker()
    installation.wait_for(lambda: is_running(installation), 30)
    (child,) = sleeper.children()
    pause(child)
    installation.start_worker()
    installation.wait_for(installation.all_done, 40)
    resume(child)
    installation.wait_for(lambda: "Refused a stale finish" in sleeper.log.read_text(), 20)
    assert installation.sql("SELECT count(*) FROM workshop_mark") == [(1,)]
    assert installation.sql("SELECT losses, errors FROM workshop_piece") == [(1, 0)]


def test_a_restart_of_the_database_is_a_non_event(installation: Installation) -> None:
    for _ in range(2):
        installation.start_worker()
    installation.add_pieces(40, seconds=0.2)
    installation.wait_for(lambda: "done" in installation.states(), 30)
    installation.restart_database()
    installation.wait_for(installation.all_done, 40)
    found = installation.sql("SELECT max(errors), count(*) FROM workshop_piece")
    assert found == [(0, 40)]
    assert installation.sql("SELECT count(DISTINCT piece_id) FROM workshop_mark") == [(40,)]


def whole_group(worker: Worker) -> None:
    """Ask as a service manager does, and once more: from the kernel, as the parent ends."""
    for _ in range(2):
        for each in worker.children():
            each.send_signal(signal.SIGTERM)
        time.sleep(0.001)
    worker.terminate()


@pytest.mark.parametrize("ask", [Worker.terminate, whole_group], ids=["main", "group"])
def test_a_worker_asked_to_stop_hands_its_work_back(
    installation: Installation, ask: "pytest.FixtureRequest"
) -> None:
    installation.add_pieces(3, behaviour="hang")
    worker = installation.start_worker()
    installation.wait_for(lambda: "hanging" in worker.log.read_text(), 30)
    ask(worker)  # type: ignore[operator]
    installation.wait_for(lambda: worker.process.poll() is not None, 20)
    assert installation.states() == {"queued": 3}
    assert installation.sql("SELECT sum(losses), sum(errors) FROM workshop_piece") == [(0, 0)]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Return a port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []
        server.settimeout(0.1)
        over = threading.Event()

        def accept() -> None:
            while not over.is_set():
                try:
                    kept.append(server.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1]
        over.set()
        thread.join()
        for each in kept:
            each.close()


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_without_a_broker_requests_go_on(installation: Installation, scheme: str) -> None:
    installation.environ["CELERY_BROKER_URL"] = f"{scheme}://127.0.0.1:{free_port()}/0"
    result = installation.python("-c", RING)
    assert result.returncode == 0, result.stderr
    assert float(result.stdout) < 2


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_that_never_answers_costs_seconds_once(
    installation: Installation, scheme: str, silent_port: int
) -> None:
    installation.environ["CELERY_BROKER_URL"] = f"{scheme}://127.0.0.1:{silent_port}/0"
    result = installation.python("-c", RING)
    assert result.returncode == 0, result.stderr
    assert float(result.stdout) < 4


def test_ended_by_its_own_parent_s_death_a_pool_leaves_no_child(installation: Installation) -> None:
    installation.add_pieces(1, behaviour="hang")
    worker = installation.start_worker()
    installation.wait_for(lambda: "hanging" in worker.log.read_text(), 30)
    children = worker.children()
    os.kill(worker.process.pid, signal.SIGKILL)
    worker.process.wait()
    installation.wait_for(lambda: not any(child.is_running() for child in children), 10)
    assert installation.states() == {"queued": 1}
