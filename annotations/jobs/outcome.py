"""End a claim: finished, failed, an error, handed back, or lost with its worker."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from annotations.jobs.claim import mine
from annotations.jobs.kinds import J, kind_of
from annotations.models.leased_job import ERROR_LIMIT, LOSS_LIMIT, LeasedJob
from annotations.states import JobState

logger = logging.getLogger(__name__)

ERROR_BACKOFF_S = 2  # doubled with each error: a busy endpoint or a full disk may recover
LOSS_BACKOFF_S = 1
MAX_BACKOFF_S = 15  # with lease and sweep it keeps a lost page's return below two minutes
DETAIL_LENGTH = 500


class LeaseLost(Exception):
    """The claim is over: the lease ran out, or the job was cancelled. Nothing was written."""


@contextmanager
def finishing(job: LeasedJob) -> Iterator[None]:
    """Write a job's result and its end in one transaction.

    Raises LeaseLost before the body runs when another claim, or nobody, holds the job by now.
    """
    with transaction.atomic():
        if not _end(job, JobState.DONE):
            logger.warning("Refused a stale finish of %s %s.", type(job).__name__, job.pk)
            raise LeaseLost(f"{type(job).__name__} {job.pk} is no longer held by this worker")
        yield


@transaction.atomic
def fail(job: J, *, code: str, detail: str) -> bool:
    """End `job` for good: trying again would give the same answer. False when not held."""
    return _end_without_result(job, JobState.FAILED, code=code, detail=detail)


@transaction.atomic
def count_error(job: J, *, code: str, detail: str) -> bool:
    """Count an error; the job waits a while, or is dead at the limit. False when not held."""
    errors = job.errors + 1
    if errors >= ERROR_LIMIT:
        return _end_without_result(job, JobState.DEAD, code=code, detail=detail, errors=errors)
    return bool(
        mine(job).update(
            state=JobState.QUEUED,
            leased_until=None,
            not_before=Now() + _backoff(ERROR_BACKOFF_S, errors),
            errors=errors,
            error_code=code,
            error_detail=_clean(detail),
        )
    )


def hand_back(jobs: Iterable[LeasedJob]) -> int:
    """Give jobs back at no cost, to be claimed at once. Return how many were still held."""
    return sum(
        mine(job).update(state=JobState.QUEUED, leased_until=None, not_before=Now()) for job in jobs
    )


def count_losses(jobs: Sequence[LeasedJob]) -> None:
    """Count a loss for running jobs, locked by the caller, whose lease ran out."""
    for job in jobs:
        losses = job.losses + 1
        if losses >= LOSS_LIMIT:
            detail = f"{losses} workers ended or ran out of time while they worked on it."
            code = "worker_lost"
            _end_without_result(job, JobState.DEAD, code=code, detail=detail, losses=losses)
        else:
            not_before = Now() + _backoff(LOSS_BACKOFF_S, losses)
            mine(job).update(
                state=JobState.QUEUED, leased_until=None, not_before=not_before, losses=losses
            )


def _end_without_result(job: J, state: JobState, *, code: str, detail: str, **counts: int) -> bool:
    moved = _end(job, state, error_code=code, error_detail=_clean(detail), **counts)
    if moved:
        job.refresh_from_db()
        kind_of(job).ended([job])
    return moved


def _end(job: LeasedJob, state: JobState, **columns: object) -> bool:
    return bool(mine(job).update(state=state, leased_until=None, finished_at=Now(), **columns))


def _backoff(base_s: int, count: int) -> timedelta:
    return timedelta(seconds=min(base_s * 2 ** (count - 1), MAX_BACKOFF_S))


def _clean(detail: str) -> str:
    """Make any exception's text storable: no NUL, no lone surrogate, not too long."""
    whole = detail.encode("utf-8", "replace").decode().replace("\0", "")
    return whole[:DETAIL_LENGTH]
