"""Ringing: after commit, seldom, and never at the caller's expense."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import DjangoCaptureOnCommitCallbacks

from annotations.jobs import drain, ring, schema, sweep
from annotations.jobs import ring as ring_function
from annotations.models import WordsJob
from tests.job_bench import Bench

MakeJobs = Callable[..., list[WordsJob]]
pytestmark = pytest.mark.django_db
RING = "annotations.jobs.ring"


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    import sys

    heard: list[str] = []
    monkeypatch.setattr(sys.modules[RING], "_send", heard.append)
    monkeypatch.setattr(sys.modules[RING], "_quiet_until", {})
    return heard


def test_nothing_rings_before_commit(
    rung: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        ring("cpu")
        assert rung == []
    assert rung == ["cpu"]


def test_a_queue_rings_once_a_second(
    rung: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(5):
            ring_function("cpu")
            ring_function("gpu")
    assert sorted(rung) == ["cpu", "gpu"]


def test_a_dead_broker_disturbs_nobody(
    rung: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    import sys

    attempts: list[str] = []

    def refuse(queue: str) -> None:
        attempts.append(queue)
        raise ConnectionRefusedError

    monkeypatch.setattr(sys.modules[RING], "_send", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        ring("cpu")
        ring("cpu")
    assert attempts == ["cpu"]
    assert "ConnectionRefusedError" in caplog.text


def test_the_sweeper_rings_a_queue_that_waits(
    bench: Bench,
    make_jobs: MakeJobs,
    rung: list[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    make_jobs(queue="gpu")
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    assert rung == ["gpu"]


def test_a_claim_that_leaves_work_behind_rings_first(
    bench: Bench,
    make_jobs: MakeJobs,
    rung: list[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    make_jobs(2)
    with django_capture_on_commit_callbacks(execute=True):
        drain("cpu")
    assert rung == ["cpu"]


def test_a_turn_that_is_over_rings_for_the_rest(
    bench: Bench,
    make_jobs: MakeJobs,
    rung: list[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    make_jobs(2)
    with django_capture_on_commit_callbacks(execute=True):
        assert drain("cpu", budget_s=-1) == 0
    assert rung == ["cpu"]


def test_a_worker_that_meets_an_unknown_migration_stops_claiming(
    bench: Bench,
    make_jobs: MakeJobs,
    rung: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    make_jobs()
    monkeypatch.setattr(schema._Last, "checked", float("-inf"))
    monkeypatch.setattr(schema._Last, "said", float("-inf"))
    MigrationRecorder(connection).record_applied("annotations", "9999_from_tomorrow")
    assert drain("cpu") == 0
    assert "annotations.9999_from_tomorrow" in caplog.text
    monkeypatch.setattr(schema._Last, "checked", float("-inf"))
    MigrationRecorder(connection).record_unapplied("annotations", "9999_from_tomorrow")
    assert drain("cpu") == 1
