"""Find leases that ran out and queues that wait unrung."""

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from annotations.jobs.claim import waiting
from annotations.jobs.kinds import J, JobKind, kinds
from annotations.jobs.outcome import count_losses
from annotations.jobs.ring import ring
from annotations.states import JobState

SWEEP_LOCK = 0x0C12_1AB5  # any number no other code asks for: one sweeper at a time
SWEEP_ROWS = 500  # rows a kind and sweep; keeps the transaction short


@transaction.atomic
def sweep() -> int:
    """Count a loss for every expired lease and ring waiting queues. Return the losses.

    Does nothing while another process sweeps.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SWEEP_LOCK])
        (alone,) = cursor.fetchone()
    if not alone:
        return 0
    found = sum(_sweep(kind) for kind in kinds())
    for queue in settings.JOB_QUEUES:
        if has_waiting(queue):
            ring(queue)
    return found


def has_waiting(queue: str) -> bool:
    """Tell whether something could be claimed from `queue` now."""
    return any(waiting(kind.model, queue).exists() for kind in kinds())


def _sweep(kind: JobKind[J]) -> int:
    expired = kind.model._default_manager.filter(state=JobState.RUNNING, leased_until__lt=Now())
    rows = list(expired.order_by("leased_until").select_for_update(skip_locked=True)[:SWEEP_ROWS])
    count_losses(rows)
    return len(rows)
