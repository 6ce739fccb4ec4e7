"""Ring the doorbell of a queue: there may be work. Rows say which; a lost ring costs seconds."""

import logging
import threading
import time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

RING_GAP_S = 1.0  # at most one message a queue, process and this time; workers linger as long
QUIET_S = 5.0  # after a ring that failed: a dead broker must not slow every request
CONNECT_S = 1.0
TASK = "annotations.tasks.work"

_lock = threading.Lock()
_quiet_until: dict[str, float] = {}


def ring(queue: str) -> None:
    """Wake a worker of `queue` once the running transaction has committed. Never raises."""
    transaction.on_commit(lambda: _ring(queue), robust=True)


def _ring(queue: str) -> None:
    with _lock:
        now = time.monotonic()
        if now < _quiet_until.get(queue, 0.0):
            return
        _quiet_until[queue] = now + RING_GAP_S
    try:
        _send(queue)
    except Exception as error:  # noqa: BLE001  whatever a broker client raises: the sweeper rings again
        logger.warning("No worker was rung for %s (%s).", queue, type(error).__name__)
        with _lock:
            _quiet_until[queue] = time.monotonic() + QUIET_S


def _send(queue: str) -> None:
    # Late, so that a command that rings nothing never loads Celery.
    app: Any = import_string(settings.CELERY_APP)
    timeouts = {"socket_timeout": CONNECT_S, "socket_connect_timeout": CONNECT_S}
    if (app.conf.broker_url or "").startswith("amqp"):
        timeouts = {"read_timeout": CONNECT_S, "write_timeout": CONNECT_S}
    options = {**app.conf.broker_transport_options, **timeouts, "max_retries": 0}
    with app.connection_for_write(
        connect_timeout=CONNECT_S, transport_options=options
    ) as connection:
        app.send_task(TASK, args=[queue], queue=queue, connection=connection, retry=False)
