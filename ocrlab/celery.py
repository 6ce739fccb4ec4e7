"""The Celery application: doorbells for the job table (architecture.md, law 1).

`celery -A ocrlab worker -Q cpu` and `celery -A ocrlab worker -Q gpu --pool solo` run the work.
"""

import os
import sys
from typing import Any

from billiard import current_process
from celery import Celery
from celery.signals import task_prerun, worker_process_init, worker_ready, worker_shutting_down
from django.conf import settings
from kombu.entity import Queue
from kombu.transport import TRANSPORT_ALIASES

from ocrlab import childhood
from ocrlab.env import EnvError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocrlab.settings")

HARD_LIMIT_S = 6 * 3600  # beyond any job's own limit: a release of a million pages
SOFT_LIMIT_S = HARD_LIMIT_S - 60
CONNECT_TIMEOUT_S = 4

TRANSPORT_ALIASES["files"] = "ocrlab.broker:Transport"


def _broker() -> dict[str, Any]:
    url: str | None = settings.CELERY_BROKER_URL
    options: dict[str, Any] = {"folder": str(settings.DATA_DIR / "broker")}
    if url is not None and url.startswith("redis"):
        # kombu's defaults look for a dead worker's messages every 100 s only.
        options = {
            "unacked_restore_interval": 1,
            "unacked_restore_throttle": 1,
            "visibility_timeout": HARD_LIMIT_S,
        }
    elif url is not None:
        options = {}
    return {
        "broker_url": url or "files://localhost//",
        "broker_transport_options": options,
        "worker_enable_remote_control": url is not None,  # needs a broker that fans out
    }


def _make() -> Celery:
    made = Celery("ocrlab", set_as_current=True)
    made.conf.update(
        _broker(),
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=CONNECT_TIMEOUT_S,
        task_acks_late=True,
        task_reject_on_worker_lost=False,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_time_limit=HARD_LIMIT_S,
        task_soft_time_limit=SOFT_LIMIT_S,
        task_queues=[Queue(name) for name in settings.JOB_QUEUES],
        task_default_queue=settings.JOB_QUEUES[0],
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
    )
    made.autodiscover_tasks()
    return made


try:
    app = _make()
except EnvError as error:
    sys.exit(str(error))


@worker_ready.connect  # type: ignore[untyped-decorator]
def _start_threads(**_: object) -> None:
    from annotations.jobs import chores, sweeper

    sweeper.start()
    chores.start()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _begin_childhood(**_: object) -> None:
    parent = _parent()
    if parent is not None:
        childhood.begin(parent)


@task_prerun.connect  # type: ignore[untyped-decorator]
def _listen(**_: object) -> None:
    if _parent() is not None:
        childhood.listen()


def _parent() -> int | None:
    """Return the process that made this one for its pool; None in a solo pool, and elsewhere."""
    parent: int | None = current_process()._parent_pid
    return parent


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _stop_claiming(**_: object) -> None:
    from annotations.jobs import stopping

    stopping.request()
