"""What load balancers ask: is the process up, and can it work?"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client

from annotations.models import DecodeJob, Project
from ocrlab import health
from tests.rows import make_document


def ready() -> Any:
    return Client().get("/readyz")


def test_healthz_asks_nobody(client: Client) -> None:  # without the `db` mark a query would fail
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_is_open_to_everybody_and_says_ok() -> None:
    answer = ready()
    assert (answer.status_code, answer.json()["wrong"]) == (200, {})
    assert answer.json()["checked"] == [
        "database", "migrations", "storage", "broker", "workers",
    ]  # fmt: skip
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_migration_that_waits_is_named() -> None:
    recorder = MigrationRecorder(connection)
    last = max(name for app, name in recorder.applied_migrations() if app == "annotations")
    recorder.record_unapplied("annotations", last)
    answer = ready()
    assert answer.status_code == 503
    assert list(answer.json()["wrong"]) == ["migrations"]


@pytest.mark.django_db
def test_a_broker_that_is_away_is_named(settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert ready().json()["wrong"] == {"broker": ["cannot be reached (ConnectionRefusedError)"]}


@pytest.mark.django_db
def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 2**62)
    assert list(ready().json()["wrong"]) == ["storage"]


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_is_named(
    monkeypatch: pytest.MonkeyPatch, own_folder: Path
) -> None:
    monkeypatch.setattr(health.os, "access", lambda *_: False)
    assert set(ready().json()["wrong"]) == {"storage", "broker"}


def waiting_job(project: Project, seed: int, minutes: int) -> DecodeJob:
    job = DecodeJob.objects.create(document=make_document(project, seed, state="received"))
    ago = F("not_before") - timedelta(minutes=minutes)
    DecodeJob.objects.filter(id=job.id).update(not_before=ago)
    return job


def test_work_that_nobody_takes_names_its_queue(project: Project) -> None:
    waiting_job(project, 0, minutes=1)
    assert ready().status_code == 200
    waiting_job(project, 1, minutes=10)
    answer = ready()
    assert answer.status_code == 503
    assert "cpu" in answer.json()["wrong"]["workers"][0]


def test_a_long_queue_with_somebody_at_work_is_no_fault(project: Project) -> None:
    waiting_job(project, 0, minutes=10)
    busy = waiting_job(project, 1, minutes=10)
    DecodeJob.objects.filter(id=busy.id).update(
        state="running", leased_until=Now() + timedelta(minutes=1)
    )
    assert ready().status_code == 200


@pytest.mark.django_db
def test_a_database_that_is_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def away() -> Any:
        raise OperationalError("connection to server at 10.0.0.1 failed")

    monkeypatch.setattr(health.connection, "cursor", away)
    answer = ready()
    assert answer.status_code == 503
    assert "database" in answer.json()["wrong"]
    assert "10.0.0.1" not in answer.content.decode()
