"""Is the process up, and can it do its work? Asked by load balancers, without a log-in."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from annotations.models import LeasedJob
from annotations.states import JobState

# A killed worker's job comes back within 120 s; a queue that waits longer has no worker.
PATIENCE = timedelta(seconds=120)
BROKER_TIMEOUT_S = 1.0
DEFAULT_PORTS = {"redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}
LEAST_FREE_BYTES = 100_000_000  # room for a few uploads; below it they begin to fail

Check = Callable[[], Iterator[str]]


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is up; asks nobody else."""
    return _uncached(JsonResponse({"status": "ok"}))


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when everything works, else 503 with what is wrong by part."""
    wrong = {name: found for name, check in CHECKS.items() if (found := _findings(check))}
    status = "unavailable" if wrong else "ok"
    answer = {"status": status, "checked": list(CHECKS), "wrong": wrong}
    return _uncached(JsonResponse(answer, status=503 if wrong else 200))


def _findings(check: Check) -> list[str]:
    try:
        return list(check())
    except (DatabaseError, OSError) as error:
        # The class only: messages name hosts and paths, and this answer is public.
        return [f"cannot be reached ({type(error).__name__})"]


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _database() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield from ()


def _migrations() -> Iterator[str]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield f"{len(waiting)} migrations are not applied"


def _storage() -> Iterator[str]:
    if not isinstance(default_storage, FileSystemStorage):
        default_storage.exists("readyz")
        return
    folder = _existing(Path(default_storage.location))
    if not os.access(folder, os.W_OK):
        yield "the folder cannot be written to"
    if shutil.disk_usage(folder).free < LEAST_FREE_BYTES:
        yield "less than 100 MB are free"


def _broker() -> Iterator[str]:
    if settings.CELERY_BROKER_URL is None:
        if not os.access(_existing(settings.DATA_DIR), os.W_OK):
            yield "the folder of messages cannot be written to"
        return
    url = urlsplit(settings.CELERY_BROKER_URL)
    address = (url.hostname or "", url.port or DEFAULT_PORTS[url.scheme])
    socket.create_connection(address, timeout=BROKER_TIMEOUT_S).close()


def _workers() -> Iterator[str]:
    """Name each queue whose work waits while nobody works: a long queue alone is no fault."""
    stuck = {(kind, queue) for kind in _kinds() for queue in _stuck_queues(kind)}
    for queue in sorted({queue for _kind, queue in stuck}):
        yield f"queue {queue}: work waits longer than {PATIENCE.seconds} s and nobody takes it"


def _stuck_queues(kind: type[LeasedJob]) -> Iterator[str]:
    jobs = kind._default_manager
    for queue in settings.JOB_QUEUES:
        waiting = jobs.filter(queue=queue, state=JobState.QUEUED, not_before__lt=Now() - PATIENCE)
        if waiting.exists() and not _is_served(queue):
            yield queue


def _is_served(queue: str) -> bool:
    live = {"queue": queue, "state": JobState.RUNNING, "leased_until__gt": Now()}
    return any(kind._default_manager.filter(**live).exists() for kind in _kinds())


def _kinds() -> list[type[LeasedJob]]:
    return [model for model in apps.get_models() if issubclass(model, LeasedJob)]


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    while not folder.exists():
        folder = folder.parent
    return folder


CHECKS: dict[str, Check] = {
    "database": _database,
    "migrations": _migrations,
    "storage": _storage,
    "broker": _broker,
    "workers": _workers,
}
