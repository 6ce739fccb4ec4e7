"""The thread in every worker that sweeps, so that no work waits for a message that was lost."""

import logging
import threading

from django.db import DatabaseError, connection

from annotations.jobs.schema import may_claim
from annotations.jobs.sweep import sweep

logger = logging.getLogger(__name__)

SWEEP_EVERY_S = 5


def start() -> threading.Thread:
    """Sweep until the process ends."""
    thread = threading.Thread(target=_run, name="sweeper", daemon=True)
    thread.start()
    return thread


def _run() -> None:
    pause = threading.Event()
    while not pause.wait(SWEEP_EVERY_S):
        try:
            if may_claim():
                sweep()
        except DatabaseError as error:
            logger.warning("A sweep found no database (%s); the next one tries again.", error)
        except Exception:
            logger.exception("A sweep failed; the next one tries again.")
        finally:
            # Between sweeps no connection is held: a pool may fork at any time.
            connection.close()
