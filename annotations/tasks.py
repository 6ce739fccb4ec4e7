"""Celery entry points."""

from celery import shared_task

from annotations.jobs import drain
from annotations.jobs.ring import RING_GAP_S


@shared_task(name="annotations.tasks.work")  # type: ignore[untyped-decorator]
def work(queue: str) -> None:
    """Answer the doorbell of `queue`: there may be work."""
    drain(queue, linger_s=RING_GAP_S)
