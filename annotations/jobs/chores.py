"""Tidying that no request waits for: run now and then by every worker, one at a time."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, connection

from annotations.jobs.schema import may_claim

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 60
CHORES_LOCK = 0x0C12_1AB6  # beside the sweeper's


@dataclass(frozen=True)
class Chore:
    """Something to tidy; `run` returns how much it tidied and may be interrupted at any point."""

    name: str
    run: Callable[[], int]
    every_s: float


_chores: dict[str, Chore] = {}


def register_chore(chore: Chore) -> None:
    """Let every worker run `chore` once it is up for a while, and then every `every_s`."""
    _chores[chore.name] = chore


def start() -> threading.Thread:
    """Run chores when they are due until the process ends."""
    thread = threading.Thread(target=_keep_tidy, name="chores", daemon=True)
    thread.start()
    return thread


def run_alone(chore: Chore) -> int:
    """Run `chore` unless another process is at a chore. Return what it tidied."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [CHORES_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        try:
            return chore.run()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [CHORES_LOCK])


def _keep_tidy() -> None:
    pause = threading.Event()
    # A worker that is started often still tidies, one that has just started has better to do.
    due = {name: time.monotonic() + chore.every_s / 24 for name, chore in _chores.items()}
    while not pause.wait(LOOK_EVERY_S):
        for name, chore in _chores.items():
            if time.monotonic() >= due[name]:
                due[name] = time.monotonic() + chore.every_s
                _tidy(chore)


def _tidy(chore: Chore) -> None:
    try:
        if may_claim():
            logger.info("Chore %s tidied %s.", chore.name, run_alone(chore))
    except DatabaseError as error:
        logger.warning("Chore %s found no database (%s).", chore.name, error)
    except Exception:
        logger.exception("Chore %s failed.", chore.name)
    finally:
        connection.close()
