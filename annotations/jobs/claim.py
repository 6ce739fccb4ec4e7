"""Take work off a queue: one worker a row, for the time of a lease."""

import os
import socket
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Least, Now

from annotations.jobs.kinds import J, JobKind
from annotations.states import JobState

LEASE_S = 90  # six missed heartbeats; a page lost to a dead worker is back within two minutes


def waiting(model: type[J], queue: str) -> QuerySet[J]:
    """Return what may be claimed now, next first; only the database's clock counts."""
    due = model._default_manager.filter(queue=queue, state=JobState.QUEUED, not_before__lte=Now())
    return due.order_by("-priority", "id")


@transaction.atomic
def claim(kind: JobKind[J], queue: str) -> list[J]:
    """Lease the next job and what can be worked on together with it; empty when none waits.

    A job that failed or lost its worker before is claimed alone, so that it takes no neighbour
    along. The returned rows carry the fencing token of this claim.
    """
    free = waiting(kind.model, queue).select_for_update(skip_locked=True, of=("self",))
    first = free.first()
    if first is None:
        return []
    jobs = [first]
    more = kind.batch_size(first) - 1
    if more > 0 and not first.errors and not first.losses:
        alike: dict[str, Any] = {name: getattr(first, name) for name in kind.batch_by}
        fresh = free.filter(errors=0, losses=0, **alike).exclude(pk=first.pk)
        jobs.extend(fresh[:more])
    _lease(kind, jobs)
    return jobs


def _lease(kind: JobKind[J], jobs: Sequence[J]) -> None:
    limit = Now() + timedelta(seconds=kind.limit_s)
    kind.model._default_manager.filter(pk__in=[job.pk for job in jobs]).update(
        state=JobState.RUNNING,
        token=F("token") + 1,
        worker=f"{socket.gethostname()}:{os.getpid()}"[:100],
        leased_until=Least(Now() + timedelta(seconds=LEASE_S), limit),
        deadline_at=limit,
        started_at=Coalesce("started_at", Now()),
    )
    for job in jobs:
        job.token += 1
        job.state = JobState.RUNNING.value


def held(jobs: Sequence[J]) -> list[J]:
    """Return those of `jobs` that are still running under the token they were claimed with."""
    return [job for job in jobs if mine(job).exists()]


def mine(job: J) -> QuerySet[J]:
    """Return the row of `job` if this claim still holds it: the fence of every write."""
    return type(job)._default_manager.filter(pk=job.pk, token=job.token, state=JobState.RUNNING)
